"""A search server on this machine for contract tests: the shapes of OpenSearch, SearXNG, Brave and Bing, and faults."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

DOCUMENTS = [("Garden", "How to plant roses", "https://a.example/roses"), ("Kitchen", "How to bake bread", "")]
OPENSEARCH = {"hits": {"hits": [{"_source": {"title": t, "text": x, "url": u}} for t, x, u in DOCUMENTS]}}
SEARXNG = {"results": [{"title": t, "content": x, "url": u} for t, x, u in DOCUMENTS]}
BRAVE = {"web": {"results": [{"title": t, "description": x, "url": u} for t, x, u in DOCUMENTS]}}
BING = {"webPages": {"value": [{"name": t, "snippet": x, "url": u} for t, x, u in DOCUMENTS]}}
ANSWERS: dict[str, Any] = {
    "/documents/_search": OPENSEARCH,
    "/searxng": SEARXNG,
    "/brave": BRAVE,
    "/bing": BING,
    "/empty": {"results": []},
    "/strange": {"answer": 42},
    "/mixed": {"results": [None, "text", {"title": 3}, {"title": "Garden", "content": "roses"}]},
}
SLOW_S = 0.5


@dataclass(slots=True)
class Asked:
    """What the server was asked: path, parameters or body, headers."""

    path: str
    sent: Any
    headers: dict[str, str]


@dataclass(slots=True)
class Server:
    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def search_server() -> Iterator[Server]:
    """A server that runs while the block does."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(asked := []))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Server(url=f"http://127.0.0.1:{http.server_port}", asked=asked)
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


def _handler(asked: list[Asked]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            self._note(address.path, {name: values[0] for name, values in parse_qs(address.query).items()})

        def do_POST(self) -> None:
            self._note(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _note(self, path: str, sent: Any) -> None:
            asked.append(Asked(path, sent, {name.lower(): value for name, value in self.headers.items()}))
            if path == "/slow":
                time.sleep(SLOW_S)
            if path.startswith("/status/"):
                self._answer(int(path.removeprefix("/status/").split("/")[0]), b"{}")
            elif path == "/text":
                self._answer(200, b"<html>hello</html>")
            else:
                self._answer(200 if path in ANSWERS else 404, json.dumps(ANSWERS.get(path, {})).encode())

        def _answer(self, status: int, body: bytes) -> None:
            with suppress(BrokenPipeError):  # whoever asked may have gone
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the tests look at `asked`."""

    return Handler
