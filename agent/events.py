"""What a streaming turn yields, in order: Prepared, then texts and tools as they come, then ReplyFinished."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .trace import Reply, UsedMemory, UsedPreference

__all__ = ["Event", "Prepared", "ReplyFinished", "TextDelta", "ToolFinished", "ToolStarted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Recall is done; the model starts now."""

    reply_id: str
    """The id that the reply will have."""
    memories: tuple[UsedMemory, ...]
    preferences: tuple[UsedPreference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextDelta:
    """The next piece of the reply's text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolStarted:
    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFinished:
    id: str
    name: str
    ok: bool
    ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyFinished:
    """The reply is complete and written down; `reply.text` is the whole text."""

    reply: Reply


Event = Prepared | TextDelta | ToolStarted | ToolFinished | ReplyFinished
