"""Linear discriminant analysis with a shrunken covariance: classes told apart from few examples with many features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHRINKAGES", "Discriminant", "right_when_left_out"]

Numbers = NDArray[np.float64]
Labels = NDArray[np.int_]

SHRINKAGES = (0.1, 0.2, 0.3, 0.5, 0.7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discriminant:
    """A fitted classifier."""

    middle: Numbers
    scale: Numbers
    weights: Numbers
    """Shape (classes, features)."""
    offsets: Numbers

    @classmethod
    def fit(cls, features: Numbers, labels: Labels, shrinkage: float) -> Discriminant:
        """Labels are 0, 1, …; at shrinkage 1 the nearest centre of standardised features wins."""
        middle, scale = features.mean(axis=0), features.std(axis=0) + 1e-6
        standard = (features - middle) / scale
        centres = np.array([standard[labels == label].mean(axis=0) for label in range(labels.max() + 1)])
        spread = standard - centres[labels]
        covariance = spread.T @ spread / len(standard)
        round_ = np.eye(len(covariance)) * np.trace(covariance) / len(covariance)
        weights = np.linalg.solve((1 - shrinkage) * covariance + shrinkage * round_, centres.T).T
        return cls(middle=middle, scale=scale, weights=weights, offsets=-0.5 * (weights * centres).sum(axis=1))

    def predict(self, features: Numbers) -> Labels:
        scores: Numbers = ((features - self.middle) / self.scale) @ self.weights.T + self.offsets
        return np.asarray(scores.argmax(axis=1))


def right_when_left_out(
    features: Numbers, labels: Labels, groups: NDArray[np.int_], shrinkages: Sequence[float] = SHRINKAGES
) -> NDArray[np.bool_]:
    """Which labels are predicted right by a classifier that saw nothing of their group.

    Of several shrinkages the best is chosen anew for each group, by leaving out a tenth of the others at a time.
    """
    right = np.zeros(len(labels), dtype=bool)
    for group in np.unique(groups):
        rest = groups != group
        seen = features[rest], labels[rest]
        best = shrinkages[0]
        if len(shrinkages) > 1:
            best = max(shrinkages, key=lambda one: right_when_left_out(*seen, groups[rest] % 10, [one]).mean())
        right[~rest] = Discriminant.fit(*seen, best).predict(features[~rest]) == labels[~rest]
    return right
