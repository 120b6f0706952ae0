"""Slots of a list that explore, so that items nobody knows yet get a chance; each with the chance it had.

Thompson sampling with a prior: an item's rate of being picked is Beta distributed around what is expected of items of
its kind; each slot draws once and takes the highest. Untrained exploration costs picks where tastes stand still: its
gain is that new items are seen at all, so it gets a slot or two and not the list (Eide et al., "Dynamic slate
recommendation with gated recurrent units and Thompson sampling", 2022; measured by `tailored eval explore`).

The logged chances make lists comparable afterwards: an off-policy estimate weighs what happened by them (`off_policy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Estimate", "Explored", "Explorer", "off_policy"]

STRENGTH = 4.0
"""How many showings the prior is worth."""
POINTS = 128
"""At which a chance is integrated: enough for two digits."""
LEAST_CHANCE = 1e-6
MOST_WEIGHT = 100.0
"""Rows that weigh more are cut to this: a little bias against much variance."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """What a slot took: the row among the items offered, and the chance it had of being taken there."""

    row: int
    propensity: float


class Explorer:
    """Takes items for the slots of a list that explore."""

    def __init__(self, rng: np.random.Generator, *, strength: float = STRENGTH) -> None:
        self._rng = rng
        self._strength = strength

    def choose(self, shown: Numbers, picked: Numbers, expected: Numbers, slots: int) -> list[Explored]:
        """For each slot another item. The arrays have shape (items,): how often each was shown and picked before, and
        the rate expected of one nobody knows, between 0 and 1."""
        expected = np.clip(expected, 0.01, 0.99)
        alpha = expected * self._strength + picked
        beta = (1 - expected) * self._strength + np.maximum(shown - picked, 0)
        left = np.ones(len(alpha), np.bool_)
        chosen: list[Explored] = []
        for _ in range(min(slots, len(alpha))):
            row = int(np.argmax(np.where(left, self._rng.beta(alpha, beta), -1)))
            chosen.append(Explored(row=row, propensity=self._chance(alpha, beta, left, row)))
            left[row] = False
        return chosen

    def _chance(self, alpha: Numbers, beta: Numbers, left: NDArray[np.bool_], row: int) -> float:
        """The chance that the draw of this row is the highest of those left: the mean, over its own distribution, of
        the chance that all others stay below."""
        from scipy.special import betainc, betaincinv  # type: ignore[import-untyped]

        others = left.copy()
        others[row] = False
        # Small chances come from the upper end of the row's distribution, so the points lie close together there.
        from_end = ((np.arange(POINTS) + 0.5) / POINTS)[::-1]
        own = betaincinv(alpha[row], beta[row], 1 - from_end**4)
        below = betainc(alpha[others, np.newaxis], beta[others, np.newaxis], own)
        return max(float(np.average(below.prod(axis=0), weights=from_end**3)), LEAST_CHANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean and its standard error."""

    value: float
    error: float


def off_policy(rewards: Sequence[float], propensities: Sequence[float], wanted: Sequence[float]) -> Estimate:
    """What another policy would have earned a slot: self-normalised, clipped inverse propensity scoring.

    `wanted` is the chance that the other policy would have taken the same item. Raises ValueError when nothing of what
    was logged could have been its choice.
    """
    earned = np.array(rewards, float)
    weights = np.minimum(np.array(wanted, float) / np.array(propensities, float), MOST_WEIGHT)
    if not weights.sum():
        raise ValueError("nothing that was logged could have been the other policy's choice: log longer")
    value = float(weights @ earned / weights.sum())
    return Estimate(value=value, error=float(np.sqrt(weights**2 @ (earned - value) ** 2) / weights.sum()))
