"""Adding up scores that are on different scales."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Scores", "fused", "standardised"]

Scores = NDArray[np.float32]
"""One finite number for each item of the catalog, shape (number of items,); higher is better."""


def standardised(scores: Scores) -> Scores:
    """The scores in deviations from their mean, with long tails pulled in: sign(z) * log(1 + |z|).

    Without the logarithm the best few of a sparse arm (BM25, item-kNN) reach 15 and more deviations and drown arms that
    cannot (cosines, critiques). Scores that are all the same say nothing and become zeros.
    """
    deviation = float(scores.std())
    if deviation < 1e-9:
        return np.zeros_like(scores)
    deviations = (scores - scores.mean()) / deviation
    return np.asarray(np.sign(deviations) * np.log1p(np.abs(deviations)), dtype=np.float32)


def fused(arms: Iterable[tuple[float, Scores]], size: int) -> Scores:
    """The weighted sum of standardised scores, shape (size,)."""
    total = np.zeros(size, dtype=np.float32)
    for weight, scores in arms:
        total += np.float32(weight) * standardised(scores)
    return total
