"""BEAM: long chats of a user with an assistant, and questions for ten abilities of a memory.

Questions that name no message as their source (the abstention ability) are left out.
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

__all__ = ["load"]

_MARKER = re.compile(r"\s*->->.*$", re.DOTALL)
_START = datetime(2024, 1, 1, tzinfo=UTC)


def load(folder: Path) -> list[Dialogue]:
    """The chats below a folder (each a folder with `chat.json` and `probing_questions.json`), in order of number."""
    chats = sorted((path.parent for path in folder.glob("**/chat.json")), key=lambda chat: (len(chat.name), chat.name))
    return [_dialogue(chat) for chat in chats]


def _dialogue(folder: Path) -> Dialogue:
    batches = json.loads((folder / "chat.json").read_text("utf-8"))
    episodes = tuple(_episodes(folder.name, batches))
    known = frozenset(episode.id for episode in episodes)
    asked = json.loads((folder / "probing_questions.json").read_text("utf-8"))
    questions = tuple(
        Question(text=str(question["question"]), evidence=evidence, label=ability)
        for ability, of_ability in asked.items()
        for question in of_ability
        if (evidence := known & frozenset(map(str, _leaves(question.get("source_chat_ids", [])))))
    )
    return Dialogue(name=folder.name, episodes=episodes, questions=questions)


def _episodes(name: str, batches: list[Mapping[str, Any]]) -> Iterator[Episode]:
    for batch in batches:
        messages = [message for turn in batch["turns"] for message in turn]
        for order, message in enumerate(messages):
            number = int(message["id"])
            yield Episode(
                id=str(number),
                user_id=name,
                created=_START + timedelta(minutes=number),
                source="user" if message["role"] == "user" else "assistant",
                content=_MARKER.sub("", message["content"]),
                thread=str(batch["batch_number"]),
                order=order,
            )


def _leaves(tree: Any) -> Iterator[Any]:
    """Source ids come as a list, or as a dict of lists by role."""
    if isinstance(tree, Mapping):
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _leaves(branch)
    else:
        yield tree
