"""Server-sent events (WHATWG HTML, 9.2): typed events as a response that ends its source when the client leaves."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import anyio
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

__all__ = ["DONE", "PING", "EventStream", "event"]

PING = ": ping\n\n"
DONE = "data: [DONE]\n\n"


def event(data: Mapping[str, Any], name: str = "") -> str:
    """One event; JSON has no raw line break, so its data is one line."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {text}\n\n" if name else f"data: {text}\n\n"


class EventStream(StreamingResponse):
    """Sends a generator's events as they come."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[str, None]) -> None:
        super().__init__(events, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            # The client may have left in the middle of a write: end the turn now, not when memory is tidied.
            with anyio.CancelScope(shield=True):
                await self._events.aclose()
