"""Editing a reply: what it cost, what it taught, and taking that back.

What code can measure is learned at once. What only a model can put into words is learned in the background, and kept
only where it proves itself: a draft written with it must come closer to the user's version than one without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..memory import Aspect, Choice, Edit, Episode, Feedback, Memory, Preference, RecordNotFound
from ..memory.records import Signal
from .compose import Composer
from .errors import NothingToChoose, NothingToEdit, ReplyNotFound
from .learning.aspects import dimension, measure
from .learning.choices import Taste
from .learning.complaints import wishes_of
from .learning.cost import cost_ratio, edit_cost
from .learning.diff import Span, diff
from .learning.feedback import Cue, asked_again
from .learning.preferences import Evidence, accept, learn, select, taught_by, taught_together, undo
from .learning.request import kind_of
from .learning.selection import ranked
from .learning.verdict import judge, suits

__all__ = ["Corrections", "Lesson"]


class Wording(Protocol):
    """What a model adds to a lesson."""

    async def word(self, edit: Edit, measured: Sequence[Aspect]) -> Sequence[Aspect]:
        """Aspects that code cannot see; none when there is no model."""
        ...

    async def draft(self, request: str, aspects: Sequence[Aspect]) -> str:
        """A draft for the request that is told these aspects."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one edit cost and taught."""

    edit: Edit
    diff: tuple[Span, ...]
    aspects: tuple[Aspect, ...]

    @property
    def wishes(self) -> tuple[str, ...]:
        """What was learned, in words that the owner reads and the model is given."""
        return tuple(aspect.value for aspect in self.aspects)


