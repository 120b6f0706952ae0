"""The server as clients meet it: a process on standard input and output, and HTTP with keys."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from tailored.agent.settings import ApiSettings
from tailored.serve.api.keys import KEYS, KeyRing
from tailored.serve.api.serving import config
from tailored.serve.mcp.command import http_app
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


async def test_the_command_says_where_it_answers(tmp_path: Path) -> None:
    with serving(answer) as server:
        command = [sys.executable, "-m", "tailored.main", "mcp", "--user", "ada", "--http", "0"]
        process = subprocess.Popen(
            command, env=environment(tmp_path, server.url), cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        try:
            assert process.stderr
            said = next(line for line in process.stderr if "answers at" in line)
            assert "as the user 'ada'" in said
            assert "nobody" in await preferences(re.findall(r"http://\S+", said)[0], None)
        finally:
            process.terminate()
            process.communicate(timeout=30)


@contextmanager
def listening(tmp_path: Path, keys: KeyRing, **settings: Any) -> Iterator[str]:
    with make_assistant(tmp_path) as assistant, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        api = ApiSettings(**settings)
        server = uvicorn.Server(config(http_app(assistant, keys, "owner", api), api))
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


CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "preferences", "arguments": {}}}
AS_MCP = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:3000"},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"X-Real-IP": "203.0.113.9"},
        {"Content-Type": "text/plain"},
    ],
)
def test_no_page_and_no_proxy_acts_as_the_owner(tmp_path: Path, keys: KeyRing, headers: dict[str, str]) -> None:
    remember = {"name": "remember", "arguments": {"statement": "I like tea"}}
    with listening(tmp_path, keys) as url:
        answered = httpx2.post(url, json=CALL | {"params": remember}, headers=AS_MCP | headers)
        known = httpx2.post(url, json=CALL, headers=AS_MCP).text

    assert answered.status_code in (400, 401, 403)
    assert "tea" not in known


def test_a_key_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path, keys: KeyRing) -> None:
    ada = AS_MCP | {"Authorization": f"Bearer {keys.add(user='ada')[1]}"}
    with listening(tmp_path, keys, requests_per_minute=3) as url:
        answers = [httpx2.post(url, json=CALL, headers=ada) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["retry-after"]) >= 1


def test_what_is_too_large_is_refused(tmp_path: Path, keys: KeyRing) -> None:
    with listening(tmp_path, keys, body_kib=1) as url:
        sized = httpx2.post(url, json=CALL | {"x": "x" * 2000}, headers=AS_MCP)
        streamed = httpx2.post(url, content=iter([b'{"x": "', b"x" * 2000, b'"}']), headers=AS_MCP)

    assert (sized.status_code, streamed.status_code) == (413, 413)


def test_no_stream_is_held_open_for_nothing(tmp_path: Path, keys: KeyRing) -> None:
    with listening(tmp_path, keys) as url:
        answered = httpx2.get(url, headers=AS_MCP)

    assert (answered.status_code, answered.headers["allow"]) == (405, "POST")


def test_answers_are_kept_by_no_cache_and_no_page(tmp_path: Path, keys: KeyRing) -> None:
    with listening(tmp_path, keys) as url:
        headers = httpx2.post(url, json=CALL, headers=AS_MCP).headers

    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers
