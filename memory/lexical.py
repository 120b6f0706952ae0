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
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

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


Posting: TypeAlias = "tuple[array[int], array[float]]"
"""The rows that have a term, and how often each does."""


class LexicalIndex:
    """BM25 over texts that are named by row numbers; not thread-safe, its owner locks."""

    __slots__ = ("_b", "_k1", "_lengths", "_n_postings", "_n_texts", "_norms", "_postings", "_terms", "_total")

    def __init__(self, *, k1: float = K1, b: float = B) -> None:
        self._k1 = k1
        self._b = b
        self._postings: dict[str, Posting] = {}
        self._terms: dict[int, tuple[str, ...]] = {}
        self._lengths: NDArray[np.float32] = np.zeros(16, np.float32)
        self._n_texts = 0
        self._n_postings = 0
        self._total = 0.0
        self._norms: Scores | None = None

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
        self._norms = None

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
        self._norms = None

    def terms(self, *rows: int) -> frozenset[str]:
        """The different terms of the texts of some rows."""
        return frozenset().union(*(self._terms.get(row, ()) for row in rows))

    def rows_within(self, terms: Iterable[str], among: NDArray[np.bool_]) -> NDArray[np.intp]:
        """The rows `among` some (a mask of shape (n_rows,)) whose texts have a few of these terms and no others."""
        holders, counts = _end_to_end([self._postings[term] for term in terms if term in self._postings])
        n_known = np.bincount(holders, counts, len(among))
        rows = np.flatnonzero(among & (n_known > 0))
        within: NDArray[np.intp] = rows[n_known[rows] == self._lengths[rows]]
        return within

    @property
    def lengths(self) -> Scores:
        """Number of terms of each row's text; may be longer or shorter than the rows in use."""
        return self._lengths

    def knows(self, term: str) -> bool:
        """Whether any text has a term."""
        return term in self._postings

    def counts(self, term: str) -> tuple[NDArray[np.int32], Scores]:
        """The rows whose texts have a term, and how often each has it."""
        rows, counts = self._postings.get(term, ((), ()))
        return np.array(rows, np.int32), np.array(counts, np.float32)

    def match(self, weights: Mapping[str, float], n_rows: int, *, aside: Collection[str] = ()) -> Match:
        """Compare every row with the terms of a query, given with how much each counts; those `aside` do not count
        for `coverage`."""
        postings = {term: self._postings[term] for term in weights if term in self._postings}
        n_with = {term: len(rows) for term, (rows, _) in postings.items()}
        telling = {
            term: 0.0 if term in aside else weight * _idf(self._n_texts + OTHER_TEXTS, n_with.get(term, 0)) ** 2
            for term, weight in weights.items()
        }
        whole = sum(telling.values()) or 1.0
        idf = np.array([weights[term] * _idf(self._n_texts, n) for term, n in n_with.items()], np.float32)
        share = np.array([telling[term] / whole for term in postings], np.float32)
        which = np.repeat(np.arange(len(postings)), np.array(list(n_with.values()), np.intp))
        rows, counts = _end_to_end(list(postings.values()))
        bm25 = (self._k1 + 1) * idf.take(which) * counts / (counts + self._length_norms().take(rows))
        return Match(
            bm25=np.bincount(rows, bm25, n_rows).astype(np.float32),
            telling=telling,
            coverage=np.bincount(rows, share.take(which), n_rows).astype(np.float32),
        )

    def _length_norms(self) -> Scores:
        """What the counts of a row's words are weighed against: the longer its text, the more."""
        if self._norms is None:
            by_mean = self._n_texts / max(self._total, 1.0)
            self._norms = np.asarray(self._k1 * (1 - self._b + self._b * self._lengths * by_mean), np.float32)
        return self._norms


def _end_to_end(postings: Sequence[Posting]) -> tuple[NDArray[np.intp], Scores]:
    """All rows and all counts one after the other: then a few operations do for however many terms."""
    rows = np.frombuffer(b"".join(rows for rows, _ in postings), np.int32).astype(np.intp)
    return rows, np.frombuffer(b"".join(counts for _, counts in postings), np.float32)


def _idf(n_texts: int, n_with: int) -> float:
    return math.log1p((n_texts - n_with + 0.5) / (n_with + 0.5))
