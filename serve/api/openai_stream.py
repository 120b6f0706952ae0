"""What the two OpenAI-compatible routes have in common when they stream."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from ...agent import Event, ReplyFinished, TextDelta
from .problems import problem_of, unexpected
from .stopping import ended

__all__ = ["PATIENCE_S", "Events", "fault_json", "once_begun"]

log = logging.getLogger(__name__)
PATIENCE_S = 5.0
"""So long the first text is waited for before the stream begins: until then a fault has a status of its own, which
clients know how to retry. After it, comments keep the connection open."""

Events = AsyncGenerator[Event | None, None]


async def once_begun(events: Events, *, patience_s: float = PATIENCE_S) -> Events:
    """The same events, when the first that says anything has come or patience is over. Raises what the turn raises."""
    early: list[Event | None] = []
    loop = asyncio.get_running_loop()
    until = loop.time() + patience_s
    while not (early and isinstance(early[-1], TextDelta | ReplyFinished)):
        coming = asyncio.ensure_future(anext(events))
        done, _ = await asyncio.wait((coming,), timeout=max(0.0, until - loop.time()))
        if not done:
            return _rejoined(early, coming, events)
        early.append(coming.result())
    return _rejoined(early, None, events)


async def _rejoined(
    early: Sequence[Event | None], coming: asyncio.Future[Event | None] | None, events: Events
) -> Events:
    try:
        for event in early:
            yield event
        if coming is not None:
            yield await asyncio.shield(coming)
        async for event in events:
            yield event
    finally:
        if coming is not None and not coming.done():
            await ended(coming)
        await events.aclose()


def fault_json(error: Exception) -> dict[str, Any]:
    """A fault in the middle of a stream, in OpenAI's form."""
    problem = problem_of(error)
    if problem is None:
        log.error("a turn failed", exc_info=error)
    return (problem or unexpected()).as_openai()
