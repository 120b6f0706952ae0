"""Aspects read out of an edit by features and the chat model together, on the pairs of `aspect_pairs.py`.

The model is asked as after an edit: given the two texts and what was measured, and only where the edit changes enough
to be one of style. Found is counted over all edits, by features or by the model; false over the unedited and factual
pairs, by either. The bars are on the fresh pairs, as there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..agent.learning.aspects import measure as aspects_of
from ..agent.learning.wording import word
from .aspect_pairs import Pair, fresh, names_of, read_pairs
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
    new = fresh(pairs)
    found, false = _percent_found(new, learned), _percent_false(new, learned)
    return Report(
        title=f"aspects read out of edits by features and {settings.model.name}",
        figures={
            "found, % of fresh edits": found,
            "found by features alone, % of fresh edits": _percent_found(new, _measured(new)),
            "fresh edits": sum(1 for pair in new if pair.expected),
            "false, % of fresh controls": false,
            "fresh controls": sum(1 for pair in new if not pair.expected),
            "found, % of all edits": _percent_found(pairs, learned),
            "found by features alone, % of all edits": _percent_found(pairs, _measured(pairs)),
            "false, % of all unedited and factual pairs": _percent_false(pairs, learned),
        },
        bars=(
            Bar(name="found", value=found, least=85, unit="%"),
            Bar(name="false on unedited and factual pairs", value=false, most=5, unit="%"),
        ),
    )


async def learned_from(model: BaseChatModel, pair: Pair) -> frozenset[tuple[str, str]]:
    """Dimensions and polarities of what the edit teaches, measured and worded; the model is not asked in vain."""
    measured = aspects_of(pair.draft, pair.edited)
    names = names_of(measured)
    if names & pair.expected:
        return names
    return names | names_of(await word(model, pair.draft, pair.edited, measured))


async def _learned(model: BaseChatModel, pairs: Sequence[Pair]) -> Learned:
    return {pair: await learned_from(model, pair) for pair in pairs}


def _measured(pairs: Sequence[Pair]) -> Learned:
    return {pair: names_of(aspects_of(pair.draft, pair.edited)) for pair in pairs}


def _percent_found(pairs: Sequence[Pair], learned: Learned) -> float:
    return _percent([bool(learned[pair] & pair.expected) for pair in pairs if pair.expected])


def _percent_false(pairs: Sequence[Pair], learned: Learned) -> float:
    return _percent([bool(learned[pair]) for pair in pairs if not pair.expected])


def _percent(hits: Sequence[bool]) -> float:
    return 100 * sum(hits) / len(hits) if hits else 0.0
