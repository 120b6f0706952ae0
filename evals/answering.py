"""An endpoint that speaks OpenAI's chat protocol, in a process of its own: it answers after a fixed time, so many
requests at a time, and the others wait; what a batch loses against it is ours."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

__all__ = ["answering"]

STARTS_WITHIN_S = 60.0
REPLY = "The office closes at noon on Friday."


@contextmanager
def answering(*, seconds: float, slots: int) -> Iterator[str]:
    """The base url of an endpoint that takes `seconds` for each of at most `slots` answers at a time."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", __name__, str(port), str(seconds), str(slots)])
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _app(seconds: float, slots: int) -> Starlette:
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, StreamingResponse
    from starlette.routing import Route

    free = asyncio.Semaphore(slots)

    async def answer(request: Request) -> Response:
        body = json.loads(await request.body())
        async with free:
            await asyncio.sleep(seconds)
        if body.get("stream"):
            return StreamingResponse(_events(), media_type="text/event-stream")
        message = {"role": "assistant", "content": REPLY}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return JSONResponse(_head("chat.completion") | {"choices": [choice], "usage": _USAGE})

    return Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])


_USAGE = {"prompt_tokens": 10, "completion_tokens": 8, "total_tokens": 18}


async def _events() -> AsyncIterator[str]:
    delta = {"index": 0, "delta": {"role": "assistant", "content": REPLY}, "finish_reason": None}
    yield _event({"choices": [delta]})
    yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    yield _event({"choices": [], "usage": _USAGE})
    yield "data: [DONE]\n\n"


def _event(fields: dict[str, Any]) -> str:
    return f"data: {json.dumps(_head('chat.completion.chunk') | fields)}\n\n"


def _head(kind: str) -> dict[str, Any]:
    return {"id": "c", "object": kind, "created": 0, "model": "m"}


if __name__ == "__main__":
    import uvicorn

    at, takes, at_once = sys.argv[1:]
    uvicorn.run(
        _app(float(takes), int(at_once)), host="127.0.0.1", port=int(at), log_level="critical", access_log=False
    )
