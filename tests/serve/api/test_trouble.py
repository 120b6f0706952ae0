"""When something fails or is slow: whoever is concerned is told clearly, the others are served."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk
from pydantic import SecretStr

from tailored.agent.models.resolve import open_chat_model
from tailored.agent.models.scripted import ScriptedModel
from tailored.agent.models.settings import ModelSettings
from tests.serve.api.running import Running, running
from tests.serve.api.test_turns import events_of


class Slow(ScriptedModel):
    """A model that says a word, and then thinks until it is let go on; other users' words are answered at once."""

    script: Sequence[Any] = ()
    go_on: Any

    async def _astream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
        yield ChatGenerationChunk(message=AIMessageChunk(content="Well, "))
        while "slowly" in messages[-1].text and not self.go_on.is_set():
            await asyncio.sleep(0.01)
        yield ChatGenerationChunk(message=AIMessageChunk(content="done.", chunk_position="last"))


def until(condition: Any, seconds: float = 10.0) -> bool:
    """Whether a condition comes true in time."""
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return bool(condition())


@contextmanager
def thinking(api: Running) -> Iterator[Iterator[str]]:
    """The lines of a reply that has begun and does not go on by itself."""
    with api.http.stream("POST", "/v1/users/ada/turns", json={"text": "Think slowly"}) as slow:
        lines = slow.iter_lines()
        while "Well, " not in next(lines):
            pass
        yield lines


def test_while_one_waits_for_a_slow_model_others_are_served(tmp_path: Path) -> None:
    go_on = threading.Event()
    with running(tmp_path, Slow(go_on=go_on)) as api, thinking(api) as lines:
        other = api.say("bob", "Hello")
        known = api.http.get("/v1/users/ada/stats").status_code
        go_on.set()
        rest = "\n".join(lines)

    assert (other["text"], known) == ("Well, done.", 200)
    assert "event: finished" in rest


def test_whoever_hangs_up_stops_the_turn_and_what_was_said_is_kept(tmp_path: Path) -> None:
    with running(tmp_path, Slow(go_on=threading.Event())) as api:
        with thinking(api):
            pass
        ended = until(lambda: not open_requests(api))
        said = [memory.text for memory in api.assistant.user("ada").memories]

    assert ended
    assert said == ["Think slowly"]


def open_requests(api: Running) -> int:
    """How many requests are being answered, besides the one that asks."""
    figures = api.http.get("/metrics").text
    [line] = [line for line in figures.splitlines() if line.startswith("tailored_requests_open ")]
    return int(float(line.split()[1])) - 1


def test_one_users_burst_is_bounded_and_does_not_hold_up_others(tmp_path: Path) -> None:
    async def burst(url: str, go_on: threading.Event) -> tuple[list[int], int, httpx2.Headers]:
        async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
            turns = [
                asyncio.create_task(
                    http.post("/v1/users/ada/turns", json={"text": "slowly", "thread": f"t{n}", "stream": False})
                )
                for n in range(12)
            ]
            refused, _ = await asyncio.wait(turns, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            other = await http.post("/v1/users/bob/turns", json={"text": "Hi", "stream": False})
            go_on.set()
            answers = await asyncio.gather(*turns)
            return (
                sorted(answer.status_code for answer in answers),
                other.status_code,
                next(iter(refused)).result().headers,
            )

    go_on = threading.Event()
    with running(tmp_path, Slow(go_on=go_on), api={"turns_per_user": 3}) as api:
        statuses, other, headers = asyncio.run(burst(api.url, go_on))

    assert statuses == [200] * 3 + [429] * 9
    assert other == 200
    assert headers["retry-after"] == "1"


def test_a_dead_model_is_told_to_both_kinds_of_client(tmp_path: Path) -> None:
    nobody = ModelSettings(base_url="http://127.0.0.1:9/v1", name="any", api_key=SecretStr("none"))
    model = open_chat_model(nobody, tmp_path).model_copy(update={"max_retries": 0})
    with running(tmp_path, model) as api, openai.OpenAI(base_url=f"{api.url}/v1", api_key="x", max_retries=0) as ai:
        native = events_of(api.http.post("/v1/users/ada/turns", json={"text": "Hi"}))
        with pytest.raises(openai.InternalServerError) as fault:
            ai.chat.completions.create(model="tailored", messages=[{"role": "user", "content": "Hi"}], stream=True)
        kept = [memory.text for memory in api.assistant.user("ada").memories]

    assert native[-1][0] == "error"
    assert native[-1][1]["type"] == "urn:tailored:model-unreachable"
    assert (fault.value.status_code, fault.value.code) == (502, "model_unreachable")
    assert kept == ["Hi"]


def test_a_server_that_is_stopped_lets_replies_end_and_tells_the_others(tmp_path: Path) -> None:
    with running(tmp_path, Slow(go_on=threading.Event()), api={"grace_s": 0.3}) as api, thinking(api) as lines:
        api.server.should_exit = True
        rest = [line for line in lines if line]

    assert rest[-2] == "event: error"
    assert json.loads(rest[-1].removeprefix("data: "))["type"] == "urn:tailored:shutting-down"
