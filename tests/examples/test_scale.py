"""The recipe of docs/scale.md with its real parts: a Chroma server, two servers of the API, a worker."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2

from tests.memory.server import chroma_server
from tests.serve.openai_server import serving
from tests.serve.test_cli import answer, environment

STARTS_WITHIN_S = 90


@contextmanager
def process(env: dict[str, str], cwd: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tailored.main", *arguments]
    with subprocess.Popen(command, env=env, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            yield started
        finally:
            started.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(url: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            if httpx2.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        assert time.monotonic() < deadline, "the server does not get ready"
        time.sleep(0.1)


def say(url: str, user: str, text: str) -> None:
    body = {"text": text, "thread": "t", "stream": False}
    httpx2.post(f"{url}/v1/users/{user}/turns", json=body, timeout=60).raise_for_status()


def ask(url: str, path: str) -> Any:
    return httpx2.get(f"{url}{path}", timeout=30).raise_for_status().json()


def test_two_servers_share_memory_and_a_worker_learns_for_both(tmp_path: Path) -> None:
    (tmp_path / "memories").mkdir()
    with ExitStack() as running:
        model = running.enter_context(serving(answer))
        chroma = running.enter_context(chroma_server(tmp_path / "memories"))
        shared = {"TAILORED_STORE__URL": f"http://127.0.0.1:{chroma}", "TAILORED_LEARNING__APART": "true"}
        env = environment(tmp_path, model.url) | shared
        ports = [free_port(), free_port()]
        for port in ports:
            running.enter_context(process(env, tmp_path, "serve", "--port", str(port), "--data", "data"))
        one, other = (f"http://127.0.0.1:{port}" for port in ports)
        for url in (one, other):
            wait_for(url)

        say(one, "ada", "I'm vegan.")
        say(other, "ada", "What can I cook tonight?")
        heard_by_ada = json.dumps(model.requests[-1])
        say(other, "bob", "What can I cook tonight?")
        heard_by_bob = json.dumps(model.requests[-1])
        say(other, "ada", "I live in Porto.")
        running.enter_context(process(env, tmp_path, "worker", "--data", "data"))
        deadline = time.monotonic() + STARTS_WITHIN_S
        while "Porto" not in (summary := ask(one, "/v1/users/ada/profile")["summary"]):
            assert time.monotonic() < deadline, f"the worker has not learned: {summary!r}"
            time.sleep(0.2)

    assert "vegan" in heard_by_ada
    assert "vegan" not in heard_by_bob
