"""Which aspects are read out of an edit, on pairs of texts made by hand (`pairs.jsonl`), one kind of change each.

Features alone, without a model. Kinds marked "seen" were looked at while the rules were made better; the "held" ones
were written before and only scored, the "late" ones for `worded.py`. What only a model can word (order, tone, voice,
framing) counts as missed here. A pair of a control kind, unedited or with facts corrected, has to teach nothing at all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..agent.learning.aspects import MEASURED
from ..agent.learning.aspects import measure as aspects_of
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["Pair", "measure", "read_pairs"]

PAIRS = Path(__file__).with_name("pairs.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A draft, a user's version of it, and the aspects (name and polarity) of which one has to be found."""

    kind: str
    half: Literal["seen", "held", "late"]
    expected: frozenset[tuple[str, str]]
    draft: str
    edited: str

    @property
    def measurable(self) -> bool:
        """Whether code can see what is expected; the rest takes a model."""
        return any(name in MEASURED for name, _ in self.expected)


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Pair(**{**row, "expected": frozenset(map(tuple, row["expected"]))}) for row in rows]


def measure(settings: Settings, data: Path | None) -> Report:
    pairs = read_pairs(data) if data else read_pairs()
    edits = [pair for pair in pairs if pair.expected]
    controls = [pair for pair in pairs if not pair.expected]
    measurable = [pair for pair in edits if pair.measurable]
    return Report(
        title="aspects read out of edits by features alone",
        figures={
            "found, % of edits": _percent_found(edits),
            "found, % of edits that can be measured": _percent_found(measurable),
            "of these, kinds seen": _percent_found([pair for pair in measurable if pair.half == "seen"]),
            "of these, kinds held out": _percent_found([pair for pair in measurable if pair.half == "held"]),
            "false, % of unedited and factual pairs": _percent_false(controls),
            "found, % by kind": {kind: _percent_found(group) for kind, group in _kinds(edits).items()},
            "false, % by kind": {kind: _percent_false(group) for kind, group in _kinds(controls).items()},
        },
        bars=(
            Bar(name="found where code can measure", value=_percent_found(measurable), least=85, unit="%"),
            Bar(name="false on unedited and factual pairs", value=_percent_false(controls), most=5, unit="%"),
        ),
    )


def _kinds(pairs: Sequence[Pair]) -> Mapping[str, Sequence[Pair]]:
    kinds: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        kinds[f"{pair.kind} ({pair.half})"].append(pair)
    return kinds


def _percent_found(pairs: Sequence[Pair]) -> float:
    return 100 * sum(1 for pair in pairs if _learned(pair) & pair.expected) / len(pairs)


def _percent_false(pairs: Sequence[Pair]) -> float:
    return 100 * sum(1 for pair in pairs if _learned(pair)) / len(pairs)


def _learned(pair: Pair) -> set[tuple[str, str]]:
    return {(aspect.name, aspect.polarity) for aspect in aspects_of(pair.draft, pair.edited)}
