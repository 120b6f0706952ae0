"""What a user's turn says about the reply before it, read from its meaning: the stage after the cues.

Cues know wordings; "It compiles!" and "The rhyme is forced." have none. A linear model reads them from the turn's
vector and a few marks of grammar. It was fitted on turns written by hand (`evals/feedback_training.py`), which is
also where its threshold comes from: a turn that says nothing must store nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from .cues import NOT_ABOUT_THE_REPLY, NOT_PRAISE
from .feedback import Cue, plain_line
from .verdict_weights import SPACE, THRESHOLD, WEIGHTS

if TYPE_CHECKING:
    from ...memory.embedders.base import Vectors

__all__ = ["LABELS", "chances", "decide", "inputs", "judge", "suits"]

Label = Literal["neutral", "satisfied", "dissatisfied"]
LABELS: tuple[Label, ...] = ("neutral", "satisfied", "dissatisfied")
"""The rows of the model's answer."""

LONGEST = 40
"""Words; the turns it was fitted on are short, and a longer one is a task or a story."""
MARK_SCALE = 0.35
"""Weight of a mark beside a vector of length 1."""


def suits(space: str) -> bool:
    """Whether vectors of this space are those that the model was fitted on."""
    return space == SPACE


def judge(turn: str, vector: Vectors) -> Cue | None:
    """The sign in a turn with this unit vector, or None where it is not sure of one."""
    return decide(turn, chances(turn, vector), THRESHOLD)


def decide(turn: str, likely: Sequence[float], threshold: float) -> Cue | None:
    """The sign in a turn, given how likely each of LABELS is, unless something in its wording speaks against it."""
    text = plain_line(turn)
    if not 0 < len(text.split()) <= LONGEST or _NOTHING.search(text):
        return None
    _, satisfied, dissatisfied = likely
    if satisfied > threshold and not NOT_PRAISE.search(text):
        return Cue(signal="satisfied", kind="meant")
    if dissatisfied > threshold and not NOT_ABOUT_THE_REPLY.search(text) and not _OF_ONESELF.search(text):
        return Cue(signal="dissatisfied", kind="meant")
    return None


def inputs(turn: str, vector: Vectors) -> Vectors:
    """What the model reads: the vector and the marks; shape (dimension + marks,)."""
    import numpy as np

    text = plain_line(turn)
    return np.concatenate([vector, np.array([MARK_SCALE * mark(text) for mark in _MARKS], dtype=np.float32)])


def chances(turn: str, vector: Vectors) -> Sequence[float]:
    """How likely each of LABELS is."""
    import numpy as np

    weights = _weights()
    scores = weights[:, :-1] @ inputs(turn, vector) + weights[:, -1]
    odds = np.exp(scores - scores.max())
    return [float(chance) for chance in odds / odds.sum()]


@cache
def _weights() -> Vectors:
    """Shape (3, dimension + marks + 1)."""
    import base64

    import numpy as np

    flat = np.frombuffer(base64.b85decode(WEIGHTS), dtype=np.float16).astype(np.float32)
    return flat.reshape(len(LABELS), -1)


def _mark(pattern: str) -> Callable[[str], bool]:
    found = re.compile(pattern)
    return lambda text: bool(found.search(text))


_MARKS: tuple[Callable[[str], bool], ...] = (
    _mark(r"\?$"),
    _mark(r"^(?:what|who|when|where|why|which|how|is|are|do|does|did|can|could|would|will|should|has|have|was)\b"),
    _mark(r"\byou(?:'ve|'re)?\b"),
    _mark(r"\byour\b"),
    _mark(r"!"),
    _mark(r"\b(?:my|our)\b"),
    _mark(r"\b(?:he|she|they|we|his|her|their)\b"),
    _mark(r"^i\b"),
    _mark(r"\bi (?:asked|said|told|wanted|meant|need)\b"),
    _mark(r"^(?:it|this|that|these|they)\b"),
    _mark(r"^(?:the|there)\b"),
    _mark(r"\b(?:not|no|never|nothing|none|without)\b|n't\b"),
    _mark(r"\b(?:this|that|these|those|it)\b"),
    _mark(r"\b(?:too|still|again|wrong|same|more|less)\b"),
    _mark(r"\b(?:please|write|make|tell|give|show|add|send|find|explain|list|draft)\b"),
    lambda text: len(text.split()) <= 2,
    lambda text: len(text.split()) >= 10,
    _mark(r"\b(?:thank|thanks|cheers|great|good|nice|love|perfect|best|better|well)\b"),
    _mark(r"\byou\b.*\?"),
    _mark(r"\d"),
)
_NOTHING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|night|afternoon)|happy|merry|bye|see you|yes|ok|okay|sure)\b[\w ]{0,12}[.!]*$"
    r"|^(?:no|not|none|more|less)\b[\w, ]{0,14}[.!]*$"
    r"|^(?:please |can you |could you |now |and )*(?:turn|rate|proofread|translate|convert|count|sort|rewrite this|put all"
    r"|(?:tell|ask|remind|call) (?:him|her|them|\w+ (?:that|to))|shorten the following)\b"
)
"""A greeting, an answer of a word or two, a new task."""
_OF_ONESELF = re.compile(
    r"^i\b(?!.*\b(?:you|your|it|this|that|these|those|asked|said|told|wanted|meant|expected|hoping|love|like)\b)"
)
"""What begins with "I" and points at nothing is about the user."""
