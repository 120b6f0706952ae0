"""What docs/memory.md shows exists."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from tailored.evals import CLAIMS
from tailored.serve.cli import app

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "memory.md").read_text(encoding="utf-8")


def test_every_command_exists() -> None:
    command = typer.main.get_command(app)
    shown = set(re.findall(r"(?:^|`|ORED_STORE__URL=\S+ )tailored ([a-z][a-z-]*)", PAGE, re.MULTILINE))

    assert {"erase", "compact", "backup", "restore", "export", "import-user", "reembed", "eval", "ask"} <= shown
    assert shown <= set(command.commands)  # type: ignore[attr-defined]


def test_every_proof_is_a_benchmark() -> None:
    proofs = set(re.findall(r"tailored eval ([a-z]+)", PAGE))

    assert proofs >= {"isolation", "durability", "erase", "latency", "sharing", "rivals"}
    assert proofs <= set(CLAIMS)


def test_every_picture_is_there() -> None:
    pictures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", PAGE)

    assert pictures
    assert all((DOCS / picture).is_file() for picture in pictures)
