"""The command as people run it: a process of its own, against a real server that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.serve.openai_server import DIMENSION, HttpError, OpenAIServer, Raw, serving

NOTE = "Write a short note to my team: the office closes at noon on Friday."
DRAFT = (
    "Dear team, I hope you are well. The office closes at noon on Friday. Thank you all very much. Best regards, Ada"
)


def answer(body: dict[str, Any]) -> str:
    last = body["messages"][-1]["content"]
    if "Write it the way I like" in last:
        return "- Office closes Friday, noon\n- Plan ahead"
    return DRAFT if "Write a short note" in last else "Hello!"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with serving(answer) as running:
        yield running


def environment(tmp_path: Path, url: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TAILORED_")}
    return inherited | {
        "HOME": str(tmp_path),
        "TAILORED_DATA_DIR": str(tmp_path / "data"),
        "TAILORED_MODELS_DIR": str(tmp_path / "models"),
        "TAILORED_MODEL__NAME": "m",
        "TAILORED_MODEL__BASE_URL": url,
        "TAILORED_MODEL__TIMEOUT_S": "5",
        "TAILORED_EMBEDDER__NAME": "e",
        "TAILORED_EMBEDDER__BASE_URL": url,
        "TAILORED_EMBEDDER__DIMENSION": str(DIMENSION),
        "TAILORED_LEARNING__USE_MODEL": "false",
        "COLUMNS": "200",
    }


def _interruptible() -> None:
    """A process started in the background of a shell ignores interrupts, and so would its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def tailored(
    tmp_path: Path, server: OpenAIServer, *arguments: str, input: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tailored.main", *arguments]
    env = environment(tmp_path, server.url) | more
    return subprocess.run(command, input=input, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120)


def test_a_conversation_in_a_pipe(tmp_path: Path, server: OpenAIServer) -> None:
    lines = [
        NOTE,
        "/edit",
        "- Office closes Friday, noon",
        "- Plan ahead",
        ".",
        "/preferences",
        NOTE.replace("office", "shop"),
        "/why",
        "I'm vegan.",
        "/profile",
        "/memories vegan",
        "/export",
    ]

    done = tailored(tmp_path, server, "chat", "--user", "ada", input="\n".join(lines))

    assert done.returncode == 0, done.stderr
    assert "learned: Use bullet points" in done.stdout
    assert "[-Dear team, I hope you are well." in done.stdout, "without colours a diff has marks"
    assert "using what your edits taught: " in done.stdout
    assert "Learned from your edit of a text like this" in done.stdout
    assert "remembered: The user is vegan." in done.stdout
    exported = json.loads(done.stdout[done.stdout.index("{\n") :])
    assert {record["kind"] for record in exported["records"]} >= {"episode", "edit", "preference", "standing"}


def test_the_person_is_known_to_the_next_process(tmp_path: Path, server: OpenAIServer) -> None:
    tailored(tmp_path, server, "chat", "--user", "ada", input=f"{NOTE}\n/edit - Office closes Friday, noon. - Plan.\n")

    done = tailored(tmp_path, server, "ask", "--user", "ada", "--why", NOTE)

    assert done.returncode == 0, done.stderr
    assert "Learned from your edit" in done.stderr


def test_an_import_is_recommended_from(tmp_path: Path, server: OpenAIServer) -> None:
    films = Path(__file__).parents[2] / "serve" / "demo" / "films.jsonl"

    done = tailored(tmp_path, server, "import", str(films))

    assert done.returncode == 0, done.stderr
    assert "240 items" in done.stdout
    asked = tailored(tmp_path, server, "ask", "What should I watch tonight?")
    assert asked.returncode == 0, asked.stderr
    assert [tool["function"]["name"] for tool in server.requests[-1]["tools"]] == ["recommend"]


@pytest.mark.parametrize(
    ("arguments", "more", "status", "says"),
    [
        (["ask", "  "], {}, 1, "the message is empty"),
        (["ask", "word " * 9000], {}, 1, "tokens fit"),
        (["ask", "--user", " ", "Hello"], {}, 1, "user_id is empty"),
        (["ask", "Hello"], {"TAILORED_MODLE__NAME": "x"}, 2, "TAILORED_MODLE__NAME"),
        (["ask", "Hello"], {"TAILORED_MODEL__TIMEOUT_S": "soon"}, 2, "model.timeout_s"),
        (["ask", "Hello", "--config", "missing.toml"], {}, 2, "missing.toml does not exist"),
        (["ask", "Hello"], {"TAILORED_MODEL__BASE_URL": "http://127.0.0.1:9/v1"}, 1, "cannot be reached"),
        (["ask", "Hello", "--model", "openai:gpt-5-mini"], {"TAILORED_MODEL__BASE_URL": ""}, 1, "'openai:gpt-5-mini'"),
        (["import", "missing.jsonl"], {}, 1, "missing.jsonl"),
        (["models", "pull", "nonsense"], {}, 1, "'nonsense'"),
        (["eval", "nonsense"], {}, 1, "'nonsense'"),
        (["eval", "recommend"], {}, 1, "needs --data"),
    ],
)
def test_bad_input_is_named_in_one_line(
    tmp_path: Path, server: OpenAIServer, arguments: list[str], more: dict[str, str], status: int, says: str
) -> None:
    done = tailored(tmp_path, server, *arguments, **more)

    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_broken_settings_file_is_named(tmp_path: Path, server: OpenAIServer) -> None:
    (tmp_path / "tailored.toml").write_text("[model\n", encoding="utf-8")

    done = tailored(tmp_path, server, "ask", "Hello")

    assert done.returncode == 2
    assert "tailored.toml" in done.stderr


def test_a_catalog_of_binary_rows_is_refused(tmp_path: Path, server: OpenAIServer) -> None:
    source = tmp_path / "items.jsonl"
    source.write_bytes(b"\x00\xff\xfe" * 100 + b"\n" + b"\x80\x81\n")

    done = tailored(tmp_path, server, "import", str(source))

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "catalog" / "CURRENT").exists()


