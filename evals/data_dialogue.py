"""Long chats with questions about them, whatever file they come from."""

from __future__ import annotations

from dataclasses import dataclass

from ..memory.records import Episode

__all__ = ["Dialogue", "Question"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, which episodes hold the answer, and the label the data set gives this kind of question."""

    text: str
    evidence: frozenset[str]
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One user's history in the order it was said, and the questions that can be answered from it."""

    name: str
    episodes: tuple[Episode, ...]
    questions: tuple[Question, ...]
