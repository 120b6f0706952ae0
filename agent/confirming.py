"""The user's word on a call that waited for it: the call is made once, word for word, and the turn goes on from there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace

from langchain_core.messages import AIMessage

from ..memory import Confirmation, ConfirmationAnswer, Memory, RecordNotFound
from .conversation import Conversation
from .errors import ConfirmationNotFound
from .events import Event
from .permission import call_key
from .supplied import Supplied

__all__ = ["Confirming"]


class Confirming:
    """Answers confirmations. An answer is written down before the call is made, so that no crash makes it twice."""

    def __init__(self, memory: Memory, conversation: Conversation, new_id: Callable[[], str]) -> None:
        self._memory = memory
        self._conversation = conversation
        self._new_id = new_id

    async def answer(
        self, user_id: str, confirmation_id: str, answer: ConfirmationAnswer
    ) -> AsyncGenerator[Event, None]:
        """The events of the turn that makes the call; none when the answer is no.

        Raises ConfirmationNotFound when nothing of that id waits.
        """
        asked = await asyncio.to_thread(self._settle, user_id, confirmation_id, answer)
        if answer == "no":
            return
        arguments = json.loads(asked.arguments)
        call = {"name": asked.tool, "args": arguments, "id": f"call_{self._new_id()}", "type": "tool_call"}
        supplied = Supplied(
            following=(AIMessage(content="", tool_calls=[call]),),
            confirmed=frozenset({call_key(asked.tool, arguments)}),
        )
        turn = self._conversation.turn(user_id, f"Yes, go ahead with {asked.tool}.", asked.thread, supplied=supplied)
        async with aclosing(turn) as events:
            async for event in events:
                yield event

    def _settle(self, user_id: str, confirmation_id: str, answer: ConfirmationAnswer) -> Confirmation:
        with self._memory.alone(user_id):
            try:
                asked = self._memory.get(user_id, confirmation_id)
            except RecordNotFound:
                asked = None
            if not isinstance(asked, Confirmation) or asked.answer is not None:
                raise ConfirmationNotFound(
                    f"nothing of the id {confirmation_id!r} waits for the word of user {user_id!r}: "
                    "it was answered, or forgotten with its request"
                )
            self._memory.remember(user_id, [replace(asked, answer=answer)])
            return asked
