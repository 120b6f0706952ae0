"""Popularity: how many people chose an item."""

from __future__ import annotations

import numpy as np

from ..fusion import Scores
from ..interactions import Interactions
from .base import History

__all__ = ["Popularity"]


class Popularity:
    """The same for every user: the number of people who interacted with each item."""

    name = "popularity"

    def __init__(self, counts: Scores) -> None:
        self.counts = counts

    @classmethod
    def train(cls, interactions: Interactions, n_items: int) -> Popularity:
        return cls(np.bincount(interactions.items, minlength=n_items).astype(np.float32))

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        return self.counts.copy()
