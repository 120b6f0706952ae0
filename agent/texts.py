"""Which texts that were written in a thread stand in the prompt when another one is asked for.

A small model copies the form of what it wrote before: after three notes in bullets a birthday card came in bullets, too,
which nobody had asked for. So a request for a text is shown the earlier ones of its kind, and not those of others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .learning.grounding import contents
from .learning.request import kind_of
from .need import asks_for_text
from .window import Sent

__all__ = ["without_other_texts"]

SAME = 0.5
"""Share of the words of the shorter instruction that two of one kind have in common."""
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|them|same|again|another|previous|earlier|above|before|last|instead|shorter|longer"
    r"|more|less|rewrite|rephrase|shorten|you (?:wrote|said))\b",
    re.I,
)
"""Words of somebody who means a text that is there already."""
_ANY_TEXT = contents(
    "write draft compose create make please can could you would help me my our your need want short brief new some any"
)
"""Words of an instruction that say nothing of its kind."""


def without_other_texts(window: Sequence[Sent], request: str) -> tuple[Sent, ...]:
    """The window without the requests for texts of another kind, and their replies; whole unless the request is for a
    new text."""
    if not window or not asks_for_text(request) or _POINTS_BACK.search(kind_of(request)):
        return tuple(window)
    kept: list[Sent] = []
    leaving = False
    for sent in window:
        if sent.role == "user":
            leaving = asks_for_text(sent.said) and not _is_same_kind(sent.said, request)
        if not leaving:
            kept.append(sent)
    return tuple(kept)


def _is_same_kind(one: str, other: str) -> bool:
    first, second = (contents(kind_of(text)) - _ANY_TEXT for text in (one, other))
    return len(first & second) >= SAME * min(len(first), len(second))
