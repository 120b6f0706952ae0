"""What the README shows works as it is written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import typer.main

from tailored.agent.settings import load_settings
from tailored.serve.cli import app
from tests.serve.openai_server import serving
from tests.serve.test_cli import answer, environment

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_python_example_runs(tmp_path: Path) -> None:
    [example] = blocks("python")
    with serving(answer) as server:
        done = subprocess.run(
            [sys.executable, "-c", example],
            env=environment(tmp_path, server.url),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.returncode == 0, done.stderr
    assert "model call" in done.stdout


def test_the_settings_example_is_valid(tmp_path: Path) -> None:
    [example] = blocks("toml")
    (tmp_path / "tailored.toml").write_text(example, encoding="utf-8")

    assert load_settings(tmp_path / "tailored.toml").model.name == "openai:gpt-5-mini"


def test_every_command_that_is_shown_exists() -> None:
    command = typer.main.get_command(app)
    known = set(command.commands)  # type: ignore[attr-defined]
    shown = set(re.findall(r"(?:^|`)tailored ([a-z][a-z-]*)", README, re.MULTILINE))

    assert shown
    assert shown <= known


def test_every_make_target_that_is_shown_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) <= targets
