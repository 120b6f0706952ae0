"""What is compared in `edits.py`: ways of learning from edits, from none at all to ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import numpy as np

from ..agent.learning import aspects
from ..agent.learning.contexts import candidates_for
from ..agent.learning.preferences import learn
from ..agent.learning.selection import Candidate, Guidance, SelectionPolicy, select
from ..memory.embedders.base import Embedder, Vectors, middle
from ..memory.records import Aspect, Edit, Preference

__all__ = ["Cipher", "GlobalPreference", "Learner", "NoLearning", "Ours", "learners"]


class Learner(Protocol):
    """What is compared: it sees the request's vector, then the edit made of the draft, never the wanted flags."""

    def guide(self, vector: Vectors) -> Sequence[Aspect]: ...

    def observe(self, vector: Vectors, edit: Edit) -> None: ...


class NoLearning:
    """Drafts in the plain style for ever."""

    def guide(self, vector: Vectors) -> Sequence[Aspect]:
        return ()

    def observe(self, vector: Vectors, edit: Edit) -> None:
        pass


@dataclass(slots=True)
class GlobalPreference:
    """The aspects of the last edits, whatever their context."""

    last: int = 5
    taught: list[Sequence[Aspect]] = field(default_factory=list)

    def guide(self, vector: Vectors) -> Sequence[Aspect]:
        return tuple({aspect.name: aspect for aspects in self.taught for aspect in aspects}.values())

    def observe(self, vector: Vectors, edit: Edit) -> None:
        self.taught = [*self.taught, aspects.measure(edit.draft, edit.edited)][-self.last :]


@dataclass(slots=True)
class Cipher:
    """CIPHER-k: the preferences of the k nearest contexts, the majority of them where k > 1.

    What is stored for a round is all that is known of its style: the aspects used, corrected by the measured ones.
    """

    k: int = 1
    vectors: list[Vectors] = field(default_factory=list)
    stored: list[dict[str, Aspect]] = field(default_factory=list)
    used: dict[str, Aspect] = field(default_factory=dict)

    def guide(self, vector: Vectors) -> Sequence[Aspect]:
        self.used = self._majority(vector) if self.stored else {}
        return tuple(self.used.values())

    def _majority(self, vector: Vectors) -> dict[str, Aspect]:
        order = np.argsort(-(np.array(self.vectors) @ vector))[: self.k]
        near = [self.stored[index] for index in order]
        votes: dict[tuple[str, str], list[Aspect]] = {}
        for stored in near:
            for aspect in stored.values():
                votes.setdefault((aspect.name, aspect.polarity), []).append(aspect)
        return {name: found[0] for (name, _), found in votes.items() if len(found) > len(near) / 2}

    def observe(self, vector: Vectors, edit: Edit) -> None:
        learned = {aspect.name: aspect for aspect in aspects.measure(edit.draft, edit.edited)}
        self.vectors.append(vector)
        self.stored.append({**self.used, **learned})


@dataclass(slots=True)
class Ours:
    """The functions the assistant uses, over a store that is a dictionary."""

    embedder: Embedder
    policy: SelectionPolicy
    preferences: dict[str, Preference] = field(default_factory=dict)
    vectors: dict[str, Vectors] = field(default_factory=dict)
    lines: dict[str, Vectors] = field(default_factory=dict)
    times: list[datetime] = field(default_factory=list)
    guidance: Guidance = field(default_factory=Guidance)

    def guide(self, vector: Vectors) -> Sequence[Aspect]:
        self.guidance = select(self._candidates(vector), policy=self.policy)
        return self.guidance.aspects

    def _candidates(self, vector: Vectors) -> list[Candidate]:
        vectors = np.array([self.vectors[key] for key in self.preferences])
        return candidates_for(vector, list(self.preferences.values()), vectors, self.times)

    def observe(self, vector: Vectors, edit: Edit) -> None:
        changes = learn(
            edit,
            aspects.measure(edit.draft, edit.edited),
            self._candidates(vector),
            used=self.guidance,
            new_id=lambda: f"p-{edit.id}",
            policy=self.policy,
        )
        self.times.append(edit.created)
        for preference in changes.put:
            self.preferences[preference.id] = preference
            self.vectors[preference.id] = middle(
                np.array([self._line(line) for line in preference.context.splitlines()])
            )

    def _line(self, line: str) -> Vectors:
        if line not in self.lines:
            self.lines[line] = self.embedder.embed([line])[0]
        return self.lines[line]


def learners(embedder: Embedder, policy: SelectionPolicy) -> Mapping[str, Callable[[], Learner]]:
    """Makers of everything that is compared, by name."""
    return {
        "none": NoLearning,
        "global": GlobalPreference,
        "cipher-1": Cipher,
        "cipher-5": lambda: Cipher(k=5),
        "ours": lambda: Ours(embedder=embedder, policy=policy),
    }
