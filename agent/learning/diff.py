"""The difference of two texts, word by word, for people to look at.

Spans keep every character, white space included: joining the `draft` sides gives the draft back, joining the
`edited` sides the edited text, so a view needs nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Operation", "Span", "diff"]

Operation = Literal["equal", "insert", "delete", "replace"]

_PIECE = re.compile(r"\w+(?:['’]\w+)*|[^\S\n]+|\n|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of text that stayed or changed: what the draft had and what the edited text has in its place."""

    operation: Operation
    draft: str
    edited: str


def diff(draft: str, edited: str) -> tuple[Span, ...]:
    """The spans that lead from `draft` to `edited`, in reading order; two changes in a row are one `replace`."""
    from rapidfuzz.distance import Levenshtein

    before, after = _PIECE.findall(draft), _PIECE.findall(edited)
    raw = (
        _span("".join(before[op.src_start : op.src_end]), "".join(after[op.dest_start : op.dest_end]))
        for op in Levenshtein.opcodes(before, after)
    )
    return tuple(_joined(raw))


def _span(draft: str, edited: str) -> Span:
    if draft == edited:
        return Span(operation="equal", draft=draft, edited=edited)
    operation: Operation = "replace" if draft and edited else "delete" if draft else "insert"
    return Span(operation=operation, draft=draft, edited=edited)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Changes parted by nothing but white space are read as one change, so they are shown as one."""
    open_change: Span | None = None
    gap = ""
    for span in spans:
        if span.operation == "equal":
            if open_change and not span.draft.strip() and "\n" not in span.draft:
                gap = span.draft
                continue
            if open_change:
                yield open_change
            yield _span(gap + span.draft, gap + span.edited)
            open_change, gap = None, ""
        elif open_change:
            open_change = _span(open_change.draft + gap + span.draft, open_change.edited + gap + span.edited)
            gap = ""
        else:
            open_change = span
    if open_change:
        yield open_change
    if gap:
        yield _span(gap, gap)
