"""REALTALK (Lee et al. 2025): three weeks of messages between real people, with the messages that answer each question.

The kinds of questions are numbered upstream; their names follow the paper's three types.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .data_dialogue import Dialogue
from .data_sessions import dialogue_of, has_sessions

__all__ = ["LABELS", "is_one", "read"]

LABELS = {1: "multi-hop", 2: "temporal", 3: "commonsense"}


def is_one(value: Any) -> bool:
    """Whether the contents of a JSON file are REALTALK's: one chat, its sessions at the top."""
    return has_sessions(value)


def read(value: Any, path: Path) -> list[Dialogue]:
    """The chat of a file. Raises ValueError, KeyError or TypeError where it is broken."""
    return [dialogue_of(path.stem, value, value["qa"], labels=LABELS)]
