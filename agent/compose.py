"""From a user's message to what is sent to the model: plan, recall, compose. One pass for each turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..memory import Choice, Edit, Episode, Fact, Hit, Memory, Preference, Profile, Record
from ..memory.rerank import Reranker, reranked
from ..prompts import TokenCounter, one_line, system_prompt, turn_message
from ..prompts import system as system_template
from ..prompts import turn as turn_template
from .attribution import is_of_assistant
from .learning.contexts import candidates_for
from .learning.duels import usual_manner
from .learning.preferences import Candidate, Guidance, SelectionPolicy, select
from .learning.profile import holds
from .learning.request import kind_of
from .need import ASKS_ABOUT_EARLIER, ASKS_ABOUT_SELF, ASKS_FOR_TEXT, PRIVATE, Planner
from .notes import newest_first, note
from .settings import Limits
from .standing import Ranked, asks_of_talk, held, nearest, reminders, repeats, told_again
from .trace import Need, UsedMemory, UsedPreference

__all__ = ["Composer", "Composition"]

FACTS_AT_MOST = 20
"""How many facts answer "what do you know about me?"."""


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
    summary: str = ""
    """The profile's."""
    guidance: Guidance = field(default_factory=Guidance)
    prompts: tuple[str, ...] = (system_template.VERSION, turn_template.VERSION)

    @property
    def private(self) -> tuple[str, ...]:
        """What the prompt holds about the user."""
        return (*filter(None, [self.summary]), *self.standing, *(memory.text for memory in self.memories))


