"""Weights of features from comparisons: the chance that one thing is taken over another is logistic in the weighted
difference of their features (Bradley and Terry 1952), with a normal prior and Laplace's approximation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = ["posterior"]

STEPS = 12


def posterior(differences: Numbers, means: Numbers, spread: float) -> tuple[Numbers, Numbers]:
    """The most likely weights, shape (features,), and their covariance, shape (features, features).

    `differences` are the features of what was taken less those of what was left, shape (comparisons, features);
    `means` and `spread` are the prior's. Newton's steps: the posterior is concave, so that a dozen find its top.
    """
    import numpy as np

    precision = np.eye(len(means)) / spread**2
    weights: Numbers = means.copy()
    covariance: Numbers = np.eye(len(means)) * spread**2
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(differences @ weights, -30, 30)))
        slope = differences.T @ (1 - chance) - precision @ (weights - means)
        curve = (differences * (chance * (1 - chance))[:, None]).T @ differences + precision
        covariance = np.linalg.inv(curve).astype(np.float64)
        weights = weights + covariance @ slope
    return weights, covariance