def _refuse(body: dict[str, Any]) -> str:
    raise HttpError(401, "no such key")


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (lambda body: Raw("<html>not a model</html>"), "tailored: "),
        (lambda body: Raw('{"choices": 7}'), "tailored: "),
        (_refuse, "refused the key"),
    ],
)
def test_a_model_that_answers_garbage_is_a_clear_error_and_what_was_said_is_kept(
    tmp_path: Path, answers: Any, says: str
) -> None:
    with serving(answers) as server:
        done = tailored(tmp_path, server, "ask", "--user", "ada", "Remember the blue door")
        kept = tailored(tmp_path, server, "chat", "--user", "ada", input="/memories\n")

    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "Remember the blue door" in kept.stdout


def test_a_second_process_is_refused_politely(tmp_path: Path, server: OpenAIServer) -> None:
    command = [sys.executable, "-m", "tailored.main", "chat"]
    with subprocess.Popen(
        command, preexec_fn=_interruptible, env=environment(tmp_path, server.url), cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:  # fmt: skip
        assert first.stdin is not None
        assert first.stdout is not None
        first.stdin.write("Hello there, friend\n")
        first.stdin.flush()
        first.stdout.readline()
        second = tailored(tmp_path, server, "ask", "Hello")
        first.stdin.close()
        first.wait(timeout=30)

    assert second.returncode == 1
    assert str(first.pid) in second.stderr
    assert first.returncode == 0


def test_nothing_that_was_answered_is_lost_by_kill_9(tmp_path: Path, server: OpenAIServer) -> None:
    command = [sys.executable, "-m", "tailored.main", "chat", "--user", "ada"]
    with subprocess.Popen(
        command, preexec_fn=_interruptible, env=environment(tmp_path, server.url), cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("I'm vegan and my parrot is called Plato.\n")
        process.stdin.flush()
        while "remembered" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()

    kept = tailored(tmp_path, server, "chat", "--user", "ada", input="/memories parrot\n/profile\n")

    assert "Plato" in kept.stdout, kept.stderr
    assert "vegan" in kept.stdout


def test_an_interrupt_ends_a_chat_in_a_pipe(tmp_path: Path) -> None:
    def slow(body: dict[str, Any]) -> str:
        time.sleep(4)
        return "too late"

    command = [sys.executable, "-m", "tailored.main", "chat", "--user", "ada"]
    with (
        serving(slow) as server,
        subprocess.Popen(
        command, preexec_fn=_interruptible, env=environment(tmp_path, server.url), cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        ) as process,
    ):  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write("Remember the blue door\nHello again\n")
        process.stdin.close()
        while not server.requests:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        status = process.wait(timeout=30)

    assert status == 130, said
    assert "Traceback" not in said
    assert len(server.requests) == 1, "the next line of the pipe is not answered"


def test_an_interrupt_in_the_middle_of_a_turn_keeps_what_was_said(tmp_path: Path) -> None:
    def slow(body: dict[str, Any]) -> str:
        time.sleep(20)
        return "too late"

    command = [sys.executable, "-m", "tailored.main", "ask", "--user", "ada", "Remember the blue door"]
    with serving(slow) as server:
        with subprocess.Popen(
            command,
            preexec_fn=_interruptible,
            env=environment(tmp_path, server.url),
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            while not server.requests:
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.read()
            status = process.wait(timeout=30)
        kept = tailored(tmp_path, server, "chat", "--user", "ada", input="/memories\n")

    assert status == 130, said
    assert "Traceback" not in said
    assert "Remember the blue door" in kept.stdout
