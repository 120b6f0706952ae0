"""Editing a reply: what it cost, what it taught, and taking that back.

What code can measure is learned at once. What only a model can put into words is learned in the background, and kept
only where it proves itself: a draft written with it must come closer to the user's version than one without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ..memory import Aspect, Edit, Episode, Feedback, Memory, Preference, RecordNotFound
from .compose import Composer
from .errors import NothingToEdit, ReplyNotFound
from .learning.aspects import measure
from .learning.cost import cost_ratio, edit_cost
from .learning.diff import Span, diff
from .learning.feedback import Cue, detect
from .learning.preferences import accept, learn, select, undo
from .learning.request import kind_of

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
        aspects = await asyncio.to_thread(measure, edit.draft, edit.edited)
        await asyncio.to_thread(self._learn, edit, aspects)
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
        """The request that a reply answered; empty when either is forgotten."""
        try:
            [request_id] = self._memory.get(user_id, reply_id).evidence
            return self._memory.get(user_id, request_id).text
        except (RecordNotFound, ValueError):
            return ""

    def _extend(self, user_id: str, edit_id: str, worded: Sequence[Aspect]) -> None:
        with self._memory.alone(user_id):
            for preference in self._memory.records(user_id, Preference):
                if edit_id in preference.evidence:  # taken back meanwhile: none has it
                    known = {aspect.name for aspect in preference.aspects}
                    new = tuple(aspect for aspect in worded if aspect.name not in known)
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
        before = [turn for turn in self._memory.thread(user_id, request.thread) if turn.order == request.order - 1]
        if not before or before[0].source != "assistant":
            return
        cue = detect(request.content)
        if cue is not None:
            self._memory.remember(user_id, [_feedback(request, before[0], cue)])
        edited = any(edit.reply_id == before[0].id for edit in self._memory.records(user_id, Edit))
        if not edited and (cue is None or cue.signal == "satisfied"):
            self._accept(user_id, before[0])

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

    def take_back(self, user_id: str, edit_id: str) -> None:
        """Forget what an edit taught; the edit itself stays in the thread."""
        with self._memory.alone(user_id):
            self._take_back(user_id, edit_id)

    def _take_back(self, user_id: str, edit_id: str) -> None:
        preferences = self._memory.records(user_id, Preference)
        changes = undo(edit_id, preferences, self._memory.records(user_id, Edit))
        self._memory.remember(user_id, changes.put)
        for preference_id in changes.delete:
            self._memory.forget(user_id, preference_id)

    def _edit(self, user_id: str, reply_id: str, edited: str) -> Edit:
        try:
            reply = self._memory.get(user_id, reply_id)
        except RecordNotFound:
            raise ReplyNotFound(
                f"user {user_id!r} has no reply {reply_id!r}: it was forgotten or never given"
            ) from None
        if not isinstance(reply, Episode) or reply.source != "assistant":
            raise ReplyNotFound(f"record {reply_id!r} is no reply: only replies can be edited")
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

    def _learn(self, edit: Edit, aspects: Sequence[Aspect]) -> None:
        policy = self._composer.policy
        with self._memory.alone(edit.user_id):
            candidates = self._composer.candidates(edit.user_id, edit.context) if edit.context else []
            # What the draft was told: the same choice, made again from the same preferences.
            told = select(candidates, policy=policy)
            changes = learn(edit, aspects, candidates, used=told, new_id=self._new_id, policy=policy)
            # A lesson without a context (its request was forgotten) would be a global preference: the edit alone stays.
            learned = changes.put if edit.context else ()
            self._memory.remember(edit.user_id, [edit, *learned], resting_on=edit.evidence)


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
