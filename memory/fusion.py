"""How the arms of recall are put on one scale and added up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .embedders.base import Vectors
from .lexical import Scores, stems
from .records import Kind
from .working_set import NO_ROW, WorkingSet

__all__ = ["Ranking", "rank"]

THREAD_WEIGHT = 0.4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """Scores of every row for one query, all arrays of shape (n_rows,)."""

    scores: Scores
    """-inf where a row is no candidate."""
    above_floor: NDArray[np.bool_]
    arms: dict[str, Scores]
    n_candidates: int
    confidence: float

    def why(self, row: int) -> dict[str, float]:
        return {arm: round(float(scores[row]), 3) for arm, scores in self.arms.items() if abs(scores[row]) >= 0.001}


def rank(memories: WorkingSet, text: str, vector: Vectors, *, previous: str, kinds: Collection[Kind]) -> Ranking:
    candidates = memories.of_kinds(kinds)
    n = int(candidates.sum())
    words = standardised(memories.lexical.scores(stems(text), memories.n_rows), candidates)
    dense = np.zeros(memories.n_rows, np.float32)
    if memories.vectors.shape[1] == len(vector):
        dense = memories.vectors @ vector
    meaning = standardised(dense, candidates & memories.has_vector)
    own = words + meaning
    thread: Scores = np.where(memories.previous != NO_ROW, THREAD_WEIGHT * own[memories.previous], np.float32(0))
    scores = np.where(candidates, own + thread, -np.inf).astype(np.float32)
    _demote_superseded(scores, memories)
    return Ranking(
        scores=scores,
        above_floor=candidates & (scores > 1.0),
        arms={"words": words, "meaning": meaning, "thread": thread},
        n_candidates=n,
        confidence=1.0,
    )


def standardised(scores: Scores, mask: NDArray[np.bool_]) -> Scores:
    """Scores in standard deviations from their mean over the masked rows; 0 elsewhere and when all are alike."""
    out = np.zeros_like(scores)
    some = scores[mask]
    if len(some) > 1 and (spread := some.std()) > 1e-6:
        out[mask] = (some - some.mean()) / spread
    return out


def _demote_superseded(scores: Scores, memories: WorkingSet) -> None:
    """Put every fact that no longer holds just below the one that replaced it, which inherits its score."""
    pairs = [(old, new) for old, new in memories.superseded() if np.isfinite(scores[old])]
    for old, new in pairs:
        if new != NO_ROW and np.isfinite(scores[new]):
            scores[new] = max(scores[new], scores[old])
    for old, new in pairs:
        if new != NO_ROW and np.isfinite(scores[new]):
            scores[old] = min(scores[old], scores[new] - 1e-3)
