"""Time in recall: what holds at the time that is asked about goes first, and the versions of a fact stay together.

A question without a word about time asks for what holds now. Memories that do not fit the time are not thrown away:
they lose up to half of their relevance, because dates are often wrong by a little and sometimes missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np

from .dates import Period
from .lexical import Scores
from .records import Episode, Fact, Record
from .time_words import event_time
from .timeframe import OUTSIDE, Seconds, Timeframe, fit
from .working_set import Mask, WorkingSet

__all__ = ["gather_versions", "period_of_event", "timeliness"]

ENDED = 0.8
"""What is left of a fact's relevance that ended without a successor, when nothing says what time is meant."""
EARLY_OR_LATE = 0.6
"""What is left of the relevance of the last memory when the first is asked for, and the other way round."""
PEERS = 0.5
"""First and last are told apart among memories with at least this share of the best one's relevance."""
STEP = np.float32(1e-3)


def timeliness(memories: WorkingSet, frame: Timeframe | None, relevance: Scores, candidates: Mask) -> Scores:
    """What each row loses for not fitting the time, shape (n_rows,), at most 0."""
    if frame is None:
        return np.zeros(memories.n_rows, np.float32)
    coefficient = _window(memories, frame)
    if frame.order in ("first", "last", "previous"):
        coefficient = coefficient * _order(memories, frame, relevance, candidates)
    return np.asarray((coefficient - 1) * np.maximum(relevance, 0), np.float32)


def _window(memories: WorkingSet, frame: Timeframe) -> Seconds:
    is_fact, of_facts = memories.is_fact, frame.ahead or frame.of_facts
    if (of_facts or not frame.has_window) and not is_fact.any():
        return np.ones(len(is_fact))
    if not frame.has_window:
        ended = is_fact & (memories.ends <= frame.now.timestamp()) & (memories.ends > memories.starts)
        return np.where(ended, ENDED, 1.0)
    starts, ends = (memories.written, memories.written) if frame.told else (memories.starts, memories.ends)
    fits = fit(starts, ends, frame)
    return np.where(is_fact, fits, 1.0) if of_facts else fits


def _order(memories: WorkingSet, frame: Timeframe, relevance: Scores, candidates: Mask) -> Seconds:
    best = float(relevance[candidates].max(initial=0.0))
    peers = np.flatnonzero(candidates & (relevance >= PEERS * best))
    if frame.order == "previous":
        holds = (memories.starts <= frame.now.timestamp()) & (memories.ends > frame.now.timestamp())
        return np.where(holds, EARLY_OR_LATE, 1.0)
    coefficient = np.ones(memories.n_rows)
    times = memories.written[peers] if frame.told else memories.starts[peers]
    rank = np.empty(len(peers))
    rank[np.argsort(times, kind="stable")] = np.arange(len(peers)) / max(len(peers) - 1, 1)
    coefficient[peers] = 1 - (1 - EARLY_OR_LATE) * (rank if frame.order == "first" else 1 - rank)
    return coefficient


def gather_versions(memories: WorkingSet, frame: Timeframe | None, scores: Scores) -> Scores:
    """Scores in which all versions of a fact have that of the best one, in the order in which the question wants them.

    Rows with -inf are no candidates and stay out.
    """
    gathered = scores.copy() if memories.versions() else scores
    for rows in memories.versions():
        known = [row for row in rows if np.isfinite(scores[row])]
        best = max((scores[row] for row in known), default=np.float32(0))
        for at, row in enumerate(_wanted_first(memories, frame, known)):
            gathered[row] = best - at * STEP
    return gathered


def _wanted_first(memories: WorkingSet, frame: Timeframe | None, rows: Sequence[int]) -> list[int]:
    """Versions, given by when they began to hold, with the one that is asked about first."""
    newest = list(reversed(rows))
    if frame is None or not newest:
        return newest
    if frame.order == "previous" and not frame.has_window:
        return [*newest[1:2], *newest[:1], *newest[2:]]
    some = np.array(newest)
    fits = fit(memories.starts[some], memories.ends[some], frame)
    if frame.order in ("first", "last"):
        fits = np.where(fits > OUTSIDE, 1.0, OUTSIDE) if frame.has_window else np.ones(len(newest))
        oldest_first = frame.order == "first"
        order = sorted(range(len(newest)), key=lambda at: (-fits[at], -at if oldest_first else at))
    else:
        order = sorted(range(len(newest)), key=lambda at: (-fits[at], at))
    return [newest[at] for at in order]


_BEGINNING = re.compile(
    r"\b(?:mov|start|began|begin|join|got|get|gett|bought|buy|met|meet|switch|chang|adopt|married|marry|enrol|graduat|hired|born|becam|becom|signed)",
    re.I,
)
_ENDING = re.compile(
    r"\b(?:left|leav|quit|stopp|sold|sell|finish|ended|divorc|gave up|giving up|lost|retir|cancel|resign|clos)", re.I
)
_LASTING = re.compile(
    r"\b(?:liv(?:e|ed|ing)|work(?:ed|ing)?|had|have|having|has|was|were|am|is|been|being|us(?:e|ed|ing)|own(?:ed|ing)?|driv\w*|drove"
    r"|stud(?:y|ied|ying)|stay(?:ed|ing)?|play(?:ed|ing)?|attend\w*|dat(?:ed|ing)|rent(?:ed|ing)?|kept|keep\w*|learn(?:ed|t|ing)?|time|years?)\b",
    re.I,
)


def period_of_event(record: Record, words: str, now: datetime) -> Period:
    """When an event happened, as the record tells it that was found for `words` ("I moved to Porto")."""
    if isinstance(record, Episode):
        return event_time(record.content, record.created)
    if not isinstance(record, Fact):
        return Period(record.created, record.created)
    start = record.valid_from or record.event_time or record.created
    end = record.valid_to or (start if record.event_time and not record.valid_from else max(now, start))
    if _ENDING.search(words):
        return Period(end, end)
    # Most of what people date by is the moment at which something began ("signed", "opened", "took up").
    lasts = _LASTING.search(words) and not _BEGINNING.search(words)
    return Period(start, end) if lasts else Period(start, start)
