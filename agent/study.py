"""What is learned beside the replies: at once by rules, and in the background with the model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ..memory import (
    Aspect,
    Edit,
    Episode,
    Fact,
    Interaction,
    Memory,
    Profile,
    Record,
    RecordNotFound,
    StandingPreference,
)
from ..prompts import TokenCounter
from .learning.extraction import extract, worth_asking
from .learning.facts import Reconciled, reconcile
from .learning.profile import Sketch, build_profile
from .learning.statements import Statement, statements
from .learning.wording import word
from .learning.worker import Handler

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["READ_TURN", "REFRESH_PROFILE", "Study"]

READ_TURN = "read-turn"
REFRESH_PROFILE = "refresh-profile"
PROFILE_TOKENS = 200

Model = Callable[[], "BaseChatModel | None"]


class Study:
    """Reads statements out of what users say, keeps their profiles fresh, words what edits teach."""

    def __init__(
        self, memory: Memory, tokens: TokenCounter, *, model: Model, sketch: Sketch, new_id: Callable[[], str]
    ) -> None:
        self._memory = memory
        self._tokens = tokens
        self._model = model
        self._sketch = sketch
        self._new_id = new_id

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """For the worker: what does each kind of job."""
        return {READ_TURN: self._read_turn, REFRESH_PROFILE: self._refresh_profile}

    def notice(self, user_id: str, request: Episode) -> Reconciled:
        """What a message says outright, by rules; nothing is written."""
        return self._reconciled(user_id, statements(request.content, now=request.created), (request.id,))

    def note(self, user_id: str, statement: str) -> Record:
        """Remember a statement the user asked to have remembered, as it is where no rule reads it."""
        now = self._memory.clock()
        read = statements(statement, now=now) or (
            Statement(kind="standing", statement=statement.strip(), evidence=statement),
        )
        changes = self._reconciled(user_id, read, ())
        self._write(user_id, changes)
        if changes.put:
            return changes.put[-1]
        known = (*self._memory.records(user_id, Fact), *self._memory.records(user_id, StandingPreference))
        return next(record for record in known if record.text.casefold() == read[-1].statement.casefold())

    async def word(self, edit: Edit, measured: Sequence[Aspect]) -> Sequence[Aspect]:
        """Aspects of an edit that only a model sees; none without a model."""
        model = self._model()
        return await word(model, edit.draft, edit.edited, measured) if model else ()

    async def _read_turn(self, user_id: str, payload: tuple[str, ...]) -> None:
        try:
            request = await asyncio.to_thread(self._memory.get, user_id, payload[0])
        except RecordNotFound:
            return  # forgotten or erased meanwhile: nothing may come back of it
        model = self._model()
        # Only what the user said is read: replies and tool results are never learned as the user's.
        if not isinstance(request, Episode) or request.source != "user":
            return
        if model is not None and worth_asking(request.content):
            found = await extract(model, request.content, now=request.created)
            changes = await asyncio.to_thread(self._reconciled, user_id, found, (request.id,))
            await asyncio.to_thread(self._write, user_id, changes)
        await asyncio.to_thread(self._build_profile, user_id)

    async def _refresh_profile(self, user_id: str, payload: tuple[str, ...]) -> None:
        await asyncio.to_thread(self._build_profile, user_id)

    def _build_profile(self, user_id: str) -> None:
        previous = self._memory.records(user_id, Profile)
        profile = build_profile(
            user_id,
            facts=self._memory.records(user_id, Fact),
            interactions=self._memory.records(user_id, Interaction),
            sketch=self._sketch,
            previous=previous[-1] if previous else None,
            now=self._memory.clock(),
            fits=lambda summary: self._tokens.count(summary) <= PROFILE_TOKENS,
        )
        if profile is not None:
            self._memory.remember(user_id, [profile])

    def _reconciled(self, user_id: str, found: Sequence[Statement], evidence: tuple[str, ...]) -> Reconciled:
        return reconcile(
            user_id,
            found,
            self._memory.records(user_id, Fact),
            self._memory.records(user_id, StandingPreference),
            evidence=evidence,
            now=self._memory.clock(),
            new_id=self._new_id,
        )

    def _write(self, user_id: str, changes: Reconciled) -> None:
        self._memory.remember(user_id, changes.put)
        for replaced in changes.delete:
            self._memory.forget(user_id, replaced)
