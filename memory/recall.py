"""Recall: from one user's working set to the few memories that belong in this turn, best first, or to none."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, TypeVar

import numpy as np

from .excerpt import excerpt
from .floor import FLOOR, Scale, above_floor, confidence
from .fusion import Ranking, rank
from .query import Query
from .records import Fact, Kind, Record
from .temporal import period_of_event
from .threads import NO_ROW, Rows
from .timeframe import FITS, INSIDE, fit, window_at
from .working_set import Mask, WorkingSet

__all__ = ["SEARCHED_KINDS", "Hit", "Policy", "Recollection", "recall"]

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)

Policy = Literal["inject", "search"]
"""What is done with the hits. `inject`: they go into a prompt, so only what passes the floor is returned, and that
may be nothing. `search`: somebody looks through them, so the best are returned however weak they are."""

SEARCHED_KINDS: tuple[Kind, ...] = ("episode", "fact")
"""What recall looks through unless told otherwise; the other kinds have ways of their own into a prompt."""

SAME_COSINE = 0.97
UNLIKE_TERMS = 0.2
"""Two memories that differ in at most this share of their words and have at least that cosine say the same thing; the
better one is returned, so that near-identical turns do not crowd out others."""
LARGEST_SHARE = 0.5
"""No single hit may take more of the token budget than this."""
BLOCK = 16
"""Memories whose vectors are compared with each other at once: so few that BLAS starts no threads for it."""
TRIES_PER_HIT = 4
"""How many memories are tried for each hit wanted, when some repeat each other or do not fit into the budget."""
SMALLEST_EXCERPT = 16
"""Tokens; less than this is not worth a place in a prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Generic[R_co]):
    """A memory that was found."""

    record: R_co
    score: float
    """Standard deviations above the user's other memories for this text."""
    text: str = ""
    """The record's text, or the part of it that matters when the whole does not fit into the budget."""
    why: Mapping[str, float] = field(default_factory=dict)
    """What each arm gave to `score`: words, meaning, question (it answers the turn before it), nearby, speaker, time
    (what it lost for another time than asked), version (what it has from a newer or older version of the same fact)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What recall found, best first; falsy when that is nothing."""

    hits: tuple[Hit[Record], ...] = ()
    tokens: int = 0
    """How many tokens the texts of the hits have together."""
    considered: int = 0
    """How many memories were compared with the query."""
    confidence: float = 0.0
    """How likely the memory holds anything about the query at all, 0 to 1; below the floor nothing is injected."""

    def __bool__(self) -> bool:
        return bool(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


def recall(
    memories: WorkingSet,
    query: Query,
    scale: Scale,
    *,
    limit: int,
    count_tokens: Callable[[str], int],
    budget_tokens: int | None = None,
    kinds: Collection[Kind] = SEARCHED_KINDS,
    exclude: Collection[str] = (),
    policy: Policy = "inject",
) -> Recollection:
    """The best `limit` memories for a query, within `budget_tokens`, without those named in `exclude`."""
    candidates = _candidates(memories, kinds, exclude)
    query = _dated(memories, query, scale, candidates)
    if policy == "inject":
        candidates[_asked_before(memories, query)] = False
    if query.only_asks_when:
        candidates &= _of_that_time(memories, query)
    ranking = rank(memories, query, candidates)
    certainty = 1.0 if query.only_asks_when and candidates.any() else confidence(ranking.evidence, scale)
    allowed = above_floor(ranking, certainty) if policy == "inject" and not query.only_asks_when else candidates
    best = _best_first(ranking, allowed, max(limit, 0) * TRIES_PER_HIT)
    found = _fitting(memories, best, query, count_tokens, limit, budget_tokens)
    reasons = ranking.why([row for row, *_ in found])
    hits = tuple(
        Hit(record=memories.record_at(row), score=float(ranking.scores[row]), text=text, why=why)
        for (row, text, _), why in zip(found, reasons, strict=True)
    )
    return Recollection(
        hits=hits,
        tokens=sum(size for *_, size in found),
        considered=ranking.evidence.n_candidates,
        confidence=certainty,
    )


def _candidates(memories: WorkingSet, kinds: Collection[Kind], exclude: Collection[str]) -> Mask:
    candidates = memories.of_kinds(kinds)
    for record_id in exclude:
        if (row := memories.row(record_id)) != NO_ROW:
            candidates[row] = False
    return candidates


def _dated(memories: WorkingSet, query: Query, scale: Scale, candidates: Mask) -> Query:
    """The question with the time of the event it is dated by; as it is where the memory does not know that event.

    Where a fact dates it, what is left of the question is looked for. What a chat says about an event stands beside
    what it says about the rest, so there the event stays in the question, and dates facts only.
    """
    if query.event is None or query.time is None or query.time.landmark is None:
        return query
    if query.says_what and not memories.is_fact.any():
        return query  # there is nothing that the event could date
    ranking = rank(memories, query.event.query, candidates & memories.said_by_user)
    if confidence(ranking.evidence, scale) < FLOOR:
        return query
    landmark = query.time.landmark
    event = memories.record_at(int(ranking.alone.argmax()))
    start, end = window_at(landmark.relation, period_of_event(event, landmark.words, query.time.now))
    time = replace(query.time, start=start, end=end, of_facts=True)
    return replace(query.event.question if isinstance(event, Fact) else query, time=time)


def _of_that_time(memories: WorkingSet, query: Query) -> Mask:
    """What the user said then, for a question about nothing but a time."""
    if query.time is None or not query.time.has_window:
        return memories.said_by_user
    least = FITS if not query.time.told else INSIDE
    then: Mask = fit(memories.written, memories.written, query.time) >= least
    return then & memories.said_by_user


def _asked_before(memories: WorkingSet, query: Query) -> Rows:
    """Rows that ask for nothing else than the query does: most like it of all, and no answer to it."""
    return memories.lexical.rows_within(query.weights.keys(), memories.asks)


def _best_first(ranking: Ranking, allowed: Mask, n: int) -> list[int]:
    """The `n` best rows; of two that score the same, the one written down last goes first."""
    rows = np.flatnonzero(allowed)[::-1]
    scores = ranking.scores[rows]
    if 0 < n < len(rows):
        within = scores >= np.partition(scores, -n)[-n]
        rows, scores = rows[within], scores[within]
    best: list[int] = rows[np.argsort(-scores, kind="stable")][:n].tolist()
    return best


def _fitting(
    memories: WorkingSet,
    rows: Sequence[int],
    query: Query,
    count_tokens: Callable[[str], int],
    limit: int,
    budget_tokens: int | None,
) -> list[tuple[int, str, int]]:
    """(row, text, tokens) of the first `limit` rows that say something new and fit."""
    found: dict[int, tuple[str, int]] = {}
    left = math.inf if budget_tokens is None else budget_tokens
    largest = left if budget_tokens is None else max(int(budget_tokens * LARGEST_SHARE), SMALLEST_EXCERPT)
    for row, alike in _with_alike(memories, rows):
        if len(found) == limit or left < SMALLEST_EXCERPT:
            break
        if alike and any(other in found and _same_words(memories, row, other) for other in alike):
            continue
        text, size = excerpt(memories.record_at(row).text, query.weights, count_tokens, max_tokens=min(left, largest))
        if text:
            found[row] = text, size
            left -= size
    return [(row, *said) for row, said in found.items()]


def _with_alike(memories: WorkingSet, rows: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    """Each row with those before it that have nearly the same vector, which is all of them where there are none."""
    least = SAME_COSINE if memories.vectors.shape[1] else 0.0
    for start in range(0, len(rows), BLOCK):
        vectors = memories.vectors[rows[: start + BLOCK]]
        near = vectors[start:] @ vectors.T >= least
        if near.trace(offset=start) == np.count_nonzero(near) == len(near):  # each like itself alone, as nearly always
            yield from ((row, []) for row in rows[start : start + BLOCK])
            continue
        for at, row in enumerate(rows[start : start + BLOCK]):
            yield row, [rows[other] for other in near[at, : start + at].nonzero()[0].tolist()]


def _same_words(memories: WorkingSet, row: int, other: int) -> bool:
    """Whether two texts have nearly the same terms; numbers and negations make a difference."""
    some, others = memories.lexical.terms(row), memories.lexical.terms(other)
    apart = some ^ others
    return len(apart) <= UNLIKE_TERMS * len(some | others) and not any(map(_matters, apart))


def _matters(term: str) -> bool:
    return term in ("not", "no", "never") or any(char.isdigit() for char in term)
