"""A user played by the chat model, who likes every kind of text in a style of its own (PRELUDE's protocol).

A draft that shows the marks of the style is left alone; any other one the model rewrites. The marks are measured by
code, so that it does not rest on a small model's yes or no whether a draft suits a style. Words of the
styles come from PRELUDE's `latent_preferences.json`; the texts (`prelude.jsonl`) and the examples are ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..agent.learning.features import Features, features

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["ModelUser", "Task", "read_styles", "read_tasks"]

TASKS = Path(__file__).with_name("prelude.jsonl")
MAX_TOKENS = 90
"""Of a rewritten text; the texts have some twenty-five words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One request, and the source its text is from, which the learner is never told."""

    source: str
    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUser:
    """Edits drafts into the style of their source."""

    model: BaseChatModel
    styles: Mapping[str, str]
    """The latent style of each source, in words."""

    def edit(self, task: Task, draft: str) -> str:
        """The user's version: the draft itself where nothing is missing."""
        if _MARKS[task.source](features(draft)):
            return draft
        answer = self.model.invoke(self._asked(task, draft), max_tokens=MAX_TOKENS, temperature=0)
        return answer.text.strip() or draft

    def _asked(self, task: Task, draft: str) -> list[tuple[str, str]]:
        before, after = _EXAMPLES[task.source]
        return [
            ("system", f"You rewrite texts in this style: {self.styles[task.source]}. Reply with the new text alone."),
            ("user", f"Rewrite this text:\n{before}"),
            ("assistant", after),
            ("user", f"Rewrite this text:\n{draft}"),
        ]


def read_tasks(path: Path = TASKS) -> list[Task]:
    return [Task(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def read_styles(path: Path) -> Mapping[str, str]:
    """PRELUDE's latent styles for summaries, by source; `path` is the file or the folder it lies in."""
    file = path / "latent_preferences.json" if path.is_dir() else path
    styles: Mapping[str, str] = json.loads(file.read_text(encoding="utf-8"))["summarization"]["latent_preferences"]
    return styles


_MARKS: Mapping[str, Callable[[Features], bool]] = {
    "cnn_dailymail": lambda text: text.words_per_sentence <= 10 and bool(text.exclamations),
    "slf5k": lambda text: bool(text.second_person) and text.words <= 35,
    "wikipedia": lambda text: text.bullets >= 2,
    "CShorten/ML-ArXiv-Papers": lambda text: bool(text.emoji and text.questions),
    "imdb": lambda text: bool(text.questions) and not text.emoji,
}
"""What a text in the style of each source shows at least."""

_EXAMPLES: Mapping[str, tuple[str, str]] = {
    "cnn_dailymail": (
        "A museum in Dalby showed its new dinosaur skeleton to 200 visitors on Sunday.",
        "Guess who moved to Dalby? A dinosaur! It has big, big bones. 200 people said hello on Sunday. Hooray!",
    ),
    "slf5k": (
        "The writer's car broke down on the way to a job interview, and a stranger gave them a lift.",
        "Your car dies, your heart sinks, and a stranger opens a door. When did you last open one?",
    ),
    "wikipedia": (
        "The otter is a mammal that lives by rivers and eats fish. It has thick fur and sleeps in a den.",
        "- Lives by rivers\n- Eats fish\n- Has thick fur\n- Sleeps in a den",
    ),
    "CShorten/ML-ArXiv-Papers": (
        "The paper presents a small network that recognises birdsong on a phone with 88 percent accuracy.",
        "Can your phone name that bird? 🐦 A tiny new network gets it right 88% of the time. Wait for the owls... 🦉",
    ),
    "imdb": (
        "The critic praises the acting in Long Harbour but finds the story too slow.",
        "What is good about Long Harbour? The acting.\nAnd what is not? The story is too slow.",
    ),
}
"""For each source a draft and what the user makes of it."""
