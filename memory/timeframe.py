"""The time a question is about, and how well a stretch of time fits it.

A memory holds for a stretch: a fact from `valid_from` to `valid_to`, a turn for the moment it was said. Stretches are
pairs of POSIX seconds here, so that all memories of a user are compared at once.

Source: the temporal coefficient of MRAG (arXiv 2412.15540, linear from .6 to 1 inside the window, .5 outside), here on
stretches instead of dates: before and after a time, what is nearest to it fits best.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .dates import Period

__all__ = ["FITS", "INSIDE", "Landmark", "Order", "Relation", "Seconds", "Timeframe", "fit", "window_at"]

Seconds = NDArray[np.float64]
"""One number for each row: POSIX seconds, or what is computed from them."""
Relation = Literal["before", "after", "during", "since", "until"]
Order = Literal["first", "last", "previous", "all"]
"""`previous`: what held before what holds now; `all`: how something changed, so everything that ever held."""

FAR = 0.6
OUTSIDE = 0.5
DAY = 86_400.0
AFTERMATH = 2 * DAY
"""People tell what happened when it is over: what was said within the window's length after it, or this long, is
nearly as good."""
TOLD_LATER = 0.8
INSIDE = 0.9
FITS = 0.8
"""From here on a stretch belongs to the time that was asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """An event by which a time is named: "before I moved to Porto"."""

    relation: Relation
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeframe:
    """What a question says about time."""

    now: datetime
    start: datetime | None = None
    end: datetime | None = None
    """No longer belongs to it. With one of both missing it is open on that side."""
    order: Order | None = None
    present: bool = False
    """It asks for what holds now, in so many words ("currently")."""
    landmark: Landmark | None = None
    phrase: str = ""
    """The words that name the window or the landmark."""
    words: tuple[str, ...] = ()
    """All words that say when, as they stand in the question; a landmark's are not among them."""
    past: bool = False
    """It is asked in a past tense."""
    told: bool = False
    """The time is when it was said, not when it held ("what did I tell you last week?")."""

    @property
    def has_window(self) -> bool:
        return self.start is not None or self.end is not None

    of_facts: bool = False
    """The window is meant for facts, not for turns."""

    @property
    def ahead(self) -> bool:
        """Whether it is about what is yet to come ("next week"), which was said before it happens."""
        return self.end is not None and self.end > self.now and not self.past


def window_at(relation: Relation, event: Period) -> tuple[datetime | None, datetime | None]:
    """The window that a relation to an event opens."""
    if relation in ("before", "until"):
        return None, event.start
    if relation == "after":
        return event.end, None
    return (event.start, None) if relation == "since" else (event.start, event.end)


def fit(starts: Seconds, ends: Seconds, frame: Timeframe) -> Seconds:
    """How well stretches fit a frame's window, or now where it has none: OUTSIDE to 1, of the shape of `starts`."""
    if frame.start is not None and frame.end is not None:
        return _inside(starts, ends, frame.start.timestamp(), frame.end.timestamp())
    if frame.end is not None:
        return _near(starts, ends, frame.end.timestamp() - 1, earlier=True)
    if frame.start is not None:
        return _near(starts, ends, frame.start.timestamp(), earlier=False)
    now = frame.now.timestamp()
    return np.where((starts <= now) & (ends > now), 1.0, OUTSIDE)


def _inside(starts: Seconds, ends: Seconds, start: float, end: float) -> Seconds:
    """By the share of the window that a stretch covers; a moment inside the window covers all of it."""
    overlap = np.minimum(ends, end) - np.maximum(starts, start)
    share = np.where(ends - starts < DAY, 1.0, overlap / max(end - start, 1.0))
    covered = np.where(overlap >= 0, INSIDE + (1 - INSIDE) * np.clip(share, 0, 1), OUTSIDE)
    late = (starts >= end) & (starts < end + max(end - start, AFTERMATH))
    return np.where(late, TOLD_LATER, covered)


def _near(starts: Seconds, ends: Seconds, at: float, *, earlier: bool) -> Seconds:
    """1 for what holds at a time; less, down to FAR, for what held the longer before it (or will after it)."""
    gap = np.maximum(at - ends, 0) if earlier else np.maximum(starts - at, 0)
    right_side = starts <= at if earlier else ends > at
    reach = float(gap[right_side].max(initial=0.0))
    return np.where(right_side, 1 - (1 - FAR) * gap / max(reach, DAY), OUTSIDE)
