"""Reading statements out of a user's message with a model, for what the rules miss. Run in the background.

Kept on a short lead: it is asked only when the message speaks in the first person, and a statement is kept only when
its words stand in the message, so that nothing is made up and no example is repeated.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...prompts.learning import statement_messages
from .statements import Statement, own_text
from .structured import ask
from .validity import valid_from

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["extract", "worth_asking"]

MAX_STATEMENTS = 6
GROUNDED = 0.6
"""Share of a statement's content words that have to stand in the message."""


class _Found(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["fact", "standing"]
    statement: str = Field(min_length=8, max_length=200)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    statements: list[_Found] = Field(max_length=12)


def worth_asking(turn: str) -> bool:
    """Does the message say anything in the first person, outside questions, quotations and tasks?"""
    return bool(_FIRST_PERSON.search(own_text(turn)))


async def extract(model: BaseChatModel, turn: str, *, now: datetime) -> tuple[Statement, ...]:
    """The statements a model finds in the user's message; none where there is nothing to find or it answers badly."""
    own = own_text(turn)
    if not _FIRST_PERSON.search(own):
        return ()
    answer = await ask(model, statement_messages(own), _Answer)
    if answer is None:
        return ()
    grounded = [found for found in answer.statements if _grounded(found.statement, own)]
    return tuple(
        Statement(
            kind=found.kind,
            statement=found.statement.rstrip(". ") + ".",
            evidence=own,
            valid_from=valid_from(own, now) if found.kind == "fact" else None,
        )
        for found in grounded[:MAX_STATEMENTS]
    )


def _grounded(statement: str, turn: str) -> bool:
    if not statement.startswith("The user"):
        return False
    words = _content(statement)
    return bool(words) and len(words & _content(turn)) >= GROUNDED * len(words)


def _content(text: str) -> set[str]:
    """The beginnings of the words, so that "works" meets "work" and "working"."""
    return {word.rstrip("s")[:5] for word in re.findall(r"\w{2,}", text.lower())} - _EMPTY


_FIRST_PERSON = re.compile(r"\b(?:i|my|me|mine|we|our|us|i['’]\w+)\b", re.I)
_EMPTY = frozenset(
    word.rstrip("s")[:5]
    for word in re.findall(r"\w+", "the user is are has have does do not an in of to for as at and called")
)
