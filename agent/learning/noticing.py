"""What a block of a user's messages says about what occupies them, in sentences that cite the messages.

One call of a model for a block (after the recurrent summaries of Richardson et al. 2023). What it writes is checked
in code: a sentence that cites nothing, or says a name, a number or too much that its messages do not, is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ...memory.records import Episode
from ...prompts.profile import block_messages
from .grounding import contents, is_grounded
from .statements import own_text
from .structured import ask

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["BLOCK", "Noticed", "is_worth_reading", "merged", "notice"]

BLOCK = 10
"""Messages read in one call."""
MIN_WORDS = 12
"""A block in which a user says less about themselves is not worth a call."""
MAX_WORDS = 25
ALIKE = 0.6
"""Share of the smaller one's content words from which on two sentences say the same."""
LASTS = timedelta(days=365)
"""What was last said longer ago no longer occupies anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A sentence about a user. `evidence` are ids of the messages it was read from, `said` is when the last was sent."""

    sentence: str
    evidence: tuple[str, ...]
    said: datetime


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sentence: str = Field(min_length=8, max_length=200)
    messages: list[int] = Field(min_length=1, max_length=BLOCK)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sentences: list[_Sentence] = Field(max_length=3)


def is_worth_reading(block: Sequence[Episode]) -> bool:
    """Whether the user says something about themselves in these messages."""
    own = [own_text(message.content) for message in block]
    return sum(len(text.split()) for text in own if _FIRST_PERSON.search(text)) >= MIN_WORDS


async def notice(model: BaseChatModel, block: Sequence[Episode]) -> tuple[Noticed, ...]:
    """What the model reads out of messages that the user sent, oldest first, at most BLOCK of them."""
    own = [own_text(message.content) for message in block]
    answer = await ask(model, block_messages([text or "-" for text in own]), _Answer)
    found = (_checked(written, block, own) for written in (answer.sentences if answer else ()))
    return tuple(noticed for noticed in found if noticed)


def merged(before: Sequence[Noticed], new: Iterable[Noticed], now: datetime) -> list[Noticed]:
    """All of them, oldest first: of two that say the same the newer stays, with the evidence of both."""
    kept: list[Noticed] = []
    for noticed in sorted((*before, *new), key=lambda one: one.said):
        same = [old for old in kept if _alike(old, noticed)]
        kept = [old for old in kept if old not in same]
        evidence = dict.fromkeys(id_ for one in (*same, noticed) for id_ in one.evidence)
        kept.append(replace(noticed, evidence=tuple(evidence)))
    return [noticed for noticed in kept if now - noticed.said < LASTS]


def _checked(written: _Sentence, block: Sequence[Episode], own: Sequence[str]) -> Noticed | None:
    cited = sorted({number for number in written.messages if 1 <= number <= len(block) and own[number - 1]})
    sentence = " ".join(written.sentence.split()).rstrip(". ") + "."
    said = " ".join(own[number - 1] for number in cited)
    if _INNER_END.search(sentence) or len(sentence.split()) > MAX_WORDS or not is_grounded(sentence, said):
        return None
    # A message that says nothing of the sentence is no evidence for it.
    messages = [block[number - 1] for number in cited if contents(own[number - 1]) & contents(sentence)]
    return Noticed(
        sentence=sentence,
        evidence=tuple(message.id for message in messages),
        said=max(message.created for message in messages),
    )


def _alike(one: Noticed, other: Noticed) -> bool:
    first, second = contents(one.sentence), contents(other.sentence)
    return len(first & second) >= ALIKE * min(len(first), len(second))


_FIRST_PERSON = re.compile(r"\b(?:i|my|me|mine|we|our|us|i['’]\w+)\b", re.I)
_INNER_END = re.compile(r"[.!?]\s")
