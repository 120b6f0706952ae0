"""An embedder without weights: hashed words and letters.

Deterministic and instant, so it is what tests use, and the fallback of a machine without a model. It sees spelling
and not meaning: "car" and "automobile" are strangers to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np

from .base import Vectors, unit_rows

__all__ = ["HashingEmbedder"]

_WORD = re.compile(r"\w+")
_GRAM = 4
_GRAM_WEIGHT = 0.3
_MAX_CHARS = 16_384


class HashingEmbedder:
    """Stems of words and 4-grams of letters, hashed with a sign (feature hashing, Weinberger et al. 2009)."""

    def __init__(self, dimension: int = 384) -> None:
        if dimension < 1:
            raise ValueError(f"dimension is {dimension}: give at least 1")
        self._dimension = dimension

    @property
    def space(self) -> str:
        return f"hashing-v1-{self._dimension}"

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. A text without a word gets the first axis, so that it, too, has a unit vector."""
        import Stemmer  # type: ignore[import-not-found]

        # One for each call: a stemmer is not safe to use from several threads.
        stemmer = Stemmer.Stemmer("english")
        vectors = np.zeros((len(texts), self._dimension))
        for row, text in zip(vectors, texts, strict=True):
            words = stemmer.stemWords(_words(text))
            self._add(row, words, weight=1.0)
            self._add(row, _grams(words), weight=_GRAM_WEIGHT)
            if not row.any():
                row[0] = 1.0
        return unit_rows(vectors, shape=(len(texts), self._dimension), space=self.space)

    def _add(
        self, row: np.ndarray[tuple[int], np.dtype[np.float64]], features: Sequence[str], *, weight: float
    ) -> None:
        for feature, count in Counter(features).items():
            code = crc32(feature.encode())
            sign = 1.0 if code & 0x8000_0000 else -1.0
            row[code % self._dimension] += sign * weight * (1.0 + np.log(count))


def _words(text: str) -> list[str]:
    whole = text[:_MAX_CHARS].encode(errors="replace").decode()
    return _WORD.findall(whole.casefold())


def _grams(words: Sequence[str]) -> list[str]:
    return [f"#{gram}" for word in words for gram in _windows(f" {word} ")]


def _windows(text: str) -> Iterator[str]:
    for start in range(max(1, len(text) - _GRAM + 1)):
        yield text[start : start + _GRAM]
