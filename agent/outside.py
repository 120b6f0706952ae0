"""Turns that somebody else's agent held: written down, so that they can be recalled and their answers edited."""

from __future__ import annotations

import uuid
from typing import Any

from ..memory import Episode, Memory, check_user_id
from .errors import EmptyMessage

__all__ = ["write_turn"]


def write_turn(memory: Memory, user_id: str, thread: str, *, asked: str, answered: str) -> Episode:
    """Add a turn to a thread; gives the answer's episode. Raises EmptyMessage."""
    check_user_id(user_id)
    if not asked.strip() or not answered.strip():
        raise EmptyMessage("a turn needs a message and an answer: one of the two is empty")
    with memory.alone(user_id):
        last = memory.thread(user_id, thread, last=1)
        order = last[-1].order + 1 if last else 0
        common: dict[str, Any] = {"user_id": user_id, "created": memory.clock(), "thread": thread}
        request = Episode(id=uuid.uuid4().hex, source="user", content=asked, order=order, **common)
        answer = Episode(
            id=uuid.uuid4().hex,
            source="assistant",
            content=answered,
            order=order + 1,
            evidence=(request.id,),
            **common,
        )
        memory.remember(user_id, [request, answer])
    return answer
