"""Aspects that only a model can word (tone, voice, framing, order), on the pairs of `aspect_pairs.py`.

The model is asked as after an edit: given the two texts and what was measured, and only where the edit changes enough
to be one of style. Found is counted over all edits, by features or by the model; false over the unedited and factual
pairs, by either. Pairs marked "late" were written after the question and its guard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..agent.learning.aspects import measure as aspects_of
from ..agent.learning.wording import word
from .aspect_pairs import Pair, read_pairs
from .remembered import remembered
from .report import Bar, Report

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ..agent.settings import Settings

__all__ = ["learned_from", "measure"]

Learned = Mapping[Pair, frozenset[tuple[str, str]]]


def measure(settings: Settings, data: Path | None, *, cache: Path | None = None) -> Report:
    """With the configured model."""
    pairs = read_pairs(data) if data else read_pairs()
    with remembered(settings, cache) as model:
        learned = asyncio.run(_learned(model, pairs))
    edits = [pair for pair in pairs if pair.expected]
    unmeasured = [pair for pair in edits if not pair.measurable]
    controls = [pair for pair in pairs if not pair.expected]
    found, false = _percent(_found(edits, learned)), _percent([bool(learned[pair]) for pair in controls])
    return Report(
        title=f"aspects read out of edits by features and {settings.model.name}",
        figures={
            "found, % of edits": found,
            "found, % of those that only a model can word": _percent(_found(unmeasured, learned)),
            "of these, late": _percent(_found([pair for pair in unmeasured if pair.half == "late"], learned)),
            "edits": len(edits),
            "only a model can word": len(unmeasured),
            "false, % of unedited and factual pairs": false,
            "unedited and factual pairs": len(controls),
        },
        bars=(
            Bar(name="found", value=found, least=85, unit="%"),
            Bar(name="false on unedited and factual pairs", value=false, most=5, unit="%"),
        ),
    )


async def learned_from(model: BaseChatModel, pair: Pair) -> frozenset[tuple[str, str]]:
    """Names and polarities of what the edit teaches, measured and worded; the model is not asked in vain."""
    measured = aspects_of(pair.draft, pair.edited)
    names = frozenset((aspect.name, aspect.polarity) for aspect in measured)
    if pair.measurable and names & pair.expected:
        return names
    worded = await word(model, pair.draft, pair.edited, measured)
    return names | {(aspect.name, aspect.polarity) for aspect in worded}


async def _learned(model: BaseChatModel, pairs: Sequence[Pair]) -> Learned:
    return {pair: await learned_from(model, pair) for pair in pairs}


def _found(pairs: Sequence[Pair], learned: Learned) -> list[bool]:
    return [bool(learned[pair] & pair.expected) for pair in pairs]


def _percent(hits: Sequence[bool]) -> float:
    return 100 * sum(hits) / len(hits)
