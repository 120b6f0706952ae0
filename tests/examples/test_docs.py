"""What the pages about batches and the SDK show exists, and runs as it is written."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer.main

from tailored.serve.batch.lines import parse
from tailored.serve.cli import app
from tests.serve.openai_server import serving
from tests.serve.test_cli import answer, tailored

ROOT = Path(__file__).parents[2]
PAGES = ("batch", "scale", "sdk")


def page(name: str) -> str:
    return (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_every_command_and_flag_that_is_shown_exists(name: str) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    shown = re.findall(r"^(?:[A-Z_]+=\S+ )?tailored (.+)$", page(name), re.MULTILINE)

    assert shown
    for line in shown:
        words = shlex.split(line, comments=True)
        command = commands[words[0]]
        if hasattr(command, "commands"):
            command = command.commands[words[1]]
        known = {flag for option in command.params for flag in option.opts}
        assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", PAGES)
def test_every_file_that_is_linked_is_there(name: str) -> None:
    linked = re.findall(r"\]\((\.\./[^)#]+)\)", page(name))

    assert all((ROOT / "docs" / target).exists() for target in linked)


def test_every_example_is_listed() -> None:
    listed = set(re.findall(r"\(\.\./examples/(\w+)\.py\)", page("sdk")))

    assert listed == {path.stem for path in (ROOT / "examples").glob("*.py")}


def test_the_commands_of_the_batch_page_run(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    shutil.copy(ROOT / "examples" / "batch.jsonl", tmp_path / "examples")
    shown = re.findall(r"^tailored (batch .+)$", page("batch"), re.MULTILINE)

    with serving(answer) as server:
        done = [tailored(tmp_path, server, *shlex.split(line)) for line in shown]

    assert [one.returncode for one in done] == [0, 0], done[-1].stderr
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    said = {row["custom_id"]: row["response"]["body"] for row in rows}
    assert said["2"]["wishes"]
    assert said["3"]["choices"][0]["message"]["content"].startswith("- ")
    assert not said["4"]["choices"][0]["message"]["content"].startswith("- ")


def test_every_url_of_the_batch_page_is_served() -> None:
    bodies = {
        "/v1/chat/completions": {"messages": [{"role": "user", "content": "Hi"}]},
        "/v1/users/USER/replies/REPLY/edit": {"text": "x"},
        "/v1/users/USER/replies/REPLY/feedback": {"signal": "satisfied"},
        "/v1/users/USER/interactions": {"item_id": "x", "event": "picked"},
    }

    assert set(re.findall(r"^\| `(/v1/[^`]+)`", page("batch"), re.MULTILINE)) == set(bodies)
    for url, body in bodies.items():
        line = {"custom_id": "1", "method": "POST", "url": url, "body": body}
        parse(json.dumps(line).encode(), default_user="me")
