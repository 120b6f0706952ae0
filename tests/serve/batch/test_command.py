"""`tailored batch` as people run it: processes of its own against a real server, cut short in all ways."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tailored.agent.settings import Settings
from tailored.agent.stores import stored
from tailored.memory import Episode, Profile, Record
from tailored.serve.batch.errors import BatchFault
from tailored.serve.cli import app
from tests.serve.batch.makers import chat, edit, rows, write
from tests.serve.openai_server import HttpError, OpenAIServer, serving
from tests.serve.test_cli import NOTE, _interruptible, answer, environment, tailored

SATISFIED = {"signal": "satisfied", "note": "good"}


def slow(body: dict[str, Any]) -> str:
    time.sleep(0.05)
    return f"answer to {body['messages'][-1]['content'].splitlines()[-1]}"


def questions(n_lines: int, n_users: int) -> list[dict[str, Any]]:
    return [chat(f"c{n}", f"Question {n}", user=f"u{n % n_users}") for n in range(n_lines)]


@contextmanager
def started(tmp_path: Path, server: OpenAIServer, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tailored.main", "batch", "in.jsonl", "out.jsonl", *arguments]
    env = environment(tmp_path, server.url)
    process = subprocess.Popen(
        command, env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True, preexec_fn=_interruptible
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < deadline, "the batch does not get on"
        time.sleep(0.01)


def wait_for_lines(path: Path, count: int) -> None:
    wait_until(lambda: path.exists() and path.read_bytes().count(b"\n") >= count)


def memories(tmp_path: Path, user: str) -> list[Record]:
    with stored(Settings(data_dir=tmp_path / "data")) as memory:
        return memory.records(user, Record)


def test_an_edit_in_the_file_teaches_the_lines_after_it(tmp_path: Path) -> None:
    lines = [
        chat("1", NOTE, user="ada"),
        edit("2", "ada", "line:1", "- Office closes Friday, noon\n- Plan ahead"),
        chat("3", NOTE, user="ada"),
        chat("4", NOTE, user="bob"),
        edit("5", "bob", "line:4", "x") | {"url": "/v1/users/bob/replies/line:4/feedback", "body": SATISFIED},
    ]
    write(tmp_path / "in.jsonl", lines)

    with serving(answer) as server:
        done = tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl")

    assert done.returncode == 0, done.stderr
    bodies = {row["custom_id"]: row["response"]["body"] for row in rows(tmp_path / "out.jsonl")}
    assert bodies["2"]["wishes"]
    assert bodies["3"]["choices"][0]["message"]["content"].startswith("- Office closes")
    assert not bodies["4"]["choices"][0]["message"]["content"].startswith("-")
    assert bodies["5"]["reply_id"] == bodies["4"]["id"]
    assert "5 lines answered" in done.stderr


def test_after_kill_9_the_same_command_answers_every_line_once(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", questions(60, 9))

    with serving(slow) as server:
        for count in (3, 20, 40):
            with started(tmp_path, server) as process:
                wait_for_lines(tmp_path / "out.jsonl", count)
                process.kill()
        done = tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl")

    assert done.returncode == 0, done.stderr
    assert sorted(row["custom_id"] for row in rows(tmp_path / "out.jsonl")) == sorted(f"c{n}" for n in range(60))
    said = [record for user in range(9) for record in memories(tmp_path, f"u{user}")]
    asked = [record.text for record in said if isinstance(record, Episode) and record.source == "user"]
    assert sorted(asked) == sorted(f"Question {n}" for n in range(60))


def test_an_interrupt_finishes_what_is_at_work_and_says_how_to_go_on(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", questions(60, 9))

    with serving(slow) as server:
        with started(tmp_path, server) as process:
            wait_for_lines(tmp_path / "out.jsonl", 10)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        done = tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl")

    assert process.returncode == 130
    assert "run the same command again" in said
    assert "Traceback" not in said
    assert done.returncode == 0, done.stderr
    assert len({row["custom_id"] for row in rows(tmp_path / "out.jsonl")}) == 60
    assert len(rows(tmp_path / "out.jsonl")) == 60


def test_a_second_interrupt_drops_what_is_at_work(tmp_path: Path) -> None:
    def glacial(body: dict[str, Any]) -> str:
        time.sleep(30)
        return "late"

    write(tmp_path / "in.jsonl", questions(5, 5))

    with serving(glacial) as server, started(tmp_path, server) as process:
        wait_until(lambda: len(server.requests) > 0)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert time.monotonic() - begun < 25
    assert "5 lines are left" in said


def test_learning_is_done_when_it_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [chat("1", "I live in Porto.", user="ada")])

    with serving(answer) as server:
        tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl", "--learn")

    assert any(isinstance(record, Profile) for record in memories(tmp_path, "ada"))


def test_memory_that_is_only_read_stays_as_it_was(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [chat("1", "I live in Porto. Hello!", user="ada"), edit("2", "ada", "line:1", "x")])

    with serving(answer) as server:
        tailored(tmp_path, server, "ask", "--user", "ada", "I'm vegan.")
        before = memories(tmp_path, "ada")
        done = tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl", "--read-only-memory")

    assert done.returncode == 1
    assert "vegan" in json.dumps(server.requests[-1])
    assert memories(tmp_path, "ada") == before
    [error] = rows(tmp_path / "out.errors.jsonl")
    assert "only read" in error["error"]["message"]


def test_a_dry_run_asks_nothing_and_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", [*questions(10, 2), edit("e", "u0", "line:c0", "x"), "{bad"])

    with serving(answer) as server:
        done = tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl", "--dry-run", "--price", "1000/2000")

    assert done.returncode == 0, done.stderr
    assert server.requests == []
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]
    assert "10 chats and 1 other lines of 2 users" in done.stdout
    assert "1 lines are malformed" in done.stdout
    assert f"at most {10 * 512}" in done.stdout
    assert "at most 10.24 for the replies" in done.stdout


def test_a_dry_run_counts_about_what_the_server_is_sent(tmp_path: Path) -> None:
    write(tmp_path / "in.jsonl", questions(6, 6))

    with serving(answer) as server:
        estimated = tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl", "--dry-run")
        tailored(tmp_path, server, "batch", "in.jsonl", "out.jsonl")
        characters = sum(len(message["content"]) for body in server.requests for message in body["messages"])

    tokens = int(estimated.stdout.split("prompt tokens: ")[1].split()[0])
    assert characters / 6 < tokens < characters / 3


def test_an_interrupt_during_an_outage_says_how_to_go_on(tmp_path: Path) -> None:
    def dead(body: dict[str, Any]) -> str:
        raise HttpError(401, "no such key")

    write(tmp_path / "in.jsonl", questions(30, 30))

    with serving(dead) as server, started(tmp_path, server, "--concurrency", "1") as process:
        wait_until(lambda: len(server.requests) > 0)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "refused the key" in said
    assert "Run the same command again to go on" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.jsonl", "out.jsonl"), "nowhere.jsonl"),
        (("in.jsonl", "in.jsonl"), "something else"),
        (("in.jsonl", "out.jsonl", "--engine", "spark"), "spark"),
        (("in.jsonl", "out.jsonl", "--strict"), "line 2"),
        (("in.jsonl", "out.jsonl", "--dry-run", "--price", "cheap"), "IN/OUT"),
    ],
)
def test_what_cannot_be_run_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "in.jsonl", [chat("1"), "{bad"])

    done = CliRunner().invoke(app, ["batch", *arguments])

    assert isinstance(done.exception, BatchFault)
    assert said in str(done.exception)
    assert not (tmp_path / "out.jsonl").exists()
