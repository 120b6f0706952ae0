"""The start of a turn: the user's message as it will be written down, and what the agent is told with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from ..memory import Episode, Memory, check_user_id
from ..prompts import TokenCounter
from .asks import asked_count
from .errors import EmptyMessage, MessageTooLong
from .settings import Limits
from .steer import Steered
from .supplied import Supplied, content_of, text_of, trimmed
from .turn import TurnContext
from .window import Sent

__all__ = ["Opening", "Steer", "messages_of"]

CHARACTERS_PER_TOKEN = 16
"""No text has more characters for each token on average; longer ones are refused without being counted."""

_IMPATIENT = re.compile(
    r"\b(?:surprise me|anything|whatever|don['’]?t care|just|quick(?:ly)?|no questions?)\b", re.IGNORECASE
)
"""Words of somebody who wants no question."""

Steer = Callable[[str, str, str], Steered]
"""What a turn wants of a list of items (given user id, thread and message)."""


class Opening:
    """Blocking: it reads the thread from memory."""

    def __init__(
        self, memory: Memory, tokens: TokenCounter, limits: Limits, new_id: Callable[[], str], steer: Steer
    ) -> None:
        self._memory = memory
        self._tokens = tokens
        self._limits = limits
        self._new_id = new_id
        self._steer = steer

    def request(
        self, user_id: str, text: str, thread: str, *, private: bool, supplied: Supplied
    ) -> tuple[Episode, bool]:
        """The message as an episode, and whether it is new. Raises EmptyMessage, MessageTooLong.

        A caller who keeps the conversation sends the message again with the results of its tools, or after a failure:
        where it is the last one of the thread and has no reply, it is the same message.
        """
        said = self._checked(text, supplied)
        last = [] if private else self._memory.thread(user_id, thread, last=1)
        if last and supplied.history is not None and (last[0].source, last[0].content) == ("user", said):
            return last[0], False
        return Episode(
            id=self._new_id(),
            user_id=check_user_id(user_id),
            created=self._memory.clock(),
            source="user",
            content=said,
            thread=thread,
            order=last[-1].order + 1 if last else 0,
        ), supplied.remembered and not private

    def context(self, request: Episode, window: Sequence[Sent], *, private: bool, supplied: Supplied) -> TurnContext:
        """What the agent is told with the message. What a caller supplied too much of is left out."""
        supplied = replace(supplied, history=self._history(supplied))
        before = text_of(supplied.history) if supplied.history else [sent.content for sent in window]
        steered = Steered() if private else self._steer(request.user_id, request.thread, request.content)
        in_prompt = frozenset(record_id for sent in window for record_id in sent.memories)
        if supplied.history and not private:
            in_prompt = self._said_in(request, frozenset(before))
        return TurnContext(
            user_id=request.user_id,
            request=request.content,
            thread=request.thread,
            previous=before[-1] if before else "",
            in_prompt=in_prompt,
            private=private,
            supplied=supplied,
            count=steered.count or asked_count(request.content) or self._limits.items,
            excluded=steered.shown,
            steering=steered.steering,
            steers=steered.steers,
            may_ask=_is_vague(steered, request.content) and steered.asked < self._limits.questions,
            steered=steered.said,
            held=steered.held,
        )

    def _checked(self, text: str, supplied: Supplied) -> str:
        # Half of a surrogate pair is no text: it could be answered but not stored.
        said = text.encode("utf-8", errors="replace").decode().strip()
        if not said:
            raise EmptyMessage("the message is empty: say something")
        limit = self._limits.message_tokens
        too_long = len(said) > limit * CHARACTERS_PER_TOKEN
        if too_long or (size := self._tokens.count(said)) > limit:
            size_text = f"{len(said)} characters" if too_long else f"{size} tokens"
            raise MessageTooLong(f"the message has {size_text}; at most {limit} tokens fit: shorten or split it")
        return said

    def _history(self, supplied: Supplied) -> tuple[AnyMessage, ...] | None:
        if supplied.history is None:
            return None
        return tuple(trimmed(supplied.history, self._tokens.count, self._limits.history_tokens))

    def _said_in(self, request: Episode, texts: frozenset[str]) -> frozenset[str]:
        """Ids of the thread's messages that the caller's history holds already."""
        turns = self._memory.thread(request.user_id, request.thread)
        return frozenset(turn.id for turn in turns if turn.content in texts)


def _is_vague(steered: Steered, text: str) -> bool:
    """Whether nothing is said about which items are wanted, and a question would not be unwelcome."""
    return not (steered.steering or steered.steering.rest or asked_count(text) or _IMPATIENT.search(text))


def messages_of(request: Episode, window: Sequence[Sent], supplied: Supplied) -> list[AnyMessage]:
    """What the agent is started with."""
    before = supplied.history if supplied.history is not None else tuple(map(_as_message, window))
    return [*before, HumanMessage(content_of(request.content, supplied.blocks)), *supplied.following]


def _as_message(sent: Sent) -> AnyMessage:
    return HumanMessage(sent.content) if sent.role == "user" else AIMessage(sent.content)
