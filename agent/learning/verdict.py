"""What a user's turn says about the reply before it, read from its wording and its meaning together.

Cues know wordings; "It compiles!" and "The rhyme is forced." have none, and "Great Expectations, who wrote that?" has
one that means nothing. A linear model weighs the cues, a few marks of grammar, pieces of words and, where the embedder
is the one it was fitted on, the turn's vector. It was fitted on turns written by hand (`evals/feedback_training.py`),
which is also where its thresholds come from: a turn that says nothing must store nothing.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from .cues import COMPLAINTS, NOT_ABOUT_THE_REPLY, NOT_PRAISE, PRAISES
from .feedback import Cue, detect, plain_line
from .verdict_weights import MEANING, SPACE, WORDING, Fitted

if TYPE_CHECKING:
    from ...memory.embedders.base import Vectors

__all__ = ["LABELS", "Read", "chances", "decide", "inputs", "judge", "read", "suits"]

Label = Literal["neutral", "satisfied", "dissatisfied"]
LABELS: tuple[Label, ...] = ("neutral", "satisfied", "dissatisfied")
"""The rows of the model's answer."""

LONGEST = 60
"""Words; the turns it was fitted on are short, and a longer one is a task or a story."""
MARK_SCALE = 0.4
PIECE_SCALE = 1.2
"""Weights of the marks, and of all pieces together, beside a vector of length 1."""
PIECES = 4096
"""Places for pieces of words; two that fall on one share its weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A turn, as one plain line too, and the cue in it."""

    turn: str
    line: str
    cue: Cue | None


def read(turn: str) -> Read:
    """What both the model and the decision look at, found once."""
    return Read(turn=turn, line=plain_line(turn), cue=detect(turn))


def suits(space: str) -> bool:
    """Whether vectors of this space are those that the model was fitted on."""
    return space == SPACE


def judge(turn: str, vector: Vectors | None) -> Cue | None:
    """The sign in a turn, or None where it is not sure of one.

    `vector` is the turn's unit vector if `suits` its space, else None: then the wording alone is read.
    """
    if not 0 < len(turn.split()) <= LONGEST:
        return None
    said = read(turn)
    return decide(said, chances(said, vector), _fitted(vector))


def decide(said: Read, likely: Sequence[float], fitted: Fitted) -> Cue | None:
    """The sign in a turn, given how likely each of LABELS is. Where a cue says the same, less is enough."""
    _, satisfied, dissatisfied = likely
    chance = max(satisfied, dissatisfied)
    cue = said.cue
    if cue is not None and cue.signal == ("satisfied" if satisfied > dissatisfied else "dissatisfied"):
        return cue if chance > fitted.with_cue else None
    if chance <= fitted.without_cue or _NOTHING.search(said.line):
        return None
    return Cue(signal="satisfied" if satisfied > dissatisfied else "dissatisfied", kind="meant")


def inputs(said: Read, vector: Vectors | None) -> Vectors:
    """What the model reads: pieces, marks and, if given, the vector; shape (PIECES + marks + dimension,), float32."""
    import numpy as np

    marks = [mark(said.line) for mark in _MARKS]
    marks += [len(said.line) < len(said.turn.strip()) - 3]
    marks += [said.cue is not None and said.cue.signal == label for label in LABELS[1:]]
    pieces = np.zeros(PIECES, dtype=np.float32)
    found = list(_pieces(said.turn))
    pieces[found] = PIECE_SCALE / max(1, len(found)) ** 0.5
    return np.concatenate([pieces, MARK_SCALE * np.array(marks, np.float32), *([] if vector is None else [vector])])


def chances(said: Read, vector: Vectors | None) -> Sequence[float]:
    """How likely each of LABELS is."""
    import numpy as np

    weights = _weights(vector is not None)
    scores = weights[:, :-1] @ inputs(said, vector) + weights[:, -1]
    odds = np.exp(scores - scores.max())
    return [float(chance) for chance in odds / odds.sum()]


def _fitted(vector: Vectors | None) -> Fitted:
    return WORDING if vector is None else MEANING


@cache
def _weights(with_meaning: bool) -> Vectors:
    """Shape (3, inputs + 1)."""
    import base64

    import numpy as np

    fitted = MEANING if with_meaning else WORDING
    pieces = np.frombuffer(base64.b85decode(fitted.pieces), dtype=np.int8).reshape(len(LABELS), -1)
    rest = np.frombuffer(base64.b85decode(fitted.rest), dtype=np.float16).reshape(len(LABELS), -1)
    return np.hstack([np.float32(fitted.step) * pieces, rest]).astype(np.float32)


def _pieces(turn: str) -> set[int]:
    """Places of its words, pairs of words and runs of three and four letters."""
    text = " ".join(turn.replace("’", "'").lower().split())
    words = ["^", *_WORDS.findall(text), "$"]
    runs = f" {text} "
    found = [*words, *map(" ".join, pairwise(words))]
    found += [f"~{runs[start : start + n]}" for n in (3, 4) for start in range(len(runs) - n + 1)]
    return {zlib.crc32(piece.encode("utf-8", "replace")) % PIECES for piece in found}


