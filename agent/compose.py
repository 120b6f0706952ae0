"""From a user's message to what is sent to the model: plan, recall, compose. One pass for each turn."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ..memory import Edit, Episode, Memory, Preference, Profile, Record, StandingPreference
from ..prompts import TokenCounter, system_prompt, turn_message
from ..prompts import system as system_template
from ..prompts import turn as turn_template
from .learning.preferences import Candidate, Guidance, SelectionPolicy, rounds_since, select
from .learning.request import kind_of
from .need import Planner
from .settings import Limits
from .trace import Need, UsedMemory, UsedPreference

__all__ = ["Composer", "Composition"]

PREFERENCE_CANDIDATES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What goes to the model for one turn, and what it was made from."""

    need: Need
    system: str
    message: str
    """The user's message with what was recalled beside it."""
    memories: tuple[UsedMemory, ...] = ()
    preferences: tuple[UsedPreference, ...] = ()
    standing: tuple[str, ...] = ()
    guidance: Guidance = field(default_factory=Guidance)
    prompts: tuple[str, ...] = (system_template.VERSION, turn_template.VERSION)


class Composer:
    """Plans, recalls and composes; blocking (it embeds the message once, a few milliseconds)."""

    def __init__(self, memory: Memory, tokens: TokenCounter, planner: Planner, limits: Limits) -> None:
        self._memory = memory
        self._tokens = tokens
        self._planner = planner
        self._limits = limits

    def compose(
        self, user_id: str, text: str, *, previous: str = "", in_prompt: Collection[str] = (), tools: bool = False
    ) -> Composition:
        """`previous` is what was said just before; `in_prompt` names records whose text the prompt holds already."""
        need = self._planner.need(text, tools=tools)
        standing = [record.statement for record in self._memory.records(user_id, StandingPreference)]
        memories = self._memories(user_id, text, previous, in_prompt) if need.recall else ()
        candidates = self.candidates(user_id, text) if need.recall else []
        guidance = select(candidates, policy=SelectionPolicy(limit=self._limits.preference_aspects))
        return Composition(
            need=need,
            system=self._system(user_id, standing),
            message=turn_message(
                text,
                memories=[memory.text for memory in memories],
                guidance=[aspect.value for aspect in guidance.aspects],
            ),
            memories=memories,
            preferences=_used(guidance, candidates),
            standing=tuple(standing),
            guidance=guidance,
        )

    def _system(self, user_id: str, standing: list[str]) -> str:
        profiles = self._memory.records(user_id, Profile)
        return system_prompt(
            today=self._memory.clock().date(),
            summary=profiles[-1].summary if profiles else "",
            standing=standing,
            tokens=self._tokens,
        )

    def _memories(self, user_id: str, text: str, previous: str, in_prompt: Collection[str]) -> tuple[UsedMemory, ...]:
        found = self._memory.recall(
            user_id,
            text,
            previous=previous,
            limit=self._limits.memories,
            budget_tokens=self._limits.memory_tokens,
            exclude=in_prompt,
        )
        return tuple(
            UsedMemory(
                id=hit.record.id,
                text=f"({hit.record.created:%Y-%m-%d}) {_attributed(hit.record)}",
                kind=hit.record.kind,
                score=hit.score,
                why=hit.why,
            )
            for hit in found.hits
        )

    def candidates(self, user_id: str, text: str) -> list[Candidate]:
        """The learned preferences whose contexts are most like `text`, with how alike and how old they are."""
        alike = self._memory.similar(user_id, kind_of(text), Preference, limit=PREFERENCE_CANDIDATES)
        if not alike:
            return []
        edits = [edit.created for edit in self._memory.records(user_id, Edit)]
        return [
            Candidate(preference=hit.record, similarity=hit.score, rounds=rounds_since(hit.record, edits))
            for hit in alike
        ]


def _attributed(record: Record) -> str:
    """The text with who said it, so that the assistant's own words are not taken for the user's."""
    speaker = {"user": "user: ", "assistant": "you answered: "}.get(record.source, "")
    return f"{speaker}{record.text}" if isinstance(record, Episode) and not record.speaker else record.text


def _used(guidance: Guidance, candidates: Collection[Candidate]) -> tuple[UsedPreference, ...]:
    told = set(guidance.aspects)
    similarity = {candidate.preference.id: candidate.similarity for candidate in candidates}
    return tuple(
        UsedPreference(
            id=used.preference.id,
            context=used.preference.context,
            wishes=tuple(aspect.value for aspect in used.preference.aspects if aspect in told),
            similarity=similarity[used.preference.id],
        )
        for used in guidance.used
    )
