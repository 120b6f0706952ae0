"""LoCoMo (Maharana et al. 2024): chats of two friends over months, with the turns that answer each question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .data_dialogue import Dialogue
from .data_sessions import dialogue_of, has_sessions

__all__ = ["LABELS", "is_one", "read"]

LABELS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}


def is_one(value: Any) -> bool:
    """Whether the contents of a JSON file are LoCoMo's."""
    sample = value[0] if isinstance(value, list) and value else value
    return isinstance(sample, Mapping) and has_sessions(sample.get("conversation"))


def read(value: Any, path: Path, *, captions: bool = True) -> list[Dialogue]:
    """The chats of a file. Raises ValueError, KeyError or TypeError where it is broken."""
    samples = value if isinstance(value, list) else [value]
    return [
        dialogue_of(
            str(sample.get("sample_id", f"{path.stem}-{at}")),
            sample["conversation"],
            sample["qa"],
            labels=LABELS,
            captions=captions,
        )
        for at, sample in enumerate(samples)
    ]
