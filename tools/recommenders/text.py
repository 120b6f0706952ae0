"""Recommending by what items say: like the liked ones, unlike the disliked ones, fitting the query."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...memory.embedders.base import Vectors
from ..cells import products
from ..fusion import Moments, Scores
from ..lexicon import telling
from ..search import MAX_QUERY, CatalogIndex
from .base import Glance, History, Positions, highest

__all__ = ["TextQuery", "TextTaste"]


SAMPLE = 1000
"""Items by which relevance is standardised in a large catalog."""


class TextTaste:
    """Cosine to the mean of the liked items' vectors, less that of the disliked ones (Rocchio)."""

    name = "taste"

    def __init__(self, index: CatalogIndex, *, decay: float = 0.9) -> None:
        self._index = index
        self._vectors = index.vectors
        self._decay = decay

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        if not len(history):
            return np.zeros(len(self._vectors), dtype=np.float32)
        return np.asarray(self._vectors @ self._taste(history), dtype=np.float32)

    def glance(self, user_id: str, history: History, *, query: str = "", count: int) -> Glance:
        if not len(history):
            return Glance.silent()
        taste = self._taste(history)
        moments = self._index.moments(taste)
        return Glance(
            best=self._index.near(taste, count),
            at=lambda wanted: moments.standardise(products(self._vectors[wanted], taste)),
        )

    def support(self, history: History, positions: Positions) -> NDArray[np.float32]:
        cosines = self._vectors[positions] @ self._vectors[history.positions].T
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
        size = len(index.catalog)
        self._sample: Positions = np.linspace(0, size - 1, min(size, SAMPLE)).astype(np.int64)
        # Side by side: gathering them for each request takes longer than using them.
        self._sampled = np.array(index.vectors[self._sample])

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        # "Recommend me three other films" asks for nothing in particular.
        return self._index.relevance(query if telling(query) else "")

    def glance(self, user_id: str, history: History, *, query: str = "", count: int) -> Glance:
        said = query[:MAX_QUERY].strip() if telling(query) else ""
        if not said:
            return Glance.silent()
        vector, words = self._index.embed(said), self._index.lexicon.scores(said)
        by_meaning, by_words = self._index.moments(vector), Moments.of(words)
        # A common word is in most items: only those that stand out are looked through, unless they are too few.
        sharing = np.flatnonzero(words > by_words.mean + by_words.deviation)
        if len(sharing) < count:
            sharing = np.flatnonzero(words > 0)

        def relevance(vectors: Vectors, wanted: Positions) -> Scores:
            return by_meaning.standardise(products(vectors, vector)) + by_words.standardise(words[wanted])

        whole = Moments.of(relevance(self._sampled, self._sample))
        return Glance(
            best=np.concatenate([self._index.near(vector, count), sharing[highest(words[sharing], count)]]),
            at=lambda wanted: whole.standardise(relevance(self._index.vectors[wanted], wanted)),
        )
