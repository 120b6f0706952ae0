"""A small real server that speaks OpenAI's chat and embeddings protocol, for tests of the whole path over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tailored.memory.embedders.hashing import HashingEmbedder

DIMENSION = 384
Answer = Callable[[dict[str, Any]], str]
"""The reply's text for a request body. It may raise HttpError, or give text that is no protocol at all as `Raw`."""


class HttpError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Raw(str):
    """Bytes to send instead of a protocol answer."""


class Handler(BaseHTTPRequestHandler):
    server: OpenAIServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/embeddings"):
            self.send(200, _embeddings(body))
            return
        self.server.requests.append(body)
        try:
            text = self.server.answer(body)
        except HttpError as error:
            self.send(error.status, json.dumps({"error": {"message": str(error), "type": "test"}}))
            return
        if isinstance(text, Raw):
            self.send(200, text)
        elif body.get("stream"):
            self.send(200, "".join(_stream(text)), "text/event-stream")
        else:
            self.send(200, json.dumps(_completion(text)))

    def send(self, status: int, text: str, kind: str = "application/json") -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class OpenAIServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


@contextmanager
def serving(answer: Answer) -> Iterator[OpenAIServer]:
    server = OpenAIServer(answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _embeddings(body: dict[str, Any]) -> str:
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    vectors = HashingEmbedder(DIMENSION).embed(texts)
    data = [{"object": "embedding", "index": n, "embedding": row.tolist()} for n, row in enumerate(vectors)]
    return json.dumps({"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}})


def _completion(text: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    return {
        "id": "c", "object": "chat.completion", "created": 0, "model": "m", "usage": _usage(text),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
    }  # fmt: skip


def _stream(text: str) -> Iterator[str]:
    for piece in text.split(" "):
        delta = {"index": 0, "delta": {"content": piece + " "}, "finish_reason": None}
        yield _event({"choices": [delta]})
    yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    yield _event({"choices": [], "usage": _usage(text)})
    yield "data: [DONE]\n\n"


def _event(fields: dict[str, Any]) -> str:
    head = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m"}
    return f"data: {json.dumps(head | fields)}\n\n"


def _usage(text: str) -> dict[str, int]:
    words = len(text.split())
    return {"prompt_tokens": 10, "completion_tokens": words, "total_tokens": 10 + words}
