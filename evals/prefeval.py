"""PrefEval (arXiv 2502.09597), multiple choice: does a suggestion heed what the user said outright, much later?

Each user says ten preferences, two on each topic, between beginnings of talks about other things, and then asks the
ten questions. The preferences are the data set's, word for word; the talk in between are the first exchanges of its
persona-driven conversations. How the model is asked was chosen on the topics of TUNED; the rules for statements were
written on those, and on preferences of the other topics that none of the first six users has. The questions of the other
topics are measured.
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

USERS = 6
"""Of ten questions each; a history of 3,000 tokens takes the local model a minute or more."""
BETWEEN = 2
"""Exchanges about other things after each preference."""
TUNED = frozenset(
    ("education_learning_styles", "entertain_games", "lifestyle_beauty", "pet_ownership", "travel_activities")
)
_PREFERS = re.compile(r"\b(?:prefer|avoid|dislike|can't|don't like)\b", re.I)
ACKNOWLEDGED = "Thank you for telling me, I'll keep that in mind."


def measure(settings: Settings, data: Path | None, *, size: int | None = None, cache: Path | None = None) -> Report:
    """`size` users (default 6) with the configured model."""
    if data is None or not (data / "mcq_options").is_dir():
        raise DataMissing("--data must be PrefEval's folder, with `mcq_options` and `implicit_preference` in it")
    histories = read_histories(data, size or USERS)
    return report("PrefEval", answer_all(settings, histories, cache), settings.model.name, over_nothing=25)


def read_histories(folder: Path, users: int) -> list[History]:
    """`users` users with a preference and a question on every topic that no rule was written on."""
    topics = sorted({path.stem for path in (folder / "mcq_options").glob("*.json")} - TUNED)
    items = {topic: _read(folder / "mcq_options" / f"{topic}.json") for topic in topics}
    talks = _talks(folder)
    return [_history(number, items, talks) for number in range(users)]


def _history(number: int, items: Mapping[str, Any], talks: Sequence[tuple[str, str]]) -> History:
    chance = random.Random(number)
    chosen = [(topic, (number + far) % len(rows)) for topic, rows in items.items() for far in (0, len(rows) // 2)]
    messages: list[Message] = []
    questions: list[Question] = []
    for topic, row in chance.sample(chosen, len(chosen)):
        item = items[topic][row]
        for said, answered in chance.sample(talks, BETWEEN):
            messages += [Message(source="user", text=said), Message(source="assistant", text=answered)]
        messages.append(Message(source="user", text=item["preference"].strip('"')))
        messages.append(Message(source="assistant", text=ACKNOWLEDGED))
        questions.append(shuffled(item["question"], item["classification_task_options"], 0, f"{topic} {row}"))
    return History(user_id=f"user-{number}", messages=messages, questions=questions)


def _talks(folder: Path) -> list[tuple[str, str]]:
    """First exchanges, about somebody's work; what the user prefers comes later in nearly all these conversations."""
    paths = sorted((folder / "implicit_preference" / "persona-driven").glob("*.json"))
    firsts = [item["conversation"]["0"] for path in paths for item in _read(path)]
    return [(first["user"], first["assistant"]) for first in firsts if not _PREFERS.search(first["user"])]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
