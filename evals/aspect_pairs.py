"""Which aspects are read out of an edit, on pairs of texts made by hand (`pairs.jsonl`), one kind of change each.

Features alone, without a model, over all edits, those included of which only the manner changes. "Seen" pairs were
looked at while the rules were made; the bars are on fresh ones: "late2", written by somebody else and run once, or
without any "held" and "late", written before the rules of manner. A pair of a control kind (unedited, facts corrected
or added, sentences in another order) has to teach nothing at all.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..agent.learning.aspects import dimension
from ..agent.learning.aspects import measure as aspects_of
from .report import Bar, Report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..agent.settings import Settings
    from ..memory.records import Aspect

__all__ = ["Pair", "fresh", "measure", "names_of", "read_pairs"]

PAIRS = Path(__file__).with_name("pairs.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A draft, a user's version of it, and the aspects (dimension and polarity) of which one has to be found."""

    kind: str
    half: Literal["seen", "held", "late", "late2"]
    expected: frozenset[tuple[str, str]]
    draft: str
    edited: str


def read_pairs(path: Path = PAIRS) -> list[Pair]:
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [Pair(**{**row, "expected": frozenset(map(tuple, row["expected"]))}) for row in rows]


def fresh(pairs: Sequence[Pair]) -> list[Pair]:
    """The pairs that the bars are on: "late2" where there are any, else "held" and "late"."""
    late2 = [pair for pair in pairs if pair.half == "late2"]
    return late2 or [pair for pair in pairs if pair.half in ("held", "late")]


def names_of(aspects: Iterable[Aspect]) -> frozenset[tuple[str, str]]:
    """What aspects are about, with their polarity."""
    return frozenset((dimension(aspect.name), aspect.polarity) for aspect in aspects)


def measure(settings: Settings, data: Path | None) -> Report:
    pairs = read_pairs(data) if data else read_pairs()
    edits, controls = _parted(pairs)
    new_edits, new_controls = _parted(fresh(pairs))
    return Report(
        title="aspects read out of edits by features alone",
        figures={
            "found, % of fresh edits": _percent_found(new_edits),
            "false, % of fresh controls": _percent_false(new_controls),
            "fresh edits": len(new_edits),
            "fresh controls": len(new_controls),
            "found, % of edits": {half: _percent_found(group) for half, group in _halves(edits).items()},
            "false, % of unedited and factual pairs": {
                half: _percent_false(group) for half, group in _halves(controls).items()
            },
            "found, % by kind": {kind: _percent_found(group) for kind, group in _kinds(edits).items()},
            "false, % by kind": {kind: _percent_false(group) for kind, group in _kinds(controls).items()},
        },
        bars=(
            Bar(name="found", value=_percent_found(new_edits), least=85, unit="%"),
            Bar(name="false on unedited and factual pairs", value=_percent_false(new_controls), most=5, unit="%"),
        ),
    )


def _parted(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Edits and controls."""
    return [pair for pair in pairs if pair.expected], [pair for pair in pairs if not pair.expected]


def _halves(pairs: Sequence[Pair]) -> Mapping[str, Sequence[Pair]]:
    halves: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        halves[pair.half].append(pair)
    return halves


def _kinds(pairs: Sequence[Pair]) -> Mapping[str, Sequence[Pair]]:
    kinds: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        kinds[f"{pair.kind} ({pair.half})"].append(pair)
    return kinds


def _percent_found(pairs: Sequence[Pair]) -> float:
    return 100 * sum(1 for pair in pairs if _learned(pair) & pair.expected) / len(pairs) if pairs else 0.0


def _percent_false(pairs: Sequence[Pair]) -> float:
    return 100 * sum(1 for pair in pairs if _learned(pair)) / len(pairs) if pairs else 0.0


def _learned(pair: Pair) -> frozenset[tuple[str, str]]:
    return names_of(aspects_of(pair.draft, pair.edited))
