"""Which words a text is indexed by, and BM25 over one user's texts.

The index is incremental: adding, replacing or removing one text touches that text's words only, so a memory is
searchable the moment it is written. Texts are named by row numbers, which the working set hands out.

Sources: BM25 as in Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), with the idf that is never
negative; stems are Snowball English, which leaves words of other scripts as they are.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LexicalIndex", "Scores", "stems"]

Scores = NDArray[np.float32]

# Saturation of repeated words and weight of text length: the values of the literature, not fitted to anything here.
K1 = 1.2
B = 0.75

# Scripts written without spaces are indexed by pairs of characters; everything else by words.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")

_STOP_WORDS = """
a about after all also am an and any are as at be because been before being between both but by can could d did do
does doing don during each few for from further had has have having he her here hers him his how i if in into is it
its just let ll m me might more most my of off on once only or other our out over own re s same shall she should
so some such t than that the their them then there these they this those through to too under until up us ve very
was we were what when where which while who whom whose why with would you your yours
"""
_STOP = frozenset(_STOP_WORDS.split())


def stems(text: str) -> list[str]:
    """The index terms of a text, in order, repeated as often as they occur; stop words are left out."""
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    terms: list[str] = []
    for word in words:
        if _IS_UNSPACED.match(word):
            terms.extend(word[i : i + 2] for i in range(max(len(word) - 1, 1)))
        elif word not in _STOP:
            terms.append(_stem(word))
    return terms


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


def _stemmer() -> Any:
    """A new stemmer for each word not seen before, since one stemmer must not serve two threads at once."""
    from Stemmer import Stemmer  # type: ignore[import-not-found]

    return Stemmer("english", 0)


class LexicalIndex:
    """BM25 over texts that are named by row numbers; not thread-safe, its owner locks."""

    __slots__ = ("_lengths", "_n_postings", "_n_texts", "_postings", "_terms", "_total")

    def __init__(self) -> None:
        self._postings: dict[str, tuple[array[int], array[float]]] = {}
        self._terms: dict[int, tuple[str, ...]] = {}
        self._lengths: NDArray[np.float32] = np.zeros(16, np.float32)
        self._n_texts = 0
        self._n_postings = 0
        self._total = 0.0

    @property
    def nbytes(self) -> int:
        """About how much memory the index holds."""
        # 12 bytes in the posting, 8 in the row's list of terms; a term of its own costs about 350.
        return 20 * self._n_postings + 350 * len(self._postings) + 120 * len(self._terms) + self._lengths.nbytes

    def add(self, row: int, text: str) -> None:
        """Index a text under a row, replacing what was there."""
        self.remove(row)
        counts = Counter(stems(text))
        if row >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros(max(row, 16), np.float32)])
        for term, count in counts.items():
            rows, frequencies = self._postings.setdefault(term, (array("i"), array("f")))
            rows.append(row)
            frequencies.append(count)
        self._terms[row] = tuple(counts)
        self._lengths[row] = counts.total()
        self._total += counts.total()
        self._n_postings += len(counts)
        self._n_texts += 1

    def remove(self, row: int) -> None:
        """Forget the text of a row; nothing happens when there is none."""
        if row not in self._terms:
            return
        terms = self._terms.pop(row)
        for term in terms:
            rows, frequencies = self._postings[term]
            at = rows.index(row)
            del rows[at], frequencies[at]
            if not rows:
                del self._postings[term]
        self._total -= float(self._lengths[row])
        self._lengths[row] = 0
        self._n_postings -= len(terms)
        self._n_texts -= 1

    def idf(self, term: str) -> float:
        """How telling a term is among these texts: 0 for one that none of them has."""
        posting = self._postings.get(term)
        if posting is None:
            return 0.0
        df = len(posting[0])
        return float(np.log1p((self._n_texts - df + 0.5) / (df + 0.5)))

    def scores(self, terms: Sequence[str], n_rows: int) -> Scores:
        """BM25 of every row for these query terms, shape (n_rows,); 0 where no term occurs. A term counts once."""
        out = np.zeros(n_rows, np.float32)
        if not self._n_texts or not self._total:
            return out
        norms = K1 * (1 - B + B * self._lengths * (self._n_texts / self._total))
        for term in dict.fromkeys(terms):
            posting = self._postings.get(term)
            if posting is None:
                continue
            rows, frequencies = np.frombuffer(posting[0], np.int32), np.frombuffer(posting[1], np.float32)
            out[rows] += self.idf(term) * (K1 + 1) * frequencies / (frequencies + norms[rows])
        return out
