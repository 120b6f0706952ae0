"""The local model's process, with the smallest real model."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from langchain_core.language_models import BaseChatModel
from pydantic import BaseModel

from tailored.agent.models.constrained import ConstrainedToolModel
from tailored.agent.models.errors import ModelLoadFailed
from tailored.agent.models.resolve import close_chat_model, serve_locally
from tailored.agent.models.server import LocalServer, default_threads
from tailored.agent.models.settings import ModelSettings

SHORT = ModelSettings(max_tokens=32, timeout_s=60)


@pytest.fixture(scope="module")
def model(smallest_server: LocalServer) -> BaseChatModel:
    return serve_locally(smallest_server, SHORT)


def test_one_core_is_left_free_when_writing() -> None:
    writing, reading = default_threads()

    assert 1 <= writing <= reading


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed, match=r"no model file at .*none\.gguf"):
        LocalServer(tmp_path / "none.gguf").address()


def test_a_broken_file_is_a_clear_error_and_no_noise(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("xllamacpp")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"x" * 1000)

    with pytest.raises(ModelLoadFailed, match="verify the file"):
        LocalServer(broken).address()

    assert capfd.readouterr() == ("", "")


def test_a_load_that_fails_in_a_call_reaches_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed):
        serve_locally(LocalServer(tmp_path / "none.gguf"), SHORT).invoke("hello")


@pytest.mark.model
def test_it_answers_quietly(model: BaseChatModel, capfd: pytest.CaptureFixture[str]) -> None:
    assert model.invoke("Say hello.").text
    assert capfd.readouterr() == ("", "")


@pytest.mark.model
def test_a_prompt_that_was_read_before_is_reported_as_cached(model: BaseChatModel) -> None:
    question = "Name one colour that is often seen in the evening sky."
    model.invoke(question)

    usage = model.invoke(question).usage_metadata

    assert usage is not None
    assert usage["input_token_details"]["cache_read"] >= usage["input_tokens"] - 2


@pytest.mark.model
def test_streaming_reports_usage_too(model: BaseChatModel) -> None:
    whole = None
    for chunk in model.stream("Say hello."):
        whole = chunk if whole is None else whole + chunk

    assert whole is not None
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["output_tokens"] > 0


@pytest.mark.model
def test_one_model_serves_one_event_loop_after_the_other(model: BaseChatModel) -> None:
    answers = [asyncio.run(model.ainvoke("Say hello.")).text for _ in range(2)]

    assert all(answers)


@pytest.mark.model
def test_a_proxy_in_the_environment_is_not_used(smallest_server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_PROXY", "http://127.0.0.1:9")

    assert serve_locally(smallest_server, SHORT).invoke("Say hello.").text


@pytest.mark.model
def test_output_follows_a_schema(model: BaseChatModel) -> None:
    class Choice(BaseModel):
        yes: bool

    chosen = model.with_structured_output(Choice, method="json_schema").invoke("Is water wet?")

    assert isinstance(chosen, Choice)


@pytest.mark.model
def test_another_key_is_refused(smallest_server: LocalServer) -> None:
    import openai

    client = openai.OpenAI(base_url=f"{smallest_server.address()}/v1", api_key="wrong", max_retries=0)

    with client, pytest.raises(openai.AuthenticationError):
        client.chat.completions.create(model="any", messages=[{"role": "user", "content": "hello"}])


@pytest.mark.model
def test_closing_during_a_reply_ends_it_at_once(smallest_server: LocalServer) -> None:
    server = LocalServer(smallest_server.weights, context=2048)
    server.address()
    failures: list[Exception] = []

    def ask() -> None:
        try:
            serve_locally(server, SHORT).invoke("Write a long story.", max_tokens=1500)
        except Exception as error:
            failures.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.5)
    server.close()
    asking.join(5)

    assert not asking.is_alive()
    assert [type(failure).__name__ for failure in failures] == ["OpenAIConnectionError"]


@pytest.mark.model
def test_closing_the_chat_model_ends_its_process_at_once(smallest_server: LocalServer) -> None:
    server = LocalServer(smallest_server.weights, context=2048)
    model = ConstrainedToolModel(inner=serve_locally(server, SHORT))
    model.invoke("Say hello.")
    pid = server._running[0][0].pid
    started = time.monotonic()
    close_chat_model(model)

    assert _gone_within(pid, seconds=0)
    assert time.monotonic() - started < 1
    close_chat_model(model)  # a second time does nothing


@pytest.mark.model
def test_closing_ends_one_that_is_loading(smallest_server: LocalServer) -> None:
    server = LocalServer(smallest_server.weights, context=2048)
    failures: list[Exception] = []

    def load() -> None:
        try:
            server.address()
        except ModelLoadFailed as error:
            failures.append(error)

    loading = threading.Thread(target=load)
    loading.start()
    while server._loading is None:
        time.sleep(0.001)
    pid = server._loading.pid
    server.close()
    loading.join(5)

    assert [type(failure) for failure in failures] == [ModelLoadFailed]
    assert _gone_within(pid, seconds=1)


@pytest.mark.model
def test_after_closing_the_next_call_loads_again(smallest_server: LocalServer) -> None:
    server = LocalServer(smallest_server.weights, context=2048)
    model = serve_locally(server, SHORT)
    with server:
        model.invoke("Say hello.")

    with server:
        assert model.invoke("Say hello.").text


@pytest.mark.model
def test_its_process_ends_with_the_one_that_started_it(smallest_server: LocalServer) -> None:
    code = (
        "import os, sys; from pathlib import Path; from tailored.agent.models.server import LocalServer\n"
        "server = LocalServer(Path(sys.argv[1])); server.address()\n"
        "print(server._running[0][0].pid, flush=True); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(smallest_server.weights)], capture_output=True, text=True, check=False
    )

    assert _gone_within(int(killed.stdout), seconds=5)


def _gone_within(pid: int, *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while True:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat")
            if state.exists() and state.read_text().split(") ")[1][0] == "Z":
                return True
        except ProcessLookupError:
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)