class Corrections:
    def __init__(self, memory: Memory, composer: Composer, wording: Wording, *, new_id: Callable[[], str]) -> None:
        self._memory = memory
        self._composer = composer
        self._wording = wording
        self._new_id = new_id

    async def correct(self, user_id: str, reply_id: str, edited: str) -> Lesson:
        """Learn from the user's version of a reply. When this returns, what was learned is durable.

        Raises ReplyNotFound, NothingToEdit.
        """
        edit = await asyncio.to_thread(self._edit, user_id, reply_id, edited.strip())
        aspects = await asyncio.to_thread(self._lesson, edit)
        return Lesson(edit=edit, diff=await asyncio.to_thread(diff, edit.draft, edit.edited), aspects=aspects)

    async def deepen(self, user_id: str, edit_id: str) -> None:
        """Add to what an edit taught the aspects that a model words and that prove themselves."""
        edit = await asyncio.to_thread(self._edit_of, user_id, edit_id)
        request = await asyncio.to_thread(self._request_of, user_id, edit.reply_id) if edit else ""
        if edit is None or not request:
            return
        measured = measure(edit.draft, edit.edited)
        worded = await self._wording.word(edit, measured)
        if not worded:
            return
        without = await self._wording.draft(request, measured)
        told = await self._wording.draft(request, (*measured, *worded))
        if edit_cost(told, edit.edited) < edit_cost(without, edit.edited):
            await asyncio.to_thread(self._extend, user_id, edit_id, worded)

    def _edit_of(self, user_id: str, edit_id: str) -> Edit | None:
        try:
            record = self._memory.get(user_id, edit_id)
        except RecordNotFound:
            return None  # forgotten or erased meanwhile
        return record if isinstance(record, Edit) else None

    def _request_of(self, user_id: str, reply_id: str) -> str:
        """The request that a reply answered; empty when either is forgotten.

        A complaint ("shorter please") asks for nothing new: its reply answers what the reply before it answered.
        """
        try:
            [request_id] = self._memory.get(user_id, reply_id).evidence
            request = self._memory.get(user_id, request_id)
        except (RecordNotFound, ValueError):
            return ""
        if isinstance(request, Episode) and _complains(self._sign(request.content)):
            before = self._before(user_id, request)
            return (self._request_of(user_id, before.id) if before else "") or request.text
        return request.text

    def _before(self, user_id: str, request: Episode) -> Episode | None:
        """The reply that a message comes after."""
        turns = (turn for turn in self._memory.thread(user_id, request.thread) if turn.order == request.order - 1)
        return next((turn for turn in turns if turn.source == "assistant"), None)

    def _extend(self, user_id: str, edit_id: str, worded: Sequence[Aspect]) -> None:
        with self._memory.alone(user_id):
            for preference in self._memory.records(user_id, Preference):
                if edit_id in preference.evidence:  # taken back meanwhile: none has it
                    known = {dimension(aspect.name) for aspect in preference.aspects}
                    new = tuple(aspect for aspect in worded if dimension(aspect.name) not in known)
                    deeper = replace(preference, aspects=(*preference.aspects, *new))
                    self._memory.remember(user_id, [deeper])

    def settle(self, user_id: str, request_id: str) -> None:
        """What a message says about the reply before it: a sign of satisfaction, or that it was taken as it was."""
        with self._memory.alone(user_id):
            self._settle(user_id, request_id)

    def _settle(self, user_id: str, request_id: str) -> None:
        try:
            request = self._memory.get(user_id, request_id)
        except RecordNotFound:
            return
        if not isinstance(request, Episode) or request.source != "user":
            return
        reply = self._before(user_id, request)
        if reply is None:
            return
        cue = self._sign(request.content) or self._asked_again(user_id, request, reply)
        if cue is not None:
            self._hear(_feedback(request, reply, cue), request.content, reply)
        edited = any(edit.reply_id == reply.id for edit in self._memory.records(user_id, Edit))
        if not edited and not _complains(cue):
            self._accept(user_id, reply)

    def _sign(self, text: str) -> Cue | None:
        """What a message says about the reply before it, by its wording and its meaning."""
        return judge(text, self._memory.vector(text) if suits(self._memory.space) else None)

    def _asked_again(self, user_id: str, request: Episode, reply: Episode) -> Cue | None:
        before = self._request_of(user_id, reply.id)
        if not before:
            return None
        likeness = float(self._memory.vector(before) @ self._memory.vector(request.content))
        return asked_again(before, request.content, likeness)

    def judge(self, user_id: str, reply_id: str, signal: Signal, note: str = "") -> Feedback:
        """What the user says of a reply outright; the newest judgement of a reply counts. Raises ReplyNotFound.

        A complaint that names what is wrong ("too long") teaches as an edit would.
        """
        with self._memory.alone(user_id):
            reply = self._reply(user_id, reply_id)
            judgement = Feedback(
                id=f"{reply_id}-judgement",
                user_id=user_id,
                created=self._memory.clock(),
                source="user",
                evidence=reply.evidence,
                reply_id=reply_id,
                signal=signal,
                note=note,
            )
            self._take_back(user_id, judgement.id)
            self._hear(judgement, note, reply)
        return judgement

    def _hear(self, feedback: Feedback, said: str, reply: Episode) -> None:
        """Keep a sign, and learn from a complaint that names what was wrong as from an edit that changes it.

        "Too long" about a list of items speaks of the items: it steers the next list and teaches nothing about texts.
        """
        teaches = feedback.signal == "dissatisfied" and not reply.items
        wishes = wishes_of(said, reply.content) if teaches else ()
        context = kind_of(self._request_of(feedback.user_id, reply.id)) if wishes else ""
        if context:
            complaint = replace(feedback, context=context, aspects=wishes)
            self._learn(complaint, wishes)
        else:
            self._memory.remember(feedback.user_id, [feedback], resting_on=feedback.evidence)

    def _accept(self, user_id: str, reply: Episode) -> None:
        """A reply was taken as it was: what it was told is confirmed."""
        policy = self._composer.policy
        context = kind_of(self._request_of(user_id, reply.id))
        candidates = self._composer.candidates(user_id, context)
        told = select(candidates, policy=policy)
        if any((used.preference.confirmed or reply.created) > reply.created for used in told.used):
            return  # settled before: a job may run twice
        changes = accept(context, told, candidates, now=self._memory.clock(), policy=policy)
        self._memory.remember(user_id, changes.put)

    def choose(
        self,
        user_id: str,
        request: str,
        chosen: str,
        rejected: str,
        *,
        reply_id: str | None = None,
        manners: tuple[str, str] = ("", ""),
    ) -> Choice:
        """Keep which of two texts for a request the user took; several that agree become wishes for that kind.

        `reply_id` names the reply that was one of them, `manners` those of the chosen and the rejected text in a duel.
        Raises NothingToChoose.
        """
        if not request.strip() or not chosen.strip() or chosen.strip() == rejected.strip():
            raise NothingToChoose("a choice needs a request and two texts that differ: the chosen and the rejected one")
        choice = Choice(
            id=self._new_id(),
            user_id=user_id,
            created=self._memory.clock(),
            source="user",
            context=kind_of(request),
            chosen=chosen.strip(),
            rejected=rejected.strip(),
            evidence=(reply_id,) if reply_id else (),
            chosen_manner=manners[0],
            rejected_manner=manners[1],
        )
        self._lesson(choice)
        return choice

    def prefers(self, user_id: str, one: str, other: str) -> float:
        """The chance, 0 to 1, that the user takes `one` over `other`, by all choices so far; .5 without any."""
        choices = self._memory.records(user_id, Choice)
        return Taste.fit([(choice.chosen, choice.rejected) for choice in choices]).prefers(one, other)

    def take_back(self, user_id: str, edit_id: str) -> None:
        """Forget what an edit or a complaint taught; it stays in the thread itself."""
        with self._memory.alone(user_id):
            self._take_back(user_id, edit_id)

    def _take_back(self, user_id: str, edit_id: str) -> None:
        preferences = self._memory.records(user_id, Preference)
        evidence: list[Evidence] = [*self._memory.records(user_id, Edit)]
        evidence += self._memory.records(user_id, Feedback)
        evidence += self._memory.records(user_id, Choice)
        changes = undo(edit_id, preferences, evidence)
        self._memory.remember(user_id, changes.put)
        for preference_id in changes.delete:
            self._memory.forget(user_id, preference_id)

    def _reply(self, user_id: str, reply_id: str) -> Episode:
        try:
            reply = self._memory.get(user_id, reply_id)
        except RecordNotFound:
            raise ReplyNotFound(
                f"user {user_id!r} has no reply {reply_id!r}: it was forgotten or never given"
            ) from None
        if not isinstance(reply, Episode) or reply.source != "assistant":
            raise ReplyNotFound(f"record {reply_id!r} is no reply: only replies can be edited or judged")
        return reply

    def _edit(self, user_id: str, reply_id: str, edited: str) -> Edit:
        reply = self._reply(user_id, reply_id)
        if not edited:
            raise NothingToEdit("the edited text is empty: to forget a reply use forget")
        if edited == reply.content:
            raise NothingToEdit("the edited text is the draft itself: nothing was changed")
        return Edit(
            id=self._new_id(),
            user_id=user_id,
            created=self._memory.clock(),
            source="user",
            evidence=(reply.id,),
            reply_id=reply.id,
            context=kind_of(self._request_of(user_id, reply.id)),
            draft=reply.content,
            edited=edited,
            cost=edit_cost(reply.content, edited),
            cost_ratio=cost_ratio(reply.content, edited),
        )

    def _alike(self, evidence: Edit | Choice) -> list[Edit | Choice]:
        """The earlier edits, or choices, for this kind of request."""
        if not evidence.context:
            return []
        near = ranked(self._composer.candidates(evidence.user_id, evidence.context), self._composer.policy)
        known = set(near[0].preference.evidence) if near else set()
        records = self._memory.records(evidence.user_id, type(evidence))
        return [record for record in records if record.id in known or record.context == evidence.context]

    def _lesson(self, evidence: Edit | Choice) -> tuple[Aspect, ...]:
        """Learn what it shows by itself and together with others; the aspects."""
        with self._memory.alone(evidence.user_id):
            alike = self._alike(evidence)
            together = taught_together([*alike, evidence])
            aspects = (*taught_by(evidence), *together)
            self._learn(evidence, aspects, grounds=[record.id for record in alike] if together else [])
        return aspects

    def _learn(self, evidence: Evidence, aspects: Sequence[Aspect], *, grounds: Sequence[str] = ()) -> None:
        policy = self._composer.policy
        user_id = evidence.user_id
        with self._memory.alone(user_id):
            candidates = self._composer.candidates(user_id, evidence.context) if evidence.context else []
            # What the draft was told: the same choice, made again from the same preferences.
            told = select(candidates, policy=policy)
            changes = learn(
                evidence, aspects, candidates, used=told, grounds=grounds, new_id=self._new_id, policy=policy
            )
            # A lesson without a context (its request was forgotten) would be a global preference: the edit alone stays.
            # A choice that teaches nothing yet accepts nothing either: neither text was a draft that was told anything.
            learned = changes.put if evidence.context and (aspects or not isinstance(evidence, Choice)) else ()
            self._memory.remember(user_id, [evidence, *learned], resting_on=evidence.evidence)


def _complains(cue: Cue | None) -> bool:
    return cue is not None and cue.signal == "dissatisfied"


def _feedback(request: Episode, reply: Episode, cue: Cue) -> Feedback:
    # The id is made from the message's, so that a job that runs twice writes one record.
    return Feedback(
        id=f"{request.id}-feedback",
        user_id=request.user_id,
        created=request.created,
        source="user",
        evidence=(request.id,),
        reply_id=reply.id,
        signal=cue.signal,
        note=cue.kind,
    )
