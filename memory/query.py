"""What is looked for: the words and the vector of a text, completed by what was said just before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from .content import content_of
from .embedders.base import Vectors
from .lexical import stems
from .perspective import asked_of_oneself
from .time_words import timeframe
from .timeframe import Timeframe

__all__ = ["Event", "Query", "ask", "leans_on_previous", "query_of"]

FEW_TERMS = 3
ASIDE = 0.3
"""How much the words count that do not say what is looked for: what happened "last May" seldom says so itself."""
_NAME = re.compile(r"(?<=[\w,;:)'’-] )[A-ZÀ-Þ][\w’-]*[a-zà-ÿ]\b|^[A-ZÀ-Þ][\w-]+(?=['’]s\b)")
_EMPTY_WORDS = frozenset(
    stems("talk discuss say said tell told do happen mention chat speak ask remember know thing remind go going went")
)
"""Stems of words that say nothing about what is looked for ("what did we talk about yesterday?")."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Query:
    weights: Mapping[str, float]
    """Its terms, and how much each counts: 1 for those of the text itself."""
    vector: Vectors
    """Unit vector, shape (dimension,)."""
    aside: frozenset[str] = frozenset()
    """Those of its terms that do not say what is looked for: when it was, "do you remember"."""
    names: frozenset[str] = frozenset()
    """Those of its terms that are names of people and things."""
    time: Timeframe | None = None
    """What it says about time; None where that was not read."""
    event: Event | None = None
    about_asker: bool = False
    """Whether it is about the one who asks."""

    @property
    def only_asks_when(self) -> bool:
        """Whether it names a time and nothing else that could be looked for."""
        timed = self.time is not None and (self.time.has_window or self.time.order in ("first", "last"))
        return timed and not self.weights.keys() - self.aside - _EMPTY_WORDS


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Event:
    """What a question is dated by ("before I moved"), and the question without it."""

    query: Query
    question: Query


def ask(text: str, embed: Callable[[list[str]], Vectors], *, now: datetime | None = None, previous: str = "") -> Query:
    """The query of a text, which is embedded in one call.

    With `now`, what it says about time is read. `previous` is what was said just before.
    """
    time = timeframe(text, now) if now else None
    if time and time.landmark:
        rest = text.replace(time.phrase, " ")
        whole, of_event, of_rest = embed([content_of(text), time.landmark.words, content_of(rest)])
        event = Event(query=query_of(time.landmark.words, of_event), question=query_of(rest, of_rest))
        return replace(query_of(text, whole, time=time), event=event)
    if not (previous.strip() and leans_on_previous(text)):
        return query_of(text, embed([content_of(text)])[0], time=time)
    vector, previous_vector = embed([content_of(text), previous])
    return query_of(text, vector, previous, previous_vector, time=time)


def leans_on_previous(text: str) -> bool:
    """Whether a text says too little to be looked for alone ("and her?")."""
    return len(set(stems(text))) <= FEW_TERMS


def query_of(
    text: str,
    vector: Vectors,
    previous: str = "",
    previous_vector: Vectors | None = None,
    *,
    time: Timeframe | None = None,
) -> Query:
    """The query of a text. The fewer terms it has, the more what was said before counts: 1 / (1 + terms) as much."""
    weights, aside = _weights(text, time)
    if previous_vector is not None:
        share = 1.0 / (1 + len(weights))
        weights = {**dict.fromkeys(stems(previous), share), **weights}
        vector = np.asarray(vector + share * previous_vector, np.float32)
        vector /= np.float32(max(float(np.linalg.norm(vector)), 1e-9))
    return Query(
        weights=weights,
        vector=vector,
        aside=aside,
        names=frozenset(stems(" ".join(_NAME.findall(text)))),
        time=time,
        about_asker=asked_of_oneself(text),
    )


def _weights(text: str, time: Timeframe | None) -> tuple[dict[str, float], frozenset[str]]:
    """Its terms with their weights, and those that do not say what is looked for."""
    rest = text
    for words in time.words if time else ():
        rest = rest.replace(words, " ", 1)
    own = dict.fromkeys(stems(content_of(rest)), 1.0)
    weights = {**dict.fromkeys(stems(text), ASIDE), **own}
    return weights, frozenset(weights.keys() - own.keys())
