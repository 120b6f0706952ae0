"""Recommending by what items say: like the liked ones, unlike the disliked ones, fitting the query."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...memory.embedders.base import Vectors
from ..fusion import Scores
from ..lexicon import telling
from ..search import CatalogIndex
from .base import History

__all__ = ["TextQuery", "TextTaste"]


class TextTaste:
    """Cosine to the mean of the liked items' vectors, less that of the disliked ones (Rocchio)."""

    name = "taste"

    def __init__(self, index: CatalogIndex, *, decay: float = 0.9) -> None:
        self._vectors = index.vectors
        self._decay = decay

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        if not len(history):
            return np.zeros(len(self._vectors), dtype=np.float32)
        return np.asarray(self._vectors @ self._taste(history), dtype=np.float32)

    def support(self, history: History, position: int) -> NDArray[np.float32]:
        cosines = self._vectors[history.positions] @ self._vectors[position]
        return np.asarray(self._weights(history) * cosines, dtype=np.float32)

    def _taste(self, history: History) -> Vectors:
        return np.asarray(self._weights(history) @ self._vectors[history.positions], dtype=np.float32)

    def _weights(self, history: History) -> NDArray[np.float32]:
        ages = np.arange(len(history))[::-1]
        weights = history.likings * self._decay**ages
        return np.asarray(weights / max(float(np.abs(weights).sum()), 1e-9), dtype=np.float32)


class TextQuery:
    """How well items fit the words of the request."""

    name = "query"

    def __init__(self, index: CatalogIndex) -> None:
        self._index = index

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        # "Recommend me three other films" asks for nothing in particular.
        return self._index.relevance(query if telling(query) else "")
