"""BEAM: long chats of a user with an assistant, and questions for ten abilities of a memory.

A chat is a folder with `chat.json` and `probing_questions.json`. Questions that name no message as their source (the
abstention ability) are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..memory.records import Episode
from .data_dialogue import Dialogue, Question

__all__ = ["QUESTIONS", "is_one", "read"]

QUESTIONS = "probing_questions.json"
_MARKER = re.compile(r"\s*->->.*$", re.DOTALL)
_START = datetime(2024, 1, 1, tzinfo=UTC)
_ANCHOR = "%B-%d-%Y"


def is_one(value: Any) -> bool:
    """Whether the contents of a JSON file are a chat of BEAM."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping) and "turns" in value[0]


def read(value: Any, path: Path) -> list[Dialogue]:
    """The chat of a file, with the questions beside it. Raises ValueError, KeyError or TypeError where it is broken."""
    beside = path.with_name(QUESTIONS)
    if not beside.is_file():
        raise ValueError(f"its questions, {QUESTIONS}, do not lie beside it")
    name = f"{path.parent.parent.name}/{path.parent.name}"
    episodes = tuple(_episodes(name, value))
    known = frozenset(episode.id for episode in episodes)
    asked = json.loads(beside.read_text("utf-8"))
    questions = tuple(
        Question(text=str(question["question"]), evidence=evidence, label=ability)
        for ability, of_ability in asked.items()
        for question in of_ability
        if (evidence := known & frozenset(map(str, _leaves(question.get("source_chat_ids", [])))))
    )
    return [Dialogue(name=name, episodes=episodes, questions=questions)]


def _episodes(name: str, batches: list[Mapping[str, Any]]) -> Iterator[Episode]:
    start = _START
    for batch in batches:
        messages = [message for turn in batch["turns"] for message in turn]
        start = _anchored(messages, start)
        for order, message in enumerate(messages):
            yield Episode(
                id=str(int(message["id"])),
                user_id=name,
                created=start + timedelta(minutes=order),
                source="user" if message["role"] == "user" else "assistant",
                content=_MARKER.sub("", message["content"]),
                thread=str(batch["batch_number"]),
                order=order,
            )
        start += timedelta(minutes=len(messages))


def _anchored(messages: list[Mapping[str, Any]], earliest: datetime) -> datetime:
    """When a batch begins: on the day that one of its messages names, if any does."""
    anchor = next((message["time_anchor"] for message in messages if message.get("time_anchor")), None)
    return datetime.strptime(anchor, _ANCHOR).replace(tzinfo=UTC) if anchor else earliest


def _leaves(tree: Any) -> Iterator[Any]:
    """Source ids come as a list, or as a dict of lists by role."""
    if isinstance(tree, Mapping):
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _leaves(branch)
    else:
        yield tree
