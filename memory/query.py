"""What is looked for: the words and the vector of a text, completed by what was said just before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
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
_CAPITALISED = re.compile(r"\b([A-ZÀ-Þ]\w+)\b(?:['’]s\b)?")
_EMPTY_WORDS = frozenset(
    stems("talk discuss say said tell told do happen mention chat speak ask remember know thing remind go going went")
)
"""Stems of words that say nothing about what is looked for ("what did we talk about yesterday?")."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Query:
    weights: Mapping[str, float]
    """Its terms, and how much each counts: 1 for those of the text itself."""
    vector: Vectors
    """Unit vector of the whole text, shape (dimension,)."""
    topic: Vectors
    """What memories are ordered by: the same, where a speaker is named drawn half-way to what is asked about them."""
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
    def says_what(self) -> bool:
        """Whether it names anything that could be looked for, beside a time."""
        return bool(self.weights.keys() - self.aside - _EMPTY_WORDS)

    @property
    def only_asks_when(self) -> bool:
        """Whether it names a time and nothing else that could be looked for."""
        timed = self.time is not None and (self.time.has_window or self.time.order in ("first", "last"))
        return timed and not self.says_what


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Event:
    """What a question is dated by ("before I moved"), and the question without it."""

    query: Query
    question: Query


def ask(
    text: str,
    embed: Callable[[list[str]], Vectors],
    *,
    now: datetime | None = None,
    previous: str = "",
    speakers: Collection[str] = (),
) -> Query:
    """The query of a text, which is embedded in one call.

    With `now`, what it says about time is read. `previous` is what was said just before; `speakers` are the stems of
    the names of those who speak in the memory that is asked.
    """
    time = timeframe(text, now) if now else None
    content = _Contents().__getitem__
    if time and time.landmark:
        rest = text.replace(time.phrase, " ")
        whole, of_event, of_rest = _vectors(
            (_told(text, time), time.landmark.words, _told(rest, time)), speakers, embed, content
        )
        query = query_of(text, *whole, time=time, content=content)
        happened = query_of(time.landmark.words, *of_event, content=content)
        # A name at the beginning of the event's words is told from any first word by standing within the question.
        happened = replace(happened, names=happened.names | (query.names & happened.weights.keys()))
        return replace(query, event=Event(query=happened, question=query_of(rest, *of_rest, content=content)))
    if not (previous.strip() and leans_on_previous(text)):
        [own] = _vectors((_told(text, time),), speakers, embed, content)
        return query_of(text, *own, time=time, content=content)
    own, before = _vectors((text, previous), speakers, embed, content)
    return query_of(text, *own, previous=previous, before=before[0], time=time, content=content)


class _Contents(dict[str, str]):
    """What texts are about, found out once for each."""

    def __missing__(self, text: str) -> str:
        content = self[text] = content_of(text)
        return content


def _vectors(
    texts: Sequence[str],
    speakers: Collection[str],
    embed: Callable[[list[str]], Vectors],
    content: Callable[[str], str],
) -> list[tuple[Vectors, Vectors]]:
    """The vector of each text, and the middle of it and that of the text without the names of speakers.

    Every turn of a speaker is a little like the name, whatever it says: half of the second looks past that.
    """
    contents = [content(text) for text in texts]
    nameless = {at: rest for at, own in enumerate(contents) if (rest := _without(own, speakers)) != own}
    vectors = embed([*contents, *nameless.values()])
    topics = dict(zip(nameless, vectors[len(contents) :], strict=True))
    return [
        (vector, _unit(vector + topics[at]) if at in topics else vector)
        for at, vector in enumerate(vectors[: len(contents)])
    ]


def _without(text: str, names: Collection[str]) -> str:
    """The text without the names, given by their stems; as it is where nothing but names would be left."""
    if not names:
        return text
    rest = " ".join(_CAPITALISED.sub(lambda match: "" if _is_one(match[1], names) else match[0], text).split())
    return rest if stems(rest) else text


def _is_one(word: str, names: Collection[str]) -> bool:
    return any(stem in names for stem in stems(word))


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / np.float32(max(float(np.linalg.norm(vector)), 1e-9)), np.float32)


def leans_on_previous(text: str) -> bool:
    """Whether a text says too little to be looked for alone ("and her?")."""
    return len(set(stems(text))) <= FEW_TERMS


def query_of(
    text: str,
    vector: Vectors,
    topic: Vectors | None = None,
    *,
    previous: str = "",
    before: Vectors | None = None,
    time: Timeframe | None = None,
    content: Callable[[str], str] = content_of,
) -> Query:
    """The query of a text with its vector. `topic` is as in Query, `before` the vector of what was said before;
    `content` is content_of, or one that remembers what it was asked.

    The fewer terms the text has, the more what was said before counts: 1 / (1 + terms) as much.
    """
    weights, aside = _weights(text, content(_timeless(text, time)))
    topic = vector if topic is None else topic
    if before is not None:
        share = 1.0 / (1 + len(weights))
        weights = {**dict.fromkeys(stems(previous), share), **weights}
        vector, topic = (_unit(own + np.float32(share) * before) for own in (vector, topic))
    return Query(
        weights=weights,
        vector=vector,
        topic=topic,
        aside=aside,
        names=frozenset(stems(" ".join(_NAME.findall(text)))),
        time=time,
        about_asker=asked_of_oneself(text),
    )


def _told(text: str, time: Timeframe | None) -> str:
    """What is embedded: the text without the words that say when, or all of it where it says nothing else."""
    rest = _timeless(text, time)
    return rest if rest is not text and stems(rest) else text


def _timeless(text: str, time: Timeframe | None) -> str:
    """The text without the words that say when, which hardly any memory has."""
    rest = text
    for words in time.words if time else ():
        rest = rest.replace(words, " ", 1)
    return rest


def _weights(text: str, content: str) -> tuple[dict[str, float], frozenset[str]]:
    """Its terms with their weights, and those that do not say what is looked for."""
    own = dict.fromkeys(stems(content), 1.0)
    if content is text:
        return own, frozenset()
    weights = {**dict.fromkeys(stems(text), ASIDE), **own}
    return weights, frozenset(weights.keys() - own.keys())
