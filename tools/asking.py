"""Which question about a list is worth asking: the one whose answer is expected to tell most.

The person has one of the candidates in mind, each with the probability its score gives it. A question about a facet
offers a few of its values; the answer leaves the candidates that fit it. What a question gains is the entropy it is
expected to take away (in bits). Asking costs the person's patience, so that a small gain is not worth it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .filters import AnyOf, Range
from .items import Item
from .qualities import role_of
from .steering import Limit

__all__ = ["CANDIDATES", "LEAD", "MIN_GAIN", "Option", "Question", "best_question", "questions"]

CANDIDATES = 50
"""How many items, best first, a question is judged by."""
MIN_GAIN = 0.5
"""Bits below which nothing is asked."""
MAX_OPTIONS = 3
MIN_SHARE = 0.1
"""An option that fewer of the candidates have is not offered."""
LEAD = "To choose better next time:"
"""What a question to a person begins with."""

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that is offered: its words, and the limit it means."""

    words: str
    limit: Limit

    def fits(self, item: Item) -> bool:
        """Whether somebody with this item in mind may give this answer."""
        value, limit = item.facets.get(self.limit.facet), self.limit
        if isinstance(limit, Range):
            return isinstance(value, float) and limit.low <= value <= limit.high
        held = value if isinstance(value, tuple) else (value,)
        return any(str(one).casefold() in limit.values for one in held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`gain` is the entropy its answer is expected to take away, in bits."""

    facet: str
    options: tuple[Option, ...]
    gain: float

    @property
    def text(self) -> str:
        *first, last = [option.words for option in self.options]
        return f"{LEAD} would you rather have {', '.join(first)} or {last}? Anything else is an answer, too."


def best_question(items: Sequence[Item], scores: Sequence[float]) -> Question | None:
    """The question that gains most about which of the items is meant, or None where none gains `MIN_GAIN`."""
    best = max(questions(items, scores), key=lambda question: question.gain, default=None)
    return best if best is not None and best.gain >= MIN_GAIN else None


def questions(items: Sequence[Item], scores: Sequence[float]) -> Iterator[Question]:
    """A question for each facet that splits the items; `scores` say how likely each is meant."""
    if len(items) < 2:
        return
    chances = _chances(scores)
    names = dict.fromkeys(name for item in items for name in item.facets)
    for facet in names:
        options = _options(facet, items, chances)
        if len(options) > 1:
            answers = np.array([[option.fits(item) for option in options] for item in items], dtype=np.float64)
            yield Question(facet=facet, options=options, gain=_gain(chances, answers))


def _chances(scores: Sequence[float]) -> Probabilities:
    values = np.asarray(scores, dtype=np.float64)
    spread = float(values.std())
    weights = np.exp((values - values.max()) / spread) if spread > 1e-9 else np.ones(len(values))
    return np.asarray(weights / weights.sum())


def _options(facet: str, items: Sequence[Item], chances: Probabilities) -> tuple[Option, ...]:
    values = [item.facets.get(facet) for item in items]
    if any(isinstance(value, tuple | str) for value in values):
        return _of_labels(facet, values, chances)
    numbers = [value for value in values if isinstance(value, float) and not isinstance(value, bool)]
    return _of_numbers(facet, numbers) if len(numbers) >= len(items) / 2 else ()


def _of_labels(facet: str, values: Sequence[object], chances: Probabilities) -> tuple[Option, ...]:
    shares: dict[str, float] = {}
    for value, chance in zip(values, chances, strict=True):
        for label in {value} if isinstance(value, str) else set(value) if isinstance(value, tuple) else ():
            shares[label.casefold()] = shares.get(label.casefold(), 0.0) + float(chance)
    # What nearly all or nearly none have tells nothing; the nearer to a half, the more.
    fit = sorted((abs(share - 0.5), label) for label, share in shares.items() if MIN_SHARE <= share <= 1 - MIN_SHARE)
    return tuple(Option(words=label, limit=AnyOf(facet=facet, values=(label,))) for _, label in fit[:MAX_OPTIONS])


def _of_numbers(facet: str, numbers: Sequence[float]) -> tuple[Option, ...]:
    role = role_of(facet)
    if role == "time":
        first, last = (round(float(edge) / 5) * 5 for edge in np.quantile(numbers, (1 / 3, 2 / 3)))
        if not min(numbers) < first < last <= max(numbers):
            return ()
        spans = ((-np.inf, first - 1, f"something up to {first - 1}"), (first, last - 1, f"from {first} to {last - 1}"),
                 (last, np.inf, f"from {last} on"))  # fmt: skip
    elif role == "length":
        middle = round(float(np.median(numbers)) / 5) * 5
        spans = ((-np.inf, middle, f"up to {middle} minutes"), (middle + 1, np.inf, f"over {middle} minutes"))  # type: ignore[assignment]
    else:
        return ()
    return tuple(Option(words=words, limit=Range(facet=facet, low=low, high=high)) for low, high, words in spans)


def _gain(chances: Probabilities, answers: NDArray[np.float64]) -> float:
    """Mutual information of the item meant and the answer; who could give several answers gives any of them."""
    none = answers.sum(axis=1) == 0
    full = np.column_stack([answers, none])
    given = full / full.sum(axis=1, keepdims=True)
    joint = chances[:, None] * given
    marginal = joint.sum(axis=0)
    return _entropy(chances) + _entropy(marginal) - _entropy(joint.ravel())


def _entropy(chances: NDArray[np.float64]) -> float:
    held = chances[chances > 0]
    return float(-(held * np.log2(held)).sum())
