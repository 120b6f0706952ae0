"""What answers the lines of a batch: an assistant in this process, or others behind the same Protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from ...agent.supplied import Supplied
from ...memory import Episode, Record
from .answers import Answer, Refusal, refusal_of
from .bodies import chat_answer, doing_answer, found_answer, lesson_answer, verdict_answer
from .errors import LineFailed
from .lines import Action, Chat, Correction, Doing, Line, Message, Verdict

if TYPE_CHECKING:
    from langchain_core.messages import AnyMessage

    from ...agent import Assistant, User
    from ...memory import Interaction

__all__ = ["AssistantEngine", "Engine"]


class Engine(Protocol):
    """Answers lines, several at once, but never two of the same user."""

    async def answer(self, line: Line, *, thread: str) -> Answer | Refusal:
        """Do what the line says. `thread` is the conversation of a chat that names none."""
        ...

    async def find(self, line: Line, *, thread: str, since: datetime) -> Answer | None:
        """What a try that was cut short has done for the line after `since`, so that nothing is done twice."""
        ...

    async def learn(self) -> None:
        """Do the learning that waits."""
        ...


class AssistantEngine:
    """Answers with an assistant. With `remember=False` memory is read and never written."""

    def __init__(self, assistant: Assistant, *, remember: bool = True) -> None:
        self._assistant = assistant
        self._remember = remember

    async def answer(self, line: Line, *, thread: str) -> Answer | Refusal:
        """See Engine."""
        try:
            return await self._answer(line, thread)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None:
                raise
            return refusal

    async def _answer(self, line: Line, thread: str) -> Answer:
        action, user_id = line.action, line.user_id
        if isinstance(action, Chat):
            supplied = _supplied(action, remembered=self._remember)
            in_thread = action.thread or thread
            reply = await self._assistant.achat(user_id, action.text, thread=in_thread, supplied=supplied)
            return chat_answer(reply, created=datetime.now(UTC))
        if not self._remember:
            raise LineFailed("memory is only read in this run: only chats are answered")
        if isinstance(action, Correction):
            return lesson_answer(await self._assistant.aedit_by_id(user_id, action.reply_id or "", action.text))
        user = self._assistant.user(user_id)
        if isinstance(action, Verdict):
            said = await asyncio.to_thread(user.judge, action.reply_id or "", action.signal, action.note)
            return verdict_answer(said)
        return doing_answer(await asyncio.to_thread(_do, user, action))

    async def find(self, line: Line, *, thread: str, since: datetime) -> Answer | None:
        """See Engine."""
        return await asyncio.to_thread(self._find, line, thread, since) if self._remember else None

    async def learn(self) -> None:
        """See Engine."""
        await asyncio.to_thread(self._assistant.learn_now)

    def _find(self, line: Line, thread: str, since: datetime) -> Answer | None:
        user = self._assistant.user(line.user_id)
        found = [record for record in _done(user, line.action, thread) if record.created >= since]
        return found_answer(found[-1], user) if found else None


def _supplied(chat: Chat, *, remembered: bool) -> Supplied:
    """The line's own conversation; a thread that is named has its own."""
    return Supplied(
        history=None if chat.thread else tuple(map(_as_message, chat.before)),
        instructions=chat.instructions,
        options=chat.options,
        attended=False,
        remembered=remembered,
    )


def _as_message(said: Message) -> AnyMessage:
    from langchain_core.messages import AIMessage, HumanMessage

    return HumanMessage(said.text) if said.role == "user" else AIMessage(said.text)


def _do(user: User, doing: Doing) -> Interaction:
    if doing.event == "rated":
        return user.rate(doing.item_id, doing.value or 0.0)
    return user.pick(doing.item_id) if doing.event == "picked" else user.reject(doing.item_id, doing.reason)


def _done(user: User, action: Action, thread: str) -> Iterator[Record]:
    """The user's records that doing the action leaves behind, oldest first."""
    if isinstance(action, Chat):
        said = [
            turn for turn in user.memories if isinstance(turn, Episode) and turn.thread == (action.thread or thread)
        ]
        asked = {turn.id for turn in said if turn.source == "user" and turn.content == action.text.strip()}
        yield from (turn for turn in said if turn.source == "assistant" and asked.intersection(turn.evidence))
    elif isinstance(action, Correction):
        known = (action.reply_id, action.text.strip())
        yield from (edit for edit in user.edits if (edit.reply_id, edit.edited) == known)
    elif isinstance(action, Doing):  # feedback said twice is feedback said once
        known_event = (action.item_id, action.event, action.value or 1.0, action.reason)
        yield from (
            event
            for event in user.interactions
            if (event.item_id, event.event, event.value, event.reason) == known_event
        )