class Composer:
    """Plans, recalls and composes; blocking (it embeds the message once, a few milliseconds)."""

    def __init__(
        self,
        memory: Memory,
        tokens: TokenCounter,
        planner: Planner,
        limits: Limits,
        *,
        reranker: Reranker | None = None,
        least: float | None = None,
    ) -> None:
        """`reranker` reads what was recalled once more and leaves out what it scores below `least`."""
        self._memory = memory
        self._reranker = reranker
        self._least = least
        self._tokens = tokens
        self._planner = planner
        self._limits = limits
        self.policy = SelectionPolicy(limit=limits.preference_aspects)

    def compose(
        self,
        user_id: str,
        text: str,
        *,
        previous: str = "",
        in_prompt: Collection[str] = (),
        tools: bool = False,
        steers: bool = False,
    ) -> Composition:
        """`previous` is what was said just before; `in_prompt` names records whose text the prompt holds already;
        `steers` says that the text speaks of the items of a list."""
        need = self._planner.need(text, tools=tools, steers=steers)
        preferences, summary = held(self._memory, user_id, self._tokens), self._summary(user_id)
        standing = [preference.statement for preference in preferences]
        # What needs no vector comes first: the message may still be being embedded.
        system = self._system(summary, standing, usual_manner(self.duels(user_id)))
        near = nearest(self._memory, user_id, text, preferences) if need.recall else ()
        memories = self._memories(user_id, text, need, previous, in_prompt, near) if need.recall else ()
        if need.rule == ASKS_ABOUT_EARLIER and memories:
            # What was asked for stands in the prompt: a small model that looks it up again says less about it.
            need = replace(need, tools=())
        candidates = self.candidates(user_id, text) if need.recall else []
        guidance = select(candidates, policy=self.policy)
        return Composition(
            need=need,
            system=system,
            message=turn_message(
                text,
                memories=[memory.text for memory in memories],
                reminders=reminders(near) if need.rule != ASKS_FOR_TEXT else (),
                guidance=[aspect.value for aspect in guidance.aspects],
                text_alone=need.rule == ASKS_FOR_TEXT,
            ),
            memories=memories,
            preferences=_used(guidance, candidates),
            standing=tuple(standing),
            summary=summary,
            guidance=guidance,
        )

    def system(self, user_id: str, manner: str) -> str:
        """The system prompt of the user's turns, in a manner of replying."""
        standing = [preference.statement for preference in held(self._memory, user_id, self._tokens)]
        return self._system(self._summary(user_id), standing, manner)

    def duels(self, user_id: str) -> list[tuple[str, str]]:
        """The (taken, left) manners of the user's duels, oldest first."""
        choices = self._memory.records(user_id, Choice)
        return [(choice.chosen_manner, choice.rejected_manner) for choice in choices if choice.is_duel]

    def compose_private(self, text: str) -> Composition:
        """A turn of which memory neither gives nor keeps anything."""
        return Composition(
            need=Need(recall=False, tools=(), rule=PRIVATE),
            system=system_prompt(today=self._memory.clock().date(), tokens=self._tokens),
            message=turn_message(text),
        )

    def _summary(self, user_id: str) -> str:
        profiles = self._memory.records(user_id, Profile)
        return profiles[-1].summary if profiles else ""

    def _system(self, summary: str, standing: list[str], manner: str) -> str:
        return system_prompt(
            today=self._memory.clock().date(),
            summary=summary,
            standing=standing,
            manner=manner,
            tokens=self._tokens,
        )

    def _memories(
        self,
        user_id: str,
        text: str,
        need: Need,
        previous: str,
        in_prompt: Collection[str],
        near: Ranked,
    ) -> tuple[UsedMemory, ...]:
        if need.rule == ASKS_ABOUT_SELF:
            return self._all_facts(user_id)
        if need.rule == ASKS_ABOUT_EARLIER or asks_of_talk(text):
            near = ()  # it matters that it was said
        found = self._memory.recall(
            user_id,
            text,
            previous=previous,
            limit=2 * self._limits.memories,
            budget_tokens=2 * self._limits.memory_tokens,
            exclude={*in_prompt, *told_again(self._memory, user_id, near)},
        )
        if self._reranker:
            found = reranked(found, text, self._reranker, least=self._least)
        now = self._memory.clock()
        hits = newest_first(list(self._fitting(need, found.hits, near)), now)
        return tuple(
            UsedMemory(
                id=hit.record.id,
                text=one_line(note(hit, hits, now)),
                kind=hit.record.kind,
                score=hit.score,
                why=hit.why,
            )
            for hit in hits
        )

    def _all_facts(self, user_id: str) -> tuple[UsedMemory, ...]:
        """What holds of the user, newest first: nothing in the question says which of it is meant."""
        now = self._memory.clock()
        facts = [fact for fact in self._memory.records(user_id, Fact) if holds(fact, now)]
        return tuple(
            UsedMemory(id=fact.id, text=one_line(fact.statement), kind=fact.kind, score=0.0)
            for fact in reversed(facts[-FACTS_AT_MOST:])
        )

    def _fitting(self, need: Need, hits: Sequence[Hit[Record]], near: Ranked) -> Iterator[Hit[Record]]:
        """The hits that may stand in this prompt, within the budget.

        What the assistant once said is no knowledge about the user: it is recalled where the user asks about it.
        Requests for other texts say how those were worded, which is what edits correct: no text is drafted from them.
        """
        left, tokens = self._limits.memories, self._limits.memory_tokens
        wishes = [preference for preference, _ in near]
        for hit in hits:
            record = hit.record
            if is_of_assistant(record) and need.rule != ASKS_ABOUT_EARLIER:
                continue
            if isinstance(record, Episode) and (repeats(record, wishes) or self._is_request_for_another(record, need)):
                continue
            tokens -= self._tokens.count(hit.text)
            if not left or tokens < 0:
                return
            left -= 1
            yield hit

    def _is_request_for_another(self, message: Episode, need: Need) -> bool:
        return need.rule == ASKS_FOR_TEXT and self._planner.need(message.content, tools=False).rule == need.rule

    def candidates(self, user_id: str, text: str) -> list[Candidate]:
        """The user's learned preferences, with how like their contexts `text` is and how old they are."""
        preferences, vectors = self._memory.vectors(user_id, Preference)
        if not preferences:
            return []
        confirmed = {preference.confirmed for preference in preferences if preference.confirmed}
        times = confirmed | {edit.created for edit in self._memory.records(user_id, Edit)}
        return candidates_for(self._memory.vector(kind_of(text)), preferences, vectors, sorted(times))

    def guidance(self, user_id: str, text: str) -> Guidance:
        """What the model would be told about style for a request."""
        return select(self.candidates(user_id, text), policy=self.policy)


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
