"""Putting into words what code did not measure about an edit's tone, voice, framing, order.

Optional and kept on a short lead: one call, an answer in a schema, and every instruction that repeats a measured
aspect, an example of the prompt or the draft's topic is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...memory.records import Aspect
from ...prompts.learning import EXAMPLE_INSTRUCTIONS, wording_messages
from .aspects import dimension
from .cost import cost_ratio, edit_cost
from .structured import ask

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["DIMENSIONS", "word", "worth_wording"]

Dimension = Literal["tone", "voice", "framing", "directness", "order", "wording"]
DIMENSIONS: tuple[Dimension, ...] = ("tone", "voice", "framing", "directness", "order", "wording")
"""What a model is asked about; where code has measured it already its answer is dropped."""

LEAST_EDITED = 10
"""Tokens."""
LEAST_SHARE = 1 / 3
"""Of the longer text."""
MAX_ASPECTS = 3
MAX_WORDS = 10


class _Worded(BaseModel):
    model_config = ConfigDict(extra="forbid")

    dimension: Dimension
    instruction: str = Field(min_length=3, max_length=120)


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    aspects: list[_Worded] = Field(max_length=8)


def worth_wording(draft: str, edited: str) -> bool:
    """Does the edit change enough to be one of tone? A few words corrected say nothing, and a model would make it up."""
    return edit_cost(draft, edited) >= LEAST_EDITED and cost_ratio(draft, edited) >= LEAST_SHARE


async def word(model: BaseChatModel, draft: str, edited: str, measured: Sequence[Aspect]) -> tuple[Aspect, ...]:
    """The aspects of an edit beyond the measured ones, at most three; none when the model gives nothing usable."""
    if not worth_wording(draft, edited):
        return ()
    answer = await ask(model, wording_messages(draft, edited, [aspect.value for aspect in measured]), _Answer)
    if answer is None:
        return ()
    known = {dimension(aspect.name) for aspect in measured}
    kept = (
        worded
        for worded in answer.aspects
        if worded.dimension not in known and _usable(worded.instruction, draft, edited)
    )
    named = {worded.dimension: worded for worded in kept}
    return tuple(
        Aspect(name=worded.dimension, value=_tidy(worded.instruction)) for worded in list(named.values())[:MAX_ASPECTS]
    )


def _usable(instruction: str, draft: str, edited: str) -> bool:
    words = _content_words(instruction)
    if instruction.strip(" .") in EXAMPLE_INSTRUCTIONS:
        return False
    if not words or len(instruction.split()) > MAX_WORDS or words & _MEASURABLE:
        return False
    return not words & (_content_words(draft) | _content_words(edited)) - _STYLE


def _content_words(text: str) -> set[str]:
    return {_stem(word) for word in re.findall(r"[^\W\d_]{4,}", text.lower())}


def _stem(word: str) -> str:
    return word.removesuffix("s")


def _words(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in text.split())


_MEASURABLE = _words(
    "bullet list number numbering heading emoji question exclamation greeting closing contraction metric imperial unit "
    "concise brief short shorter longer length paragraph translate english spanish french german formatting language "
    "capital link bold"
)
_STYLE = _words(
    "sound use write keep make more less with without tone voice style reader word sentence text first "
    "friendly warm formal informal casual polite direct active passive simple plain clear personal positive "
    "professional confident humble playful neutral enthusiastic apologetic empathetic technical "
    "conclusion result next step explain comparison example hedging address speak say tell put from that this"
)


def _tidy(instruction: str) -> str:
    line = " ".join(instruction.split()).rstrip(".")
    return line[0].upper() + line[1:]
