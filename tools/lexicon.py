"""Search by words: BM25 over stemmed words (bm25s), with the words of recall."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..memory.lexical import stems
from .fusion import Scores

__all__ = ["Lexicon"]


class Lexicon:
    """BM25 over a fixed list of texts."""

    def __init__(self, index: Any, size: int) -> None:
        self._index = index
        self._size = size

    @classmethod
    def of(cls, texts: Iterable[str]) -> Lexicon:
        """An index of these texts, in their order."""
        import bm25s  # type: ignore[import-untyped]

        words = [stems(text) for text in texts]
        if not any(words):
            return cls(None, len(words))
        index = bm25s.BM25()
        index.index(words, show_progress=False)
        return cls(index, len(words))

    def scores(self, query: str) -> Scores:
        """BM25 of each text for the query, 0 where no word is shared, shape (number of texts,)."""
        known = [] if self._index is None else [word for word in stems(query) if word in self._index.vocab_dict]
        if self._index is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)
