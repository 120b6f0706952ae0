"""What the server rests on goes away and comes back: a Chroma server that is killed, a disk that is full."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import openai
import pytest
from pydantic import SecretStr

from tailored.agent.models.resolve import open_chat_model
from tailored.agent.models.settings import ModelSettings
from tests.memory.server import chroma_server
from tests.serve.api.running import Running, running
from tests.serve.api.test_trouble import until

REPOSITORY = Path(__file__).parents[3]
SMALL_DISK = "mount -t tmpfs -o size=64m tmpfs {folder} && exec {python} -m tests.serve.api.full_disk {folder}"


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """Chroma servers, which go after whoever uses them."""
    with ExitStack() as started:
        yield started


def texts(api: Running, user: str) -> set[str]:
    return {memory["text"] for memory in api.http.get(f"/v1/users/{user}/memories").json()["items"]}


def test_a_chroma_server_that_is_killed_and_comes_back(tmp_path: Path, servers: ExitStack) -> None:
    folder, hello = tmp_path / "server", {"text": "Hello", "stream": False}
    folder.mkdir()
    with ExitStack() as opened:
        with chroma_server(folder) as port:
            store = {"url": f"http://127.0.0.1:{port}"}
            api = opened.enter_context(running(tmp_path / "data", on_disk=True, store=store))
            api.say("ada", "My sister has a boat")
            api.say("bob", "My brother has a kite")
        outage = {
            "turn": api.http.post("/v1/users/ada/turns", json=hello),
            "memory": api.http.post("/v1/users/ada/memories", json={"statement": "I like milk"}),
            "unknown user": api.http.get("/v1/users/eve/export"),
            "readiness": api.http.get("/readyz"),
        }
        private = api.http.post("/v1/users/bob/turns", json=hello | {"private": True})
        alive = api.http.get("/healthz")
        servers.enter_context(chroma_server(folder, port))
        api.say("ada", "My aunt has a car")
        known, of_bob, ready = texts(api, "ada"), texts(api, "bob"), api.http.get("/readyz")

    assert {what: answer.status_code for what, answer in outage.items()} == dict.fromkeys(outage, 503)
    assert outage["turn"].json()["type"] == "urn:tailored:store-unavailable"
    assert (private.status_code, alive.status_code, ready.status_code) == (200, 200, 200)
    assert {"My sister has a boat", "My aunt has a car"} <= known
    assert "Hello" not in known
    assert "My brother has a kite" in of_bob


@pytest.fixture
def small_disk(tmp_path: Path) -> dict[str, Any]:
    """What was answered on a disk of its own, which nobody but that process sees."""
    script = SMALL_DISK.format(folder=tmp_path, python=sys.executable)
    try:
        done = subprocess.run(
            ["unshare", "--mount", "--map-root-user", "sh", "-c", script],
            cwd=REPOSITORY, capture_output=True, text=True, timeout=150,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("there is no `unshare` here, so no disk that a test may fill")
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no file system may be mounted here, so none may be filled: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_disk_that_is_full_and_then_is_not(small_disk: dict[str, Any]) -> None:
    """Chroma would stand still for ever after its first write that finds no room."""
    full = small_disk["full"]

    assert [full["memory"][0], full["turn"][0]] == [507, 507]
    assert full["turn"][1]["type"] == "urn:tailored:disk-full"
    assert (full["readyz"], full["healthz"]) == (200, 200)
    assert small_disk["again"] == [201, 200]
    assert small_disk["kept"] > 1
    assert small_disk["lost"] == []
    assert small_disk["chat"][0] == 1
    assert small_disk["chat"][1].startswith("tailored: ")
    assert small_disk["chat"][1].count("\n") == 1


@contextmanager
def model_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that speaks OpenAI's protocol, a piece of a reply each tenth of a second; killed in the end (-9)."""
    command = [sys.executable, "-m", "tailored.evals.instant_backend", str(port), "100"]
    with subprocess.Popen(command, cwd=REPOSITORY) as process:
        try:
            until(lambda: listens(port))
            yield process
        finally:
            process.kill()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_model_server_that_is_killed_in_the_middle_of_a_reply_and_comes_back(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    chosen = ModelSettings(base_url=f"http://127.0.0.1:{port}/v1", name="any", api_key=SecretStr("none"))
    model = open_chat_model(chosen, tmp_path).model_copy(update={"max_retries": 0})
    asked = {"text": "I have a boat, and a kite, and a car", "stream": True}
    with running(tmp_path, model) as api:
        with model_server(port) as process, api.http.stream("POST", "/v1/users/ada/turns", json=asked) as native:
            lines = native.iter_lines()
            while next(lines) != "event: text":
                pass
            process.kill()
            rest = [line for line in lines if line]
        with openai.OpenAI(base_url=f"{api.url}/v1", api_key="x", max_retries=0) as ai, pytest.raises(openai.APIError):
            ai.chat.completions.create(model="tailored", messages=[{"role": "user", "content": "Hi"}])
        others = [api.http.get(f"/v1/users/bob/{route}").status_code for route in ("standing", "threads")]
        with model_server(port):
            again = api.say("ada", "Hello")["text"]
        kept = [memory.text for memory in api.assistant.user("ada").memories]

    assert rest[-2] == "event: error"
    assert json.loads(rest[-1].removeprefix("data: "))["status"] == 502
    assert others == [200, 200]
    assert again == "Hello"
    assert asked["text"] in kept
