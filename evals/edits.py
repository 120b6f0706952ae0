"""Does every correction make the next draft need fewer? PRELUDE (arXiv 2404.15269) without a language model.

A simulated user asks, gets a draft, edits it into the wanted style, and the cost of each edit is summed. Compared
are: no learning; one global preference; CIPHER with 1 and 5 neighbours, as published (always the nearest, however
far, never forgetting); ours; and an oracle that knows the wanted style, whose cost is that of corrected facts alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..agent.learning import aspects
from ..agent.learning.contexts import candidates_for
from ..agent.learning.cost import cost_ratio, edit_cost
from ..agent.learning.preferences import learn
from ..agent.learning.selection import Candidate, Guidance, SelectionPolicy, select
from ..memory.embedders.base import Embedder, Vectors, middle
from ..memory.records import Aspect, Edit, Preference
from .report import Bar, Report
from .simulated_user import Round, SimulatedUser, flags_of, render

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["SETTINGS", "Cipher", "GlobalPreference", "Learner", "NoLearning", "Ours", "measure", "run"]

HELD_OUT_SEEDS = (20, 21, 22, 23)
"""The constants of learning were chosen on seeds below 20."""

START = datetime(2026, 1, 1, tzinfo=UTC)


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


SETTINGS: Mapping[str, Callable[[int, int], SimulatedUser]] = {
    "fixed": lambda seed, rounds: SimulatedUser(seed=seed),
    "drift": lambda seed, rounds: SimulatedUser(seed=seed, drift_at=rounds // 2),
    "overlap": lambda seed, rounds: SimulatedUser(seed=seed, overlap=0.5),
}
"""The settings the claim is tested in: preferences that stay, that change half-way, and requests that look alike."""


def measure(settings: Settings, data: Path | None) -> Report:
    """The costs with the configured embedder, on seeds that nothing was chosen on."""
    from ..agent.build import open_embedder

    costs = run(open_embedder(settings), seeds=HELD_OUT_SEEDS)
    shares = {setting: 100 * row["ours"] / row["none"] for setting, row in costs.items()}
    best_cipher = min(costs["overlap"]["cipher-1"], costs["overlap"]["cipher-5"])
    return Report(
        title="cost of 200 edited drafts, tokens (simulated users)",
        figures=costs,
        bars=(
            Bar(name="fixed preferences, cost of no learning", value=shares["fixed"], most=25, unit="%"),
            Bar(name="drifting preferences, cost of no learning", value=shares["drift"], most=50, unit="%"),
            Bar(name="overlap .5, cost of the better CIPHER", value=costs["overlap"]["ours"] / best_cipher, most=1),
        ),
    )


def run(
    embedder: Embedder,
    *,
    policy: SelectionPolicy | None = None,
    rounds: int = 200,
    seeds: Sequence[int] = (0, 1, 2),
) -> dict[str, dict[str, float]]:
    """Mean cost over the seeds, in tokens edited over all rounds, by setting and method."""
    users = {setting: [make(seed, rounds) for seed in seeds] for setting, make in SETTINGS.items()}
    played = {
        setting: [_compared(user, embedder, policy or SelectionPolicy(), rounds) for user in simulated]
        for setting, simulated in users.items()
    }
    return {
        setting: {method: mean(costs[method] for costs in results) for method in results[0]}
        for setting, results in played.items()
    }


def _compared(user: SimulatedUser, embedder: Embedder, policy: SelectionPolicy, rounds: int) -> dict[str, int]:
    """The cost of every method for one user."""
    turns = list(user.rounds(rounds))
    vectors = embedder.embed([turn.context for turn in turns])
    costs = {"oracle": sum(_edit_cost_of_facts(turn) for turn in turns)}
    for name, learner in _learners(embedder, policy).items():
        playing = learner()
        costs[name] = sum(
            _play(turn, vector, playing, number)
            for number, (turn, vector) in enumerate(zip(turns, vectors, strict=True))
        )
    return costs


def _edit_cost_of_facts(turn: Round) -> int:
    return edit_cost(render(turn.topic, turn.wanted), render(turn.corrected, turn.wanted))


def _learners(embedder: Embedder, policy: SelectionPolicy) -> Mapping[str, Callable[[], Learner]]:
    return {
        "none": NoLearning,
        "global": GlobalPreference,
        "cipher-1": Cipher,
        "cipher-5": lambda: Cipher(k=5),
        "ours": lambda: Ours(embedder=embedder, policy=policy),
    }


def _play(turn: Round, vector: Vectors, learner: Learner, number: int) -> int:
    draft = render(turn.topic, flags_of(learner.guide(vector)))
    edited = render(turn.corrected, turn.wanted)
    edit = Edit(
        id=str(number),
        user_id="simulated",
        created=START + timedelta(hours=number),
        source="user",
        reply_id=str(number),
        context=turn.context,
        draft=draft,
        edited=edited,
        cost=edit_cost(draft, edited),
        cost_ratio=cost_ratio(draft, edited),
    )
    learner.observe(vector, edit)
    return edit.cost
