"""What the two OpenAI-compatible routes have in common when they stream."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from ...agent import Event, ReplyFinished, TextDelta
from .bugs import log_bug
from .problems import problem_of, unexpected

__all__ = ["PATIENCE_S", "Events", "fault_json", "once_begun"]

log = logging.getLogger(__name__)
PATIENCE_S = 5.0
"""So long the first text is waited for before the stream begins: until then a fault has a status of its own, which
clients know how to retry. After it, comments keep the connection open."""

Events = AsyncGenerator[Event | None, None]


async def once_begun(events: Events) -> Events:
    """The same events, when the first that says anything has come or the first None. Raises what the turn raises."""
    early: list[Event | None] = []
    async for event in events:
        early.append(event)
        if event is None or isinstance(event, TextDelta | ReplyFinished):
            break
    return _rejoined(early, events)


async def _rejoined(early: Sequence[Event | None], events: Events) -> Events:
    try:
        for event in early:
            yield event
        async for event in events:
            yield event
    finally:
        await events.aclose()


def fault_json(error: Exception, *, operator: bool) -> dict[str, Any]:
    """A fault in the middle of a stream, in OpenAI's form."""
    problem = problem_of(error, operator=operator)
    if problem is None:
        log_bug(log, "a turn", None, error)
    return (problem or unexpected()).as_openai()
