"""`tailored serve` and `tailored keys` as people run them, and what docs/api.md shows."""

from __future__ import annotations

import json
import re
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tailored.serve.api.origins import is_loopback
from tests.serve.openai_server import OpenAIServer, serving
from tests.serve.test_cli import answer, environment, tailored

DOCS = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def backend() -> Iterator[OpenAIServer]:
    with serving(answer) as running:
        yield running


@contextmanager
def served(folder: Path, backend: OpenAIServer) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`tailored serve` on a free port, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tailored.main", "serve", "--port", str(port)],
        env=environment(folder, backend.url),
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


def ready(url: str) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            if httpx2.get(f"{url}/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")


def test_what_the_documentation_shows_works_and_the_server_stops_in_good_order(
    tmp_path: Path, backend: OpenAIServer
) -> None:
    [example] = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    commands = [line for line in re.findall(r"^curl .*$", DOCS, re.MULTILINE)]
    with served(tmp_path, backend) as (process, url):
        ready(url)
        here = {"http://127.0.0.1:8000": url}
        python = subprocess.run(
            [sys.executable, "-c", _moved(example, here)], capture_output=True, text=True, timeout=60
        )
        curls = [
            subprocess.run(_moved(line, here), shell=True, capture_output=True, text=True, timeout=60)
            for line in commands
        ]
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)

    assert python.stdout.startswith("Dear team"), python.stderr
    assert [done.returncode for done in curls] == [0] * len(commands)
    assert "event: finished" in curls[1].stdout
    assert json.loads(curls[2].stdout)["items"][0]["statement"]
    assert url.removeprefix("http://") in said.replace("\n", "")
    assert "Traceback" not in said
    assert process.returncode in (0, -signal.SIGTERM, 128 + signal.SIGTERM)


def _moved(text: str, addresses: dict[str, str]) -> str:
    for shown, real in addresses.items():
        text = text.replace(shown, real)
    return text


def test_an_address_that_others_reach_needs_a_key(tmp_path: Path, backend: OpenAIServer) -> None:
    done = tailored(tmp_path, backend, "serve", "--host", "0.0.0.0", "--port", "0")

    assert done.returncode == 1
    assert "there are no keys" in done.stderr
    assert "tailored keys add" in done.stderr


def test_an_address_that_is_taken_is_named(tmp_path: Path, backend: OpenAIServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = tailored(tmp_path, backend, "serve", "--port", str(port))

    assert done.returncode == 1
    assert f"port {port}" in done.stderr


def test_where_there_are_no_keys_it_says_how_to_make_one(tmp_path: Path, backend: OpenAIServer) -> None:
    assert "tailored keys add" in tailored(tmp_path, backend, "keys", "list").stdout


def test_a_key_is_made_shown_once_listed_and_revoked(tmp_path: Path, backend: OpenAIServer) -> None:
    made = tailored(tmp_path, backend, "keys", "add", "--user", "ada", "--label", "her phone")
    key_id = made.stdout.split("_")[1]

    listed = tailored(tmp_path, backend, "keys", "list").stdout
    revoked = tailored(tmp_path, backend, "keys", "revoke", key_id)

    assert re.fullmatch(r"tlr_[0-9a-f]{8}_[\w-]{43}\n", made.stdout)
    assert "her phone" in listed
    assert made.stdout.strip() not in listed
    assert "opens nothing any more" in revoked.stdout
    [file] = (tmp_path / "data").glob("keys*")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made.stdout.strip().rpartition("_")[2].encode() not in file.read_bytes()


@pytest.mark.parametrize(
    "arguments", [("add",), ("add", "--user", "a", "--admin"), ("add", "--tenant", "a:b"), ("revoke", "none")]
)
def test_what_makes_no_key_is_refused_in_one_line(
    tmp_path: Path, backend: OpenAIServer, arguments: tuple[str, ...]
) -> None:
    done = tailored(tmp_path, backend, "keys", *arguments)

    assert done.returncode == 1
    assert done.stderr.startswith("tailored: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True), ("localhost", True), ("::1", True), ("[::1]", True), ("127.9.9.9", True),
        ("0.0.0.0", False), ("::", False), ("", False), ("192.168.1.2", False), ("localhost.evil", False),
    ],
)  # fmt: skip
def test_which_addresses_are_this_machines_own(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
