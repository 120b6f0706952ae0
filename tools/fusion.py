"""Adding up scores that are on different scales."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Moments", "Scores", "fused", "standardised"]

Scores = NDArray[np.float32]
"""One finite number for each item of the catalog, shape (number of items,); higher is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Mean and deviation of the scores of a whole catalog, by which those of some items are standardised."""

    mean: float
    deviation: float

    @classmethod
    def of(cls, scores: Scores) -> Moments:
        return cls(mean=float(scores.mean()), deviation=float(scores.std()))

    @classmethod
    def of_sparse(cls, values: Scores, size: int) -> Moments:
        """Of `size` scores, those that are not 0 given."""
        mean = float(values.sum(dtype=np.float64)) / size
        squares = float(np.square(values, dtype=np.float64).sum()) / size
        return cls(mean=mean, deviation=max(squares - mean**2, 0.0) ** 0.5)

    def standardise(self, scores: Scores) -> Scores:
        """See `standardised`."""
        if self.deviation < 1e-9:
            return np.zeros_like(scores)
        deviations = (scores - np.float32(self.mean)) / np.float32(self.deviation)
        return np.asarray(np.sign(deviations) * np.log1p(np.abs(deviations)), dtype=np.float32)


def standardised(scores: Scores) -> Scores:
    """The scores in deviations from their mean, with long tails pulled in: sign(z) * log(1 + |z|).

    Without the logarithm the best few of a sparse arm (BM25, item-kNN) reach 15 and more deviations and drown arms that
    cannot (cosines, critiques). Scores that are all the same say nothing and become zeros.
    """
    return Moments.of(scores).standardise(scores)


def fused(arms: Iterable[tuple[float, Scores]], size: int) -> Scores:
    """The weighted sum of standardised scores, shape (size,)."""
    total = np.zeros(size, dtype=np.float32)
    for weight, scores in arms:
        total += np.float32(weight) * standardised(scores)
    return total
