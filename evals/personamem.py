"""PersonaMem (arXiv 2504.14225), the 32k histories: which of four replies fits what became of a user's likings?

A history of 32,000 tokens does not fit into the local model's window on this class of machine: the whole history is
its end, as much as the window holds (`multiple_choice.WINDOW`). Everything is told to memory.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DataMissing
from .multiple_choice import History, Message, Question, answer_all, report, shuffled
from .report import Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure", "read_histories"]

USERS = 2
QUESTIONS = 8
"""Of each user, drawn with a fixed seed."""
_SPEAKER = re.compile(r"^\[(SYSTEM|USER|ASSISTANT)\] (?:User: |Assistant: )?", re.M)
_OPTION = re.compile(r"^\(([a-d])\) ", re.M)


def measure(settings: Settings, data: Path | None, *, size: int | None = None, cache: Path | None = None) -> Report:
    """`size` users (default 2) with the configured model."""
    if data is None or not (data / "queries.json").is_file():
        raise DataMissing("--data must be PersonaMem's folder, with `documents.json` and `queries.json` in it")
    histories = read_histories(data, size or USERS)
    return report("PersonaMem", answer_all(settings, histories, cache), settings.model.name)


def read_histories(folder: Path, users: int) -> list[History]:
    """The first `users` users, each with QUESTIONS of their questions."""
    documents, queries = (_read(folder / name) for name in ("documents.json", "queries.json"))
    names = list(dict.fromkeys(query["user_id"] for query in queries))[:users]
    return [_history(name, documents, queries) for name in names]


def _history(user_id: str, documents: Sequence[Mapping[str, Any]], queries: Sequence[Mapping[str, Any]]) -> History:
    theirs = [query for query in queries if query["user_id"] == user_id]
    drawn = random.Random(user_id).sample(theirs, min(QUESTIONS, len(theirs)))
    return History(
        user_id=user_id[:40],
        messages=[
            message
            for document in documents
            if document["user_id"] == user_id
            for message in _messages(document["content"], document["id"])
        ],
        questions=[_question(query) for query in drawn],
    )


def _messages(content: str, thread: str) -> list[Message]:
    """What the two said; the persona that opens a document is no message and would give the answers away."""
    parts = _SPEAKER.split(content)[1:]
    said = zip(parts[::2], parts[1::2], strict=True)
    return [
        Message(source="user" if speaker == "USER" else "assistant", text=text.strip(), thread=thread)
        for speaker, text in said
        if speaker != "SYSTEM" and text.strip()
    ]


def _question(query: Mapping[str, Any]) -> Question:
    before, *parts = _OPTION.split(query["query"])
    options = [option.strip() for option in parts[1::2]]
    right = "abcd".index(query["gold_answers"][1])
    text = before.split("\n", maxsplit=1)[1].strip() if before.startswith("User: ") else before.strip()
    return shuffled(text, options, right, query["id"])


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
