"""Editing a reply: what it cost, what it taught, and taking that back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from ..memory import Aspect, Edit, Episode, Memory, Preference, RecordNotFound
from .compose import Composer
from .errors import NothingToEdit, ReplyNotFound
from .learning.aspects import measure
from .learning.cost import cost_ratio, edit_cost
from .learning.diff import Span, diff
from .learning.preferences import learn, select, undo
from .learning.request import kind_of

__all__ = ["Corrections", "Lesson"]

Wording = Callable[[Edit, Sequence[Aspect]], Awaitable[Sequence[Aspect]]]
"""Aspects that code cannot see, from a model, given the edit and what was measured; none when there is no model."""


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
        measured = measure(edit.draft, edit.edited)
        aspects = (*measured, *await self._wording(edit, measured))
        await asyncio.to_thread(self._learn, edit, aspects)
        return Lesson(edit=edit, diff=diff(edit.draft, edit.edited), aspects=aspects)

    def take_back(self, user_id: str, edit_id: str) -> None:
        """Forget what an edit taught; the edit itself stays in the thread."""
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
            context=kind_of(reply.context),
            draft=reply.content,
            edited=edited,
            cost=edit_cost(reply.content, edited),
            cost_ratio=cost_ratio(reply.content, edited),
        )

    def _learn(self, edit: Edit, aspects: Sequence[Aspect]) -> None:
        candidates = self._composer.candidates(edit.user_id, edit.context)
        # What the draft was told: the same choice, made again from the same preferences.
        told = select(candidates)
        changes = learn(edit, aspects, candidates, used=told, new_id=self._new_id)
        self._memory.remember(edit.user_id, [edit, *changes.put])
