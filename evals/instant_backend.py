"""A model server that answers at once, for measuring what is added to it: OpenAI's chat protocol, streamed.

It says `ANSWER`, or with a pause between its pieces what the last message says: `python -m
tailored.evals.instant_backend PORT [PAUSE_MS]`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

__all__ = ["instant_app"]

PIECES = 10
ANSWER = "I have noted that, and will think of it when we speak about this again. Tell me what else I should know."


def instant_app(pause_s: float = 0.0) -> Starlette:
    """`pause_s` seconds lie between two pieces; without any it is always the same answer."""

    async def answer(request: Request) -> Response:
        body = await request.json()
        text = _said(body["messages"][-1]["content"]) if pause_s else ANSWER
        if not body.get("stream"):
            message = {"role": "assistant", "content": text}
            return JSONResponse(
                _head("chat.completion") | {"choices": [_choice(message=message, finish_reason="stop")]}
            )
        return StreamingResponse(_stream(text, pause_s), media_type="text/event-stream")

    return Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])


async def _stream(text: str, pause_s: float) -> AsyncIterator[str]:
    size = max(1, -(-len(text) // PIECES))
    for start in range(0, len(text), size):
        yield _event(choices=[_choice(delta={"content": text[start : start + size]}, finish_reason=None)])
        if pause_s:
            await asyncio.sleep(pause_s)
    yield _event(choices=[_choice(delta={}, finish_reason="stop")])
    yield _event(choices=[], usage={"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20})
    yield "data: [DONE]\n\n"


def _said(content: object) -> str:
    return content if isinstance(content, str) else json.dumps(content)


def _choice(**fields: object) -> dict[str, object]:
    return {"index": 0, **fields}


def _head(kind: str) -> dict[str, object]:
    return {"id": "instant", "object": kind, "created": 0, "model": "instant"}


def _event(**fields: object) -> str:
    return f"data: {json.dumps(_head('chat.completion.chunk') | fields)}\n\n"


if __name__ == "__main__":
    port, pause_ms = int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    uvicorn.run(instant_app(pause_ms / 1000), port=port, log_level="error", access_log=False)
