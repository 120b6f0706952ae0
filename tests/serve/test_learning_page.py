"""What docs/learning.md names exists."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from tailored.agent.user import User
from tailored.evals import CLAIMS
from tailored.serve.cli import app
from tailored.serve.terminal.commands import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs" / "learning.md").read_text(encoding="utf-8")


def test_every_command_exists() -> None:
    shown = set(re.findall(r"(?:^|`)tailored ([a-z][a-z-]*)", PAGE, re.MULTILINE))

    assert shown
    assert shown <= set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def test_every_flag_of_the_worker_exists() -> None:
    worker = typer.main.get_command(app).commands["worker"]  # type: ignore[attr-defined]
    known = {option for parameter in worker.params for option in parameter.opts}

    assert set(re.findall(r"tailored worker (--[a-z]+)", PAGE)) <= known


def test_every_benchmark_exists() -> None:
    assert set(re.findall(r"tailored eval ([a-z-]+)", PAGE)) <= set(CLAIMS)


def test_every_slash_command_exists() -> None:
    shown = set(re.findall(r"`/([a-z]+)", PAGE))

    assert shown
    assert shown <= set(COMMANDS)


def test_every_view_of_a_user_exists() -> None:
    shown = set(re.findall(r"`ada\.([a-z]+)", PAGE))

    assert shown
    assert all(hasattr(User, name) for name in shown)


def test_the_picture_is_there() -> None:
    [picture] = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", PAGE)

    assert (Path(__file__).parents[2] / "docs" / picture).is_file()
