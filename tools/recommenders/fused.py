"""Several recommenders as one: the weighted sum of their standardised scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..fusion import Scores, standardised
from .base import Explains, History, Recommender

__all__ = ["Arm", "Fused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A recommender and how much it counts."""

    recommender: Recommender
    weight: float


class Fused:
    """A recommender made of others."""

    name = "fused"

    def __init__(self, arms: Sequence[Arm]) -> None:
        if not arms:
            raise ValueError("no arms: pass at least one recommender")
        self._arms = tuple(arms)

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        return np.asarray(np.sum(list(self.parts(user_id, history, query=query).values()), axis=0), dtype=np.float32)

    def parts(self, user_id: str, history: History, *, query: str = "") -> Mapping[str, Scores]:
        """What each recommender adds to the score, by its name."""
        return {
            arm.recommender.name: np.float32(arm.weight)
            * standardised(arm.recommender.score(user_id, history, query=query))
            for arm in self._arms
        }

    def support(self, history: History, position: int) -> NDArray[np.float32]:
        total = np.zeros(len(history), dtype=np.float32)
        for arm in self._arms:
            if isinstance(arm.recommender, Explains):
                support = arm.recommender.support(history, position)
                total += arm.weight * support / max(float(np.abs(support).max(initial=0)), 1e-9)
        return total
