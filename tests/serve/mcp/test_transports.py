"""The server as clients meet it: a process on standard input and output, and HTTP with keys."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from tailored.serve.api.keys import KEYS, KeyRing
from tailored.serve.mcp.command import Door, http_app
from tests.agent.makers import assistant as make_assistant
from tests.serve.openai_server import serving
from tests.serve.test_cli import answer, environment, tailored


async def test_a_process_on_standard_input_and_output(tmp_path: Path) -> None:
    with serving(answer) as server:
        command = StdioServerParameters(
            command=sys.executable,
            args=["-m", "tailored.main", "mcp", "--user", "ada"],
            env=environment(tmp_path, server.url),
            cwd=tmp_path,
        )
        async with Client(command) as client:
            await client.call_tool("remember", {"statement": "I'm vegan"})
            found = await client.call_tool("preferences", {})
        kept = tailored(tmp_path, server, "export", "--user", "ada")

    assert "vegan" in str(found.structured_content)
    assert "vegan" in kept.stdout


def test_nothing_but_the_protocol_is_on_standard_output(tmp_path: Path) -> None:
    with serving(answer) as server:
        done = tailored(tmp_path, server, "mcp", "--user", "ada", input="")

    assert (done.returncode, done.stdout) == (0, "")


def test_other_machines_are_not_let_in_without_keys(tmp_path: Path) -> None:
    with serving(answer) as server:
        done = tailored(tmp_path, server, "mcp", "--http", "0", "--host", "0.0.0.0")

    assert done.returncode == 2
    assert "make a key first" in done.stderr


@contextmanager
def listening(tmp_path: Path, keys: KeyRing) -> Iterator[str]:
    with make_assistant(tmp_path) as assistant, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        app = http_app(assistant, Door(keys, "owner", host="127.0.0.1"), host="127.0.0.1")
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[KeyRing]:
    ring = KeyRing(tmp_path / KEYS)
    yield ring
    ring.close()


async def preferences(url: str, key: str | None) -> str:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        await client.call_tool("remember", {"statement": f"I'm called {key or 'nobody'}"})
        return str((await client.call_tool("preferences", {})).structured_content)


async def test_over_http_a_key_is_its_users_memory(tmp_path: Path, keys: KeyRing) -> None:
    _, ada = keys.add(user="ada")
    _, bob = keys.add(user="bob")

    with listening(tmp_path, keys) as url:
        of_ada, of_bob = await preferences(url, ada), await preferences(url, bob)

    assert ada in of_ada
    assert ada not in of_bob


async def test_without_keys_the_local_owner_is_served(tmp_path: Path, keys: KeyRing) -> None:
    with listening(tmp_path, keys) as url:
        assert "nobody" in await preferences(url, None)


@pytest.mark.parametrize("key", ["x", "tlr_0_wrong", "admin", "tenant"])
def test_who_has_no_users_key_gets_no_further_than_the_door(tmp_path: Path, keys: KeyRing, key: str) -> None:
    texts = {"admin": keys.add()[1], "tenant": keys.add(tenant="acme")[1]}

    with listening(tmp_path, keys) as url:
        answered = httpx2.post(url, json={}, headers={"Authorization": f"Bearer {texts.get(key, key)}"})

    assert answered.status_code == (403 if key in texts else 401)


def test_a_page_in_a_browser_is_refused(tmp_path: Path, keys: KeyRing) -> None:
    with listening(tmp_path, keys) as url:
        answered = httpx2.post(url, json={}, headers={"Host": "evil.example", "Origin": "http://evil.example"})

    assert answered.status_code in (403, 421)
