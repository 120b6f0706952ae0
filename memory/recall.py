"""Recall: from one user's working set to the few memories that belong in this turn, best first, or to none."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Generic, Literal, TypeVar

import numpy as np

from .excerpt import excerpt
from .floor import FLOOR, Scale, above_floor, confidence
from .fusion import Ranking, rank
from .query import Query
from .records import Fact, Kind, Record
from .temporal import period_of_event
from .threads import NO_ROW
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
    found = _fitting(memories, _best_first(ranking, allowed), query, count_tokens, limit, budget_tokens)
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
    candidates[[row for record_id in exclude if (row := memories.row(record_id)) != NO_ROW]] = False
    return candidates


def _dated(memories: WorkingSet, query: Query, scale: Scale, candidates: Mask) -> Query:
    """The question with the time of the event it is dated by; as it is where the memory does not know that event.

    Where a fact dates it, what is left of the question is looked for. What a chat says about an event stands beside
    what it says about the rest, so there the event stays in the question, and dates facts only.
    """
    if query.event is None or query.time is None or query.time.landmark is None:
        return query
    ranking = rank(memories, query.event.query, candidates & memories.said_by_user)
    if confidence(ranking.evidence, scale) < FLOOR:
        return query
    landmark = query.time.landmark
    event = memories.record_at(int(np.argmax(ranking.alone + ranking.arms["speaker"])))
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


def _asked_before(memories: WorkingSet, query: Query) -> list[int]:
    """Rows that ask for nothing else than the query does: most like it of all, and no answer to it."""
    return memories.lexical.rows_within(query.weights.keys(), memories.asks)


def _best_first(ranking: Ranking, allowed: Mask) -> Iterator[int]:
    rows = np.flatnonzero(allowed)
    # Of two that score the same, the one written down last.
    order = np.lexsort((-rows, -ranking.scores[rows]))
    return map(int, rows[order])


def _fitting(
    memories: WorkingSet,
    rows: Iterator[int],
    query: Query,
    count_tokens: Callable[[str], int],
    limit: int,
    budget_tokens: int | None,
) -> list[tuple[int, str, int]]:
    """(row, text, tokens) of the first `limit` rows that say something new and fit."""
    found: list[tuple[int, str, int]] = []
    taken: list[tuple[int, frozenset[str]]] = []
    left = budget_tokens
    for row in islice(rows, max(limit, 0) * TRIES_PER_HIT):
        if len(found) == limit or (left is not None and left < SMALLEST_EXCERPT):
            break
        terms = memories.lexical.terms(row)
        if any(_same_words(terms, others) and _alike(memories, row, other) for other, others in taken):
            continue
        text = memories.record_at(row).text
        if left is not None and budget_tokens is not None:
            room = min(left, max(int(budget_tokens * LARGEST_SHARE), SMALLEST_EXCERPT))
            text = excerpt(text, query.weights, count_tokens, max_tokens=room)
        if not text:
            continue
        size = count_tokens(text)
        found.append((row, text, size))
        taken.append((row, terms))
        left = None if left is None else left - size
    return found


def _same_words(some: frozenset[str], others: frozenset[str]) -> bool:
    """Whether two texts have nearly the same terms; numbers and negations make a difference."""
    n_shared = len(some & others)
    n_all = len(some) + len(others) - n_shared
    # Counted before it is looked at: nearly all pairs are out here, and there are some hundred in a recall.
    return n_all - n_shared <= UNLIKE_TERMS * n_all and not any(map(_matters, some ^ others))


def _alike(memories: WorkingSet, row: int, other: int) -> bool:
    """Whether two memories have nearly the same vector, as far as there are vectors."""
    return not memories.vectors.shape[1] or float(memories.vectors[row] @ memories.vectors[other]) >= SAME_COSINE


def _matters(term: str) -> bool:
    return term in ("not", "no", "never") or any(char.isdigit() for char in term)
