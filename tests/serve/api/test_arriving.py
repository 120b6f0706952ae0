"""Bodies that are too large, too deep, too slow or no text, and connections that ask for nothing."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Message

from tailored.serve.api.arriving import MOST_VALUES, bounded
from tailored.serve.api.errors import TooLarge
from tailored.serve.api.patience import LARGEST_HEAD, Patience
from tests.serve.api.running import JSON, TALK, Running

# What is sent.


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 400_000, b'{"text":' + b"[" * 90_000 + b"]" * 90_000 + b"}", b'{"text":' + b"9" * 9_000 + b"}",
        b'{"text":"\xff\xfe"}', b"\x00", b"", b"null", b'{"text":"\\ud800"}', b'{"text":NaN}',
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/users/bombs/turns", "/v1/users/bombs/import", "/v1/chat/completions"])
def test_what_is_no_json_or_too_deep_is_refused(api: Running, path: str, body: bytes) -> None:
    assert api.http.post(path, content=body, headers=JSON).status_code in (400, 422)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("chat/completions", {**TALK, "stop": "\ud800"}),
        ("chat/completions", {**TALK, "tools": [{"type": "function", "function": {"name": "\ud800"}}]}),
        ("responses", {"input": "Hi", "instructions": "\ud800"}),
        ("responses", {"input": "Hi", "tool_choice": "\ud800"}),
        ("chat/completions", {**TALK, "temperature": "hot"}),
        ("chat/completions", {**TALK, "logit_bias": [1]}),
    ],
)
def test_what_no_model_could_be_sent_is_the_clients_fault(api: Running, path: str, body: dict[str, Any]) -> None:
    answer = api.http.post(f"/v1/{path}", content=json.dumps(body).encode(), headers=JSON)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid_request")


def test_an_import_of_millions_of_values_holds_nobody_up(api: Running) -> None:
    """Sixty megabytes of empty lists once stopped everybody for half a minute."""
    bomb = b'{"records":[' + b"[]," * MOST_VALUES + b"1]}"

    begun = time.monotonic()
    answer = api.http.post("/v1/users/bombs/import", content=bomb, headers=JSON)

    assert (answer.status_code, answer.json()["type"]) == (413, "urn:tailored:too-large")
    assert time.monotonic() - begun < 5


def test_a_key_has_one_import_at_a_time(keyed: Running) -> None:
    ada, bob = keyed.key(user="ada"), keyed.key(user="bob")
    begun, going_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[bytes]:
        yield b'{"format": "tailored/1", '
        begun.set()
        going_on.wait(20)
        yield b'"user_id": "ada", "records": []}'

    export = {"format": "tailored/1", "user_id": "x", "records": []}
    first: list[int] = []
    under_way = threading.Thread(
        target=lambda: first.append(
            keyed.http.post("/v1/users/ada/import", content=slowly(), headers=ada | JSON).status_code
        )
    )
    under_way.start()
    assert begun.wait(20)  # otherwise the first may come during one of the others, and be the one that is refused
    second = first_refusal(keyed, ada, export)
    other = keyed.http.post("/v1/users/bob/import", json=export, headers=bob).status_code
    going_on.set()
    under_way.join()

    assert (second.status_code, second.headers["retry-after"]) == (429, "5")
    assert (first, other) == ([200], 200)


def first_refusal(api: Running, headers: dict[str, str], export: dict[str, Any]) -> httpx2.Response:
    """What a second import is told, as soon as the first one has arrived."""
    ends = time.monotonic() + 10
    while (answer := api.http.post("/v1/users/ada/import", json=export, headers=headers)).status_code == 200:
        assert time.monotonic() < ends
        time.sleep(0.05)
    return answer


def test_a_body_that_comes_too_slowly_is_not_waited_for() -> None:
    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError

    pieces = bounded(never, "100", 1000, patience_s=0.05)

    with pytest.raises(HTTPException, match="too slowly") as fault:
        asyncio.run(pieces())  # type: ignore[arg-type]  # a coroutine, as every ASGI server gives
    assert fault.value.status_code == 408


def test_whoever_waits_for_a_reply_may_wait_longer() -> None:
    async def asked_and_waited() -> Message:
        messages = [{"type": "http.request", "body": b"{}", "more_body": False}, {"type": "http.disconnect"}]

        async def receive() -> Message:
            if len(messages) == 1:
                await asyncio.sleep(0.2)
            return messages.pop(0)

        pieces = bounded(receive, "2", 1000, patience_s=0.05)
        await pieces()
        return await pieces()

    assert asyncio.run(asked_and_waited())["type"] == "http.disconnect"


def test_a_length_that_is_none_is_refused() -> None:
    with pytest.raises(TooLarge):
        bounded(lambda: None, "1001", 1000)  # type: ignore[arg-type, return-value]  # never called


# Connections that ask for nothing.


class Hasty(Patience):
    head_within_s = 0.3


@pytest.fixture
def hasty() -> Iterator[int]:
    """The port of a server that waits for nobody."""
    server = uvicorn.Server(uvicorn.Config(Response("yes"), http=Hasty, ws="none", log_level="error", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_a_connection_without_a_request_is_given_up(hasty: int, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hasty), timeout=20) as idle:
        idle.sendall(begun)
        assert idle.recv(100) == b""


@pytest.mark.parametrize(("piece", "pause_s"), [(b"x", 0.02), (b"x" * LARGEST_HEAD, 0.0)])
def test_a_head_without_end_is_given_up(hasty: int, piece: bytes, pause_s: float) -> None:
    with socket.create_connection(("127.0.0.1", hasty), timeout=20) as endless:
        endless.sendall(b"GET / HTTP/1.1\r\nX-A: ")
        with pytest.raises(ConnectionError):
            keep_sending(endless, piece, pause_s)


def keep_sending(connection: socket.socket, piece: bytes, pause_s: float) -> None:
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        connection.sendall(piece)
        time.sleep(pause_s)


def test_a_connection_that_goes_on_asking_is_kept(hasty: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{hasty}") as http:
        answers = []
        for _ in range(5):
            answers.append(http.get("/").text)
            time.sleep(0.1)

    assert answers == ["yes"] * 5
