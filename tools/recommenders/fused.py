"""Several recommenders as one: the weighted sum of their standardised scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ..catalog import Mask
from ..errors import RecommenderFailed
from ..fusion import Scores, standardised
from .base import Explains, Glance, Glances, History, Positions, Recommender, highest

__all__ = ["Arm", "Fused", "Judged", "glance"]

LARGE = 2000
"""Allowed items; up to so many are all scored, of more only those that some arm puts first."""
SHORTLIST = 200
"""Items of each arm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A recommender and how much it counts."""

    recommender: Recommender
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judged:
    """Items that came into question, and what each recommender adds to the score of each.

    `positions` has shape (n,), each of `parts` the same. `missing` says which recommenders gave no answer, and why.
    """

    positions: Positions
    parts: Mapping[str, Scores]
    missing: tuple[str, ...] = ()

    @property
    def scores(self) -> Scores:
        return np.asarray(np.sum(list(self.parts.values()), axis=0), dtype=np.float32)


class Fused:
    """A recommender made of others. One that fails is left out."""

    name = "fused"

    def __init__(self, arms: Sequence[Arm], *, large: int = LARGE) -> None:
        if not arms:
            raise ValueError("no arms: pass at least one recommender")
        self._arms = tuple(arms)
        self._explaining = tuple((arm.weight, one) for arm in arms if isinstance(one := arm.recommender, Explains))
        self._large = large

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        return np.asarray(np.sum(list(self.parts(user_id, history, query=query).values()), axis=0), dtype=np.float32)

    def parts(self, user_id: str, history: History, *, query: str = "") -> Mapping[str, Scores]:
        """What each recommender adds to the score of every item of the catalog, by its name."""
        return {
            arm.recommender.name: np.float32(arm.weight)
            * standardised(arm.recommender.score(user_id, history, query=query))
            for arm in self._arms
        }

    def judge(self, user_id: str, history: History, allowed: Mask, *, query: str = "") -> Judged:
        """Scores of the allowed items, or in a large catalog of those allowed that may come first."""
        glances: dict[str, Glance] = {}
        missing: list[str] = []
        for arm in self._arms:
            try:
                glances[arm.recommender.name] = glance(arm.recommender, user_id, history, query, SHORTLIST)
            except RecommenderFailed as fault:
                missing.append(str(fault))
        positions = self._shortlist(list(glances.values()), allowed)
        weights = {arm.recommender.name: np.float32(arm.weight) for arm in self._arms}
        parts = {name: weights[name] * one.at(positions) for name, one in glances.items()}
        return Judged(
            positions=positions,
            parts=parts or {"none": np.zeros(len(positions), np.float32)},
            missing=tuple(missing),
        )

    def support(self, history: History, positions: Positions) -> NDArray[np.float32]:
        total = np.zeros((len(positions), len(history)), dtype=np.float32)
        for weight, recommender in self._explaining:
            support = recommender.support(history, positions)
            total += weight * support / np.maximum(np.abs(support).max(axis=1, keepdims=True, initial=0), 1e-9)
        return total

    def _shortlist(self, glances: Sequence[Glance], allowed: Mask) -> Positions:
        every: Positions = np.flatnonzero(allowed)
        if len(every) <= self._large:
            return every
        wanted = np.zeros(len(allowed), np.bool_)
        wanted[every[:SHORTLIST]] = True  # some that no arm puts first are among them, so that a list is never short
        for one in glances:
            wanted[one.best] = True
        return np.flatnonzero(wanted & allowed)


def glance(recommender: Recommender, user_id: str, history: History, query: str, count: int) -> Glance:
    """What any recommender says of a user; one that cannot glance looks at everything."""
    if hasattr(recommender, "glance"):  # isinstance takes longer than the glance
        return cast("Glances", recommender).glance(user_id, history, query=query, count=count)
    scores = standardised(recommender.score(user_id, history, query=query))
    return Glance(best=highest(scores, count), at=scores.__getitem__)
