"""Signs of satisfaction or dissatisfaction in what a user says next, by cues.

High precision: a turn without a clear cue says nothing. A complaint outweighs thanks ("thanks, but it's too long"),
and praise inside a new task or a question is none. The cues themselves are in
`cues.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...memory.records import Signal
from .cues import COMPLAINTS, NOT_ABOUT_THE_REPLY, NOT_PRAISE, PRAISES, Cues

__all__ = ["Cue", "detect"]

MAX_WORDS = 60
"""Longer turns are new tasks or pasted texts; what they hold of cues is mostly not about the reply."""
MAX_PRAISE_WORDS = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A sign about the last reply, and the kind of cue it was read from."""

    signal: Signal
    kind: str


def detect(turn: str) -> Cue | None:
    """What the user's turn says about the reply before it, or None when it says nothing clear."""
    text = " ".join(_QUOTED.sub(" ", turn).replace("’", "'").lower().split())
    words = len(text.split())
    if not words or words > MAX_WORDS:
        return None
    if not NOT_ABOUT_THE_REPLY.search(text) and (kind := _first(COMPLAINTS, text)):
        return Cue(signal="dissatisfied", kind=kind)
    if words <= MAX_PRAISE_WORDS and not NOT_PRAISE.search(text) and (kind := _first(PRAISES, text)):
        return Cue(signal="satisfied", kind=kind)
    return None


def _first(cues: Cues, text: str) -> str | None:
    return next((kind for kind, pattern in cues if pattern.search(text)), None)


_QUOTED = re.compile(r"```.*?(?:```|\Z)|“[^”]*”|\"[^\"\n]*\"|(?<!\w)'[^'\n]{6,}'(?!\w)|^>.*$", re.S | re.M)
