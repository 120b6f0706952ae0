"""The kind of a request, apart from what this one is about.

"Write a note to my team: the kitchen is closed" and "Write a note to my team: bring an ID" are one kind of request,
yet the vector of either is mostly kitchen or ID. So a preference's context is the instruction where it can be told
from its material: what stands before a colon, a quotation or a pasted text.
"""

from __future__ import annotations

import re

__all__ = ["kind_of"]

SHORTEST = 3
"""An instruction has at least so many words ("Note:" says too little)."""
_MATERIAL = re.compile(r":\s|\n|[\"“«]|\bsaying that\b|\btelling (?:them|him|her)\b")


def kind_of(request: str) -> str:
    """The instruction of a request, or the whole of it where it cannot be told apart."""
    text = request.strip()
    cut = _MATERIAL.search(text)
    head = text[: cut.start()].strip() if cut else text
    return head if len(head.split()) >= SHORTEST else text
