"""Which words a text is indexed by, and BM25 over one user's texts.

The index is incremental: adding, replacing or removing one text touches that text's words only, so a memory is
searchable the moment it is written. Texts are named by row numbers, which the working set hands out.

Sources: BM25 as in Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), with the idf that is never
negative; stems are Snowball English, which leaves words of other scripts as they are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LexicalIndex", "Match", "Scores", "stems"]

Scores = NDArray[np.float32]

# Saturation of repeated words and weight of text length; the usual values for short passages (Anserini's defaults).
K1 = 0.9
B = 0.4

# A word's weight in `coverage` is its idf as if the user's texts lay among this many others that lack it, so that
# with three memories a word is not taken for common because one of them has it.
OTHER_TEXTS = 100

# Scripts written without spaces are indexed by pairs of characters; everything else by words.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]")

_STOP_WORDS = """
a about after all also am an and any are as at be because been before being between both but by can could d did do
does doing during each few for from further had has have having he her here hers him his how i if in into is it
its just let ll m me might more most my of off on once only or other our out over own re s same shall she should
so some such t than that the their them then there these they this those through to too under until up us ve very
was we were what when where which while who whom whose why with would you your yours mine ours hers theirs myself yourself
"""
_STOP = frozenset(_STOP_WORDS.split())


def stems(text: str) -> list[str]:
    """The index terms of a text, in order, repeated as often as they occur; stop words are left out."""
    if text.isascii():
        return [_stem(word) for word in _ASCII_TOKEN.findall(text.lower()) if word not in _STOP]
    words = _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())
    return [term for word in words if word not in _STOP for term in _terms_of(word)]


def _terms_of(word: str) -> list[str]:
    if _IS_UNSPACED.match(word):
        return [word[at : at + 2] for at in range(max(len(word) - 1, 1))]
    return [_stem(word)]


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


def _stemmer() -> Any:
    """A new stemmer for each word not seen before, since one stemmer must not serve two threads at once."""
    from Stemmer import Stemmer  # type: ignore[import-not-found]

    return Stemmer("english", 0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Match:
    """How every row matches the terms of a query, both of shape (n_rows,)."""

    bm25: Scores
    """0 where no term occurs."""
    telling: Mapping[str, float]
    """How telling each term of the query is: its squared idf times its weight, 0 for those aside."""
    coverage: Scores
    """Share of the query that a row has, 0 to 1, each term weighed by the square of how telling it is. Terms that
    no text has count as missing, so a query about somebody else's life is covered badly by every row."""


class LexicalIndex:
    """BM25 over texts that are named by row numbers; not thread-safe, its owner locks."""

    __slots__ = ("_b", "_k1", "_lengths", "_n_postings", "_n_texts", "_postings", "_terms", "_total")

    def __init__(self, *, k1: float = K1, b: float = B) -> None:
        self._k1 = k1
        self._b = b
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
            posting = self._postings.get(term)
            if posting is None:
                posting = self._postings[term] = (array("i"), array("f"))
            posting[0].append(row)
            posting[1].append(count)
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

    def terms(self, row: int) -> frozenset[str]:
        """The different terms of a row's text."""
        return frozenset(self._terms.get(row, ()))

    def rows_within(self, terms: Collection[str], among: NDArray[np.bool_]) -> list[int]:
        """The rows `among` some (a mask of shape (n_rows,)) whose texts have a few of these terms and no others."""
        wanted = frozenset(terms)
        found = np.zeros_like(among)
        for term in wanted & self._postings.keys():
            found[np.frombuffer(self._postings[term][0], np.int32)] = True
        return [row for row in map(int, np.flatnonzero(found & among)) if wanted.issuperset(self._terms[row])]

    @property
    def lengths(self) -> Scores:
        """Number of terms of each row's text; may be longer or shorter than the rows in use."""
        return self._lengths

    def knows(self, term: str) -> bool:
        """Whether any text has a term."""
        return term in self._postings

    def rows_with(self, term: str) -> list[int]:
        """The rows whose texts have a term."""
        return list(self._postings[term][0]) if term in self._postings else []

    def counts(self, term: str) -> list[tuple[int, float]]:
        """The rows whose texts have a term, each with how often."""
        return list(zip(*self._postings[term], strict=True)) if term in self._postings else []

    def match(self, weights: Mapping[str, float], n_rows: int, *, aside: Collection[str] = ()) -> Match:
        """Compare every row with the terms of a query, given with how much each counts; those `aside` do not count
        for `coverage`."""
        bm25, coverage = np.zeros(n_rows, np.float32), np.zeros(n_rows, np.float32)
        tellings: dict[str, float] = {}
        norms = self._k1 * (1 - self._b + self._b * self._lengths * (self._n_texts / max(self._total, 1.0)))
        for term, weight in weights.items():
            posting = self._postings.get(term, ())
            n_with = len(posting[0]) if posting else 0
            telling = 0.0 if term in aside else weight * _idf(self._n_texts + OTHER_TEXTS, n_with) ** 2
            tellings[term] = telling
            if not posting:
                continue
            # Views without a copy. An array cannot grow while one is alive, and none outlives this call.
            rows, counts = np.frombuffer(posting[0], np.int32), np.frombuffer(posting[1], np.float32)
            coverage[rows] += telling
            bm25[rows] += weight * _idf(self._n_texts, n_with) * (self._k1 + 1) * counts / (counts + norms[rows])
        whole = sum(tellings.values())
        return Match(bm25=bm25, telling=tellings, coverage=coverage / np.float32(whole or 1.0))


def _idf(n_texts: int, n_with: int) -> float:
    return math.log1p((n_texts - n_with + 0.5) / (n_with + 0.5))
