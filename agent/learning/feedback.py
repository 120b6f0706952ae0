"""Signs of satisfaction or dissatisfaction in what a user says next, by cues.

High precision: a turn without a clear cue says nothing. A complaint outweighs thanks ("thanks, but it's too long"),
and praise inside a new task or a question is none. Asking the same again is a complaint without words. The cues
themselves are in `cues.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...memory.lexical import stems
from ...memory.records import Signal
from .cues import COMPLAINTS, NOT_ABOUT_THE_REPLY, NOT_PRAISE, PRAISES, Cues

__all__ = ["Cue", "asked_again", "detect", "plain_line"]

MAX_WORDS = 60
"""Longer turns are new tasks or pasted texts; what they hold of cues is mostly not about the reply."""
MAX_PRAISE_WORDS = 25
MAX_COMPLAINT_WORDS = 30
"""Of a longer turn only the first sentence may complain; the rest is what to do next."""
MAX_ASKING_WORDS = 12
"""A longer question is a question, whatever words are in it."""

SAME_REQUEST = 0.9
"""Cosine from which on two requests ask for one thing, if they name the same things; related tasks stay below .75."""
MIN_REQUEST_WORDS = 4
REPHRASED = 0.75
"""Cosine from which on a request that brings nothing new may be the one before it, put in other words,"""
KEPT = 0.6
"""if it has so much of what that asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A sign about the last reply, and the kind of cue it was read from."""

    signal: Signal
    kind: str


def detect(turn: str) -> Cue | None:
    """What the user's turn says about the reply before it, or None when it says nothing clear."""
    text = plain_line(turn)
    words = len(text.split())
    if not words or words > MAX_WORDS:
        return None
    if kind := _complaint(text, words):
        return Cue(signal="dissatisfied", kind=kind)
    if words <= MAX_PRAISE_WORDS and not NOT_PRAISE.search(text) and (kind := _first(PRAISES, text)):
        return Cue(signal="satisfied", kind=kind)
    return None


def plain_line(turn: str) -> str:
    """The turn without what it quotes, as one line of lower case with straight apostrophes."""
    return " ".join(_QUOTED.sub(" ", turn).replace("’", "'").lower().split())


def asked_again(before: str, turn: str, likeness: float) -> Cue | None:
    """A sign of dissatisfaction where the turn asks for the same as the request before it.

    `likeness` is the cosine of the two requests' vectors. A request that names something else, or another number,
    is a new task however like it is: "the note for 2.1", "the note for 2.2". In other words it is the same as long as it
    brings nothing new.
    """
    if min(len(before.split()), len(turn.split())) < MIN_REQUEST_WORDS:
        return None
    same = likeness >= SAME_REQUEST and _names(before) == _names(turn)
    if same or (likeness >= REPHRASED and _brings_nothing_new(before, turn)):
        return Cue(signal="dissatisfied", kind="asked again")
    return None


def _brings_nothing_new(before: str, turn: str) -> bool:
    """Whether all that a request is about, two things at least, was in the one before it, and most of that is in it."""
    asked, asks = _content(before), _content(turn)
    named = {name.casefold() for name in _names(before)} <= {word.casefold() for word in _WORD.findall(turn)}
    return named and asks <= asked and len(asks) >= max(2, KEPT * len(asked))


def _content(request: str) -> frozenset[str]:
    return frozenset(stems(request)) - _ASKING


def _names(request: str) -> frozenset[str]:
    """Numbers and capitalised words, the first word apart."""
    return frozenset(word for word in _WORD.findall(request)[1:] if word[0].isupper() or word[0].isdigit())


def _complaint(text: str, words: int) -> str | None:
    if NOT_ABOUT_THE_REPLY.search(text) or (text.endswith("?") and words > MAX_ASKING_WORDS):
        return None
    return _first(COMPLAINTS, text if words <= MAX_COMPLAINT_WORDS else _SENTENCE_END.split(text, maxsplit=1)[0])


def _first(cues: Cues, text: str) -> str | None:
    return next((kind for kind, pattern in cues if pattern.search(text)), None)


_ASKING = frozenset(
    stems(
        "please tell give show get make let help want need know find say said ask asked again still mean really actually"
        " exactly now one go so then well ok simply"
    )
)
"""Words that say that something is asked for, not what."""
_WORD = re.compile(r"\w[\w.]*\w|\w")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_QUOTED = re.compile(r"```.*?(?:```|\Z)|“[^”]*”|\"[^\"\n]*\"|(?<!\w)'[^'\n]{6,}'(?!\w)|^>.*$", re.S | re.M)