def _mark(pattern: str) -> Callable[[str], bool]:
    return _seen(re.compile(pattern))


def _seen(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


_WORDS = re.compile(r"[\w']+|[^\w\s]")
_NOTHING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|night|afternoon)|happy|merry|bye|see you|yes|ok|okay|sure)\b[\w ]{0,12}[.!]*$"
    r"|^dear (?!me\b)[\w .&'-]{2,40}, (?:\S+ ){8}"
    r"|^(?:no|not|none|more|less)\b[\w, ]{0,14}[.!]*$"
    r"|^(?:please |can you |could you |now |and )*(?:turn|rate|proofread|translate|convert|count|sort|rewrite this|put all"
    r"|(?:tell|ask|remind|call) (?:him|her|them|\w+ (?:that|to))|shorten the following)\b"
)
"""A greeting, a letter that is pasted, an answer of a word or two, a new task."""
_MARKS: tuple[Callable[[str], bool], ...] = (
    *(_seen(pattern) for _, pattern in (*COMPLAINTS, *PRAISES)),
    *map(_seen, (NOT_PRAISE, NOT_ABOUT_THE_REPLY, _NOTHING)),
    _mark(r"\?$"),
    _mark(r"^(?:what|who|when|where|why|which|how|is|are|do|does|did|can|could|would|will|should|has|have|was)\b"),
    _mark(r"\byou(?:'ve|'re)?\b"),
    _mark(r"\byour\b"),
    _mark(r"!"),
    _mark(r"\b(?:my|our)\b"),
    _mark(r"\b(?:he|she|they|we|his|her|their)\b"),
    _mark(r"^i\b"),
    _mark(r"\bi (?:asked|said|told|wanted|meant|need)\b"),
    _mark(
        r"^i\b(?!.*\b(?:you|your|it|this|that|these|those|asked|said|told|wanted|meant|expected|hoping|love|like)\b)"
    ),
    _mark(r"^(?:my|our|his|her|he|she|we|they|there|a|the)\b(?!.*\b(?:you|your|it|this|that)\b)"),
    _mark(r"^(?:it|this|that|these|they)\b"),
    _mark(r"^(?:the|there)\b"),
    _mark(r"\b(?:not|no|never|nothing|none|without)\b|n't\b"),
    _mark(r"\b(?:this|that|these|those|it)\b"),
    _mark(r"\b(?:too|still|again|wrong|same|more|less)\b"),
    _mark(
        r"^(?:please |now |also |then |and )*(?:write|make|tell|give|show|add|send|find|explain|list|draft|book|set)\b"
    ),
    lambda text: len(text.split()) <= 2,
    lambda text: len(text.split()) >= 10,
    _mark(r"\b(?:thank|thanks|cheers|great|good|nice|love|perfect|best|better|well)\b"),
    _mark(r"\byou\b.*\?"),
    _mark(r"\d"),
    _mark(r"[.!?] .*\?$"),
    _mark(r"^(?!.*\b(?:you|your|it|this|that|these|those)\b).*\?$"),
    _mark(
        r"\b(?:he|she|they|boss|doctor|teacher|client|friend|wife|husband|mail|sign|someone|people)\b.*\b(?:said|says?|wrote|told|asks?|asked|thinks?|wants?)\b"
    ),
    _mark(
        r"^i (?:really |just |also |don't |didn't |never )*(?:like|love|hate|enjoy|loved|liked|hated|enjoyed|prefer) (?!it\b|this|that|these|how|you|the (?:way|first|second|last|new|end|open|tone|title))"
    ),
    _mark(
        r"^(?:thanks|thank you|great|ok|okay|right|perfect|cool|nice|good|fine)[,.!]* (?:and|now|so|next|what|how|where|when|then|also)\b"
    ),
    _mark(r":(?:\s|$)"),
    _mark(r"\b(?:but|only|except|apart from|although|though|sadly|still)\b"),
    _mark(
        r"^(?:oh|wow|great|lovely|perfect|brilliant|bravo|excellent|fantastic|nice|wonderful|super|thanks)[,.!]+ (?!i\b|that's (?:it|what|exactly)|thank)\w"
    ),
    _mark(
        r"\b(?:not|no|never|nothing|nobody|couldn't|can't|wouldn't|don't) (?:\w+ ){0,3}(?:better|fault|wrong|change|add|complain\w*|mistakes?|errors?|complaints?|notes|problems?)\b"
    ),
    _mark(r"\b(?:asked|wanted|needed|meant|expected|told|said)\b.*\b(?:not|and|but)\b"),
    _mark(r"(?:\w, |\bare |\bis |'s )not \w"),
    _mark(r"[.!?:] \w.*[.!?]$"),
)
"""The cues, what speaks against them, and marks of grammar."""
