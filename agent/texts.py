"""Which texts that were written in a thread stand in the prompt when another one is asked for.

A small model copies the form of what it wrote before: after three notes in bullets a birthday card came in bullets, too,
which nobody had asked for. So a plain request for a new text is not shown earlier texts with which it has nothing in
common; in doubt they stay, since it may build upon them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .learning.grounding import contents
from .need import asks_for_text
from .window import Sent

__all__ = ["without_other_texts"]

_NEW_TEXT = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|and|then|so|can you|could you|would you|help me|i need you to)[, ]+)*"
    r"(?:write|draft|compose)\s+(?:me\s+|us\s+)?an?\s+(?:[\w'’-]+\s+){0,3}?"
    r"(?:ad|announcement|article|bio|biography|card|e-?mail|essay|greeting|haiku|invitation|letter|limerick|mail|memo|message"
    r"|note|notice|poem|post|postcard|recipe|report|review|song|speech|story|toast|tweet)\b(?!['’-])",
    re.I,
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|these|those|them|he|she|they|his|her|their|same|again|another|other|previous|earlier|above|before"
    r"|last|next|second|rest|part|version|the draft|follow-?up|sequel|instead|too|also|short(?:er|en)|long(?:er|en)|more|less"
    r"|re(?:write|phrase)|you (?:wrote|said))\b",
    re.I,
)
"""Words of somebody who means what is there already."""
_OF_THE_TEXT = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|and|can you|could you)[, ]+)*(?:make|add|remove|change|shorten|rewrite|rephrase|use|put|fix|try)\b"
    r"|\bit\b|\bthe (?:note|text|draft|card|mail|e-?mail|letter|post)\b",
    re.I,
)
"""What is said of a text that was just written goes with it ("make it friendlier")."""
_ANY_TEXT = contents(
    "write draft compose make please can could you would help me my our your need want short brief new some any about from"
)
"""Words of a request that say nothing of its subject."""


def without_other_texts(window: Sequence[Sent], request: str) -> tuple[Sent, ...]:
    """The window without earlier requests for texts, what was said of them, and the replies, where the request is for a new
    text that shares no word with them; else the whole window."""
    if not window or not _is_new(request):
        return tuple(window)
    wanted = contents(request) - _ANY_TEXT
    kept: list[Sent] = []
    leaving = False
    for asked, replies in _turns(window):
        if asks_for_text(asked.said):
            told = contents(" ".join([asked.said, *(reply.content for reply in replies)]))
            leaving = not wanted & told
        elif not _OF_THE_TEXT.search(asked.said):
            leaving = False
        if not leaving:
            kept += [asked, *replies]
    return tuple(kept)


def _is_new(request: str) -> bool:
    return _NEW_TEXT.match(request.strip()) is not None and not _POINTS_BACK.search(request)


def _turns(window: Sequence[Sent]) -> Iterator[tuple[Sent, Sequence[Sent]]]:
    """Each message of the user's with the replies behind it."""
    starts = [index for index, sent in enumerate(window) if sent.role == "user"]
    for start, end in zip(starts, [*starts[1:], len(window)], strict=True):
        yield window[start], window[start + 1 : end]
