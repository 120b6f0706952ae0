"""Which conversations are about something: their best turns taken together, and their words as a whole.

Ranked are whole threads ("when did we talk about the move?"), for which no single turn need say it all. The query is
first widened by what its best turns have in common, so that a list of things ("which books?") finds more than the first.

Sources: pseudo relevance feedback after Rocchio (1971); BM25 as in `lexical`. The weights were chosen on three of five
LoCoMo chats (`tailored eval recall` prints sessions), where each lies on a plateau.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .fusion import rank, set_apart
from .lexical import Scores
from .query import Query
from .threads import Rows
from .working_set import Mask, WorkingSet

__all__ = ["ThreadHit", "rank_threads"]

FEEDBACK = 0.3
FEEDBACK_TURNS = 5
DECAY = np.array([1.0, 0.5, 0.25, 0.12])
"""How much the best turns of a thread count, best first."""
WHOLE = 0.5
"""Weight of the words of the whole thread beside its best turns."""
K1 = 1.2
B = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadHit:
    """A thread and how well it fits, in standard deviations from the user's other threads."""

    thread: str
    score: float


def rank_threads(memories: WorkingSet, query: Query, candidates: Mask) -> list[ThreadHit]:
    """All threads with turns among `candidates` (a mask of shape (n_rows,)), best first."""
    rows_of = {name: rows[candidates[rows]] for name, rows in memories.threads().items()}
    names = [name for name, rows in rows_of.items() if len(rows)]
    if not names:
        return []
    scores = rank(memories, _widened(memories, query, candidates), candidates).scores
    best = np.array([_best_turns(scores[rows_of[name]]) for name in names])
    words = _words(memories, query, [rows_of[name] for name in names])
    total = _standardised(best) + WHOLE * _standardised(words)
    order = np.argsort(-total, kind="stable")
    return [ThreadHit(thread=names[at], score=float(total[at])) for at in order]


def _widened(memories: WorkingSet, query: Query, candidates: Mask) -> Query:
    """The query moved towards the middle of its best turns."""
    if memories.vectors.shape[1] != len(query.vector):
        return query
    scores = rank(memories, query, candidates & memories.has_vector).scores
    best = np.argsort(-scores)[: min(FEEDBACK_TURNS, int(np.isfinite(scores).sum()))]
    mean = memories.mean_vector
    own = _unit(set_apart(query.topic, mean))
    common = _unit(memories.vectors[best].mean(axis=0) - mean) if len(best) else np.zeros_like(own)
    return replace(query, topic=np.asarray(mean + own + FEEDBACK * common, np.float32))


def _best_turns(scores: Scores) -> float:
    best = np.sort(scores)[::-1][: len(DECAY)]
    # A short thread is not worse for being short: its last turn stands in for those it lacks.
    return float(DECAY @ np.pad(best, (0, len(DECAY) - len(best)), mode="edge"))


def _words(memories: WorkingSet, query: Query, threads: list[Rows]) -> NDArray[np.float64]:
    """BM25 of each thread as one text."""
    thread_of = np.full(memories.n_rows, -1)
    for at, rows in enumerate(threads):
        thread_of[rows] = at
    of_row = memories.lengths
    lengths = np.array([float(of_row[rows].sum()) for rows in threads])
    norms = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1.0))
    total = np.zeros(len(threads))
    for term, weight in query.weights.items():
        holders, each = memories.lexical.counts(term)
        # Rows of no thread here are -1, and are counted in front of the first.
        counts = np.bincount(thread_of[holders] + 1, each, len(threads) + 1)[1:]
        n_with = np.count_nonzero(counts)
        idf = np.log1p((len(threads) - n_with + 0.5) / (n_with + 0.5))
        total += weight * idf * (K1 + 1) * counts / (counts + norms)
    return total


def _standardised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 1e-9 else np.zeros_like(values)


def _unit(vector: Scores) -> Scores:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)
