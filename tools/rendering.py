"""What tools answer, as compact text for a model: tags and chat-template tokens in it are made inert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..prompts.fence import defuse
from .items import Item

__all__ = ["Listed", "render_items", "render_memories"]

MAX_CHARACTERS = 800
"""About 250 tokens of English text with ids in it, at a cautious 3.2 characters a token."""
MAX_TITLE = 60
MAX_NOTE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An item as one line, with a remark."""

    item: Item
    note: str = ""


def render_items(lines: Sequence[Listed], nothing: str) -> str:
    """One line for each item: its id in brackets, title, remark. Remarks go, from the end, when space is short."""
    if not lines:
        return nothing
    short = [f"[{line.item.id}] {_cut(line.item.title, MAX_TITLE)}" for line in lines]
    left = MAX_CHARACTERS - sum(len(line) + 1 for line in short)
    rendered: list[str] = []
    for start, line in zip(short, lines, strict=True):
        note = f" - {_cut(line.note, MAX_NOTE)}" if line.note else ""
        kept = note if len(note) <= left else ""
        left -= len(kept)
        rendered.append(start + kept)
    return defuse("\n".join(rendered))


def render_memories(memories: Sequence[str]) -> str:
    """One line for each memory, as many as there is space for."""
    rendered: list[str] = []
    left = MAX_CHARACTERS
    for memory in memories:
        line = "- " + _cut(" ".join(memory.split()), MAX_CHARACTERS // 3)
        left -= len(line) + 1
        if left < 0:
            break
        rendered.append(line)
    return defuse("\n".join(rendered)) or "nothing is remembered about that"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
