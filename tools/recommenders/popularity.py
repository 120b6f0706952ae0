"""Popularity: how many people chose an item."""

from __future__ import annotations

import numpy as np

from ..fusion import Scores, standardised
from ..interactions import Interactions
from .base import Glance, History, highest

__all__ = ["Popularity"]

MOST_POPULAR = 500
"""Items that are looked at in a catalog too large to score all of it."""


class Popularity:
    """The same for every user: the number of people who interacted with each item."""

    name = "popularity"

    def __init__(self, counts: Scores) -> None:
        self.counts = counts
        self._standardised = standardised(counts)
        self._best = highest(counts, MOST_POPULAR)

    @classmethod
    def train(cls, interactions: Interactions, n_items: int) -> Popularity:
        return cls(np.bincount(interactions.items, minlength=n_items).astype(np.float32))

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        return self.counts.copy()

    def glance(self, user_id: str, history: History, *, query: str = "", count: int) -> Glance:
        return Glance(best=self._best, at=self._standardised.__getitem__)
