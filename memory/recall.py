"""Recall: from one user's working set to the few memories that belong in this turn, best first, or to none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

import numpy as np

from .embedders.base import Vectors
from .fusion import Ranking, rank
from .records import KINDS, Kind, Record
from .working_set import WorkingSet

__all__ = ["SEARCHED_KINDS", "Hit", "Policy", "Recollection", "recall", "similar"]

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)

Policy = Literal["inject", "search"]
"""What is done with the hits. `inject`: they go into a prompt, so only what passes the floor is returned, and that
may be nothing. `search`: somebody looks through them, so the best are returned however weak they are."""

SEARCHED_KINDS: tuple[Kind, ...] = ("episode", "fact")
"""What recall looks through unless told otherwise; the other kinds have ways of their own into a prompt."""

SAME = 0.97
"""Two memories whose vectors have at least this cosine say the same thing; the better one is returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Generic[R_co]):
    """A memory that was found."""

    record: R_co
    score: float
    """From `recall`: standard deviations above the user's other memories for this text. From `similar`: cosine."""
    why: Mapping[str, float] = field(default_factory=dict)
    """What each arm contributed to `score`: words, meaning, thread (the turn before it)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What recall found, best first; falsy when that is nothing."""

    hits: tuple[Hit[Record], ...] = ()
    tokens: int = 0
    """How many tokens the texts of the hits have together."""
    considered: int = 0
    """How many memories were compared with the query."""
    confidence: float = 0.0
    """Between 0 and 1: how likely the memory holds anything about the query at all."""

    def __bool__(self) -> bool:
        return bool(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


def recall(
    memories: WorkingSet,
    text: str,
    vector: Vectors,
    *,
    limit: int,
    count_tokens: Callable[[str], int],
    budget_tokens: int | None = None,
    previous: str = "",
    kinds: Collection[Kind] = SEARCHED_KINDS,
    exclude: Collection[str] = (),
    policy: Policy = "inject",
) -> Recollection:
    """The best `limit` memories for a text, within `budget_tokens`, without those named in `exclude`.

    `vector` is the text's unit vector, shape (dimension,). `previous` is what was said just before, for a text that
    means little alone ("and her?").
    """
    ranking = rank(memories, text, vector, previous=previous, kinds=kinds)
    if not ranking.n_candidates or limit < 1:
        return Recollection(considered=ranking.n_candidates)
    rows = _order(ranking, memories, exclude, policy)
    hits: list[Hit[Record]] = []
    taken: list[int] = []
    tokens = 0
    for row in rows:
        record = memories.record_at(row)
        size = count_tokens(record.text)
        if budget_tokens is not None and tokens + size > budget_tokens:
            continue
        if _repeats(memories, row, taken):
            continue
        hits.append(Hit(record=record, score=float(ranking.scores[row]), why=ranking.why(row)))
        taken.append(row)
        tokens += size
        if len(hits) == limit:
            break
    return Recollection(hits=tuple(hits), tokens=tokens, considered=ranking.n_candidates, confidence=ranking.confidence)


def similar(memories: WorkingSet, vector: Vectors, kind: type[R], *, limit: int) -> list[Hit[R]]:
    """The records of a class (or of all classes, for `Record`) with the highest cosine, most alike first."""
    rows = np.flatnonzero(memories.of_kinds(name for name, cls in KINDS.items() if issubclass(cls, kind)))
    rows = rows[memories.has_vector[rows]]
    if not len(rows) or limit < 1:
        return []
    cosines = memories.vectors[rows] @ vector
    best = np.argsort(-cosines, kind="stable")[:limit]
    found = [(memories.record_at(int(rows[at])), float(cosines[at])) for at in best]
    return [Hit(record=record, score=cosine) for record, cosine in found if isinstance(record, kind)]


def _order(ranking: Ranking, memories: WorkingSet, exclude: Collection[str], policy: Policy) -> list[int]:
    scores = ranking.scores.copy()
    scores[[row for record_id in exclude if (row := memories.row(record_id)) >= 0]] = -np.inf
    if policy == "inject":
        scores[~ranking.above_floor] = -np.inf
    order = np.argsort(-scores, kind="stable")
    return [int(row) for row in order[: int(np.isfinite(scores).sum())]]


def _repeats(memories: WorkingSet, row: int, taken: list[int]) -> bool:
    if not taken or not memories.has_vector[row]:
        return False
    return bool(np.max(memories.vectors[taken] @ memories.vectors[row]) >= SAME)
