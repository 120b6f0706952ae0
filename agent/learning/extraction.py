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
from .grounding import is_grounded, is_mixed
from .standing_rules import tells_secret
from .statements import Statement, own_text
from .structured import ask
from .validity import valid_from

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["extract", "worth_asking"]

MAX_STATEMENTS = 6
"""Where a small model begins to repeat itself it goes on to the most that it is allowed."""


class _Found(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["fact", "standing"]
    statement: str = Field(min_length=8, max_length=200)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    statements: list[_Found] = Field(max_length=MAX_STATEMENTS)


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
    said = {
        found.statement: found
        for found in answer.statements
        if is_grounded(found.statement, own)
        and not is_mixed(found.statement, own)
        and not (found.kind == "standing" and tells_secret(found.statement))
    }
    return tuple(
        Statement(
            kind=found.kind,
            statement=found.statement.rstrip(". ") + ".",
            evidence=own,
            valid_from=valid_from(own, now) if found.kind == "fact" else None,
        )
        for found in said.values()
    )


_FIRST_PERSON = re.compile(r"\b(?:i|my|me|mine|we|our|us|i['’]\w+)\b", re.I)
