"""What is learned beside the replies: at once by rules, and in the background with the model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
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
    StandingPreference,
)
from ..prompts import TokenCounter, system_prompt, turn_message
from .errors import StatementRefused
from .learning.extraction import extract, worth_asking
from .learning.facts import Reconciled, reconcile
from .learning.noticing import BLOCK, Noticed, is_worth_reading, merged, notice
from .learning.profile import Sketch, build_profile, noticed_in
from .learning.statements import Statement, statements
from .learning.wording import word

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["READ_BLOCK", "READ_TURN", "REFRESH_PROFILE", "WORD_EDIT", "Study"]

READ_TURN = "read-turn"
READ_BLOCK = "read-block"
WORD_EDIT = "word-edit"
REFRESH_PROFILE = "refresh-profile"
PROFILE_TOKENS = 200
LONGEST_STATEMENT = 400
"""Characters: what always stands in the prompt has to be short."""

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

    def notice(self, user_id: str, request: Episode) -> Reconciled:
        """What a message says outright, by rules; nothing is written."""
        return self._reconciled(user_id, statements(request.content, now=request.created), (request.id,))

    def note(self, user_id: str, statement: str) -> Record:
        """Remember a statement the user asked to have remembered, as it is where no rule reads it."""
        said = " ".join(statement.split())
        if not 0 < len(said) <= LONGEST_STATEMENT:
            raise StatementRefused(f"a statement needs 1 to {LONGEST_STATEMENT} characters, this one has {len(said)}")
        now = self._memory.clock()
        read = statements(said, now=now) or (Statement(kind="standing", statement=said, evidence=said),)
        with self._memory.alone(user_id):
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

    async def draft(self, request: str, aspects: Sequence[Aspect]) -> str:
        """A draft for the request that is told these aspects, as a reply would be."""
        model = self._model()
        if model is None:
            return ""
        system = system_prompt(today=self._memory.clock().date(), tokens=self._tokens)
        told = turn_message(request, guidance=[aspect.value for aspect in aspects])
        return (await model.ainvoke([("system", system), ("human", told)])).text

    async def read_turns(self, user_id: str, payload: tuple[str, ...]) -> None:
        """Job: what rules missed in messages (their ids are the payload), by the model; then the profile.

        Only what the user said is read: replies and tool results are never learned as the user's. What was forgotten
        or erased meanwhile is not there any more, and nothing may come back of it.
        """
        said = await asyncio.to_thread(self._said_by_user, user_id, payload)
        model = self._model()
        for message in said:
            # One by one: of several messages together a small model reads the first only.
            if model is not None and worth_asking(message.content):
                found = await extract(model, message.content, now=message.created)
                await asyncio.to_thread(self._learn, user_id, found, message.id)
        if said:
            await asyncio.to_thread(self._build_profile, user_id)

    async def refresh_profile(self, user_id: str, payload: tuple[str, ...]) -> None:
        """Job: build the profile anew."""
        await asyncio.to_thread(self._build_profile, user_id)

    async def read_block(self, user_id: str, payload: tuple[str, ...]) -> None:
        """Job: what messages (their ids are the payload) say together about what occupies the user, in one model call."""
        block = await asyncio.to_thread(self._said_by_user, user_id, payload)
        model = self._model()
        if model is not None and is_worth_reading(block):
            new = await notice(model, block)
            await asyncio.to_thread(self._build_profile, user_id, new)

    def _said_by_user(self, user_id: str, ids: Sequence[str]) -> list[Episode]:
        """The messages of these ids that are still there, oldest first; the newest BLOCK of them."""
        wanted = frozenset(ids)
        said = [message for message in self._memory.records(user_id, Episode) if message.id in wanted]
        return [message for message in said if message.source == "user"][-BLOCK:]

    def _learn(self, user_id: str, found: Sequence[Statement], request_id: str) -> None:
        with self._memory.alone(user_id):
            self._write(user_id, self._reconciled(user_id, found, (request_id,)), [request_id])

    def _build_profile(self, user_id: str, new: Sequence[Noticed] = ()) -> None:
        with self._memory.alone(user_id):
            self._rebuild_profile(user_id, new)

    def _rebuild_profile(self, user_id: str, new: Sequence[Noticed]) -> None:
        previous = self._memory.records(user_id, Profile)
        before = noticed_in(previous[-1] if previous else None, self._memory.records(user_id, Episode))
        profile = build_profile(
            user_id,
            facts=self._memory.records(user_id, Fact),
            interactions=[event for event in self._memory.records(user_id, Interaction) if event.event != "shown"],
            sketch=self._sketch,
            previous=previous[-1] if previous else None,
            now=self._memory.clock(),
            fits=lambda summary: self._tokens.count(summary) <= PROFILE_TOKENS,
            noticed=merged(before, new, self._memory.clock()),
        )
        if profile is not None:
            self._memory.remember(user_id, [profile], resting_on=profile.evidence)

    def _reconciled(self, user_id: str, found: Sequence[Statement], evidence: tuple[str, ...]) -> Reconciled:
        facts, standing = self._memory.records(user_id, Fact), self._memory.records(user_id, StandingPreference)
        # A model may call a fact what the rules called a standing preference: one of the two is enough.
        known = {record.text.casefold() for record in (*facts, *standing)}
        return reconcile(
            user_id,
            [statement for statement in found if statement.statement.casefold() not in known],
            facts,
            standing,
            evidence=evidence,
            now=self._memory.clock(),
            new_id=self._new_id,
        )

    def _write(self, user_id: str, changes: Reconciled, resting_on: Sequence[str] = ()) -> None:
        self._memory.remember(user_id, changes.put, resting_on=resting_on)
        for replaced in changes.delete:
            self._memory.forget(user_id, replaced)
