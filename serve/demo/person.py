"""Ada, who corrects drafts the way she likes notes: the deterministic person of the demo.

She never rewrites what is fine. Of a draft that is not in her style she drops greeting, courtesies and signature and
puts the sentences that are left under each other as points.
"""

from __future__ import annotations

import re

__all__ = ["corrected"]

_GREETING = re.compile(
    r"(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|greetings|team)\b[^.!?\n]{0,40}[,:!]?", re.IGNORECASE
)
_CLOSING = re.compile(
    r"(?:best(?: regards| wishes)?|kind regards|warm regards|regards|sincerely|yours|thanks?|thank you|cheers|\[.*\]|ada)[\s,.!]*",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"hope (?:this|you)|finds you well|thank you|thanks|appreciate|look(?:ing)? forward|let (?:me|us) know|feel free"
    r"|just a (?:quick|friendly)|wanted to (?:let|inform)|please note that|sorry for|apologi[sz]e|understanding|cooperation",
    re.IGNORECASE,
)
_SUBJECT = re.compile(r"(?:subject|re)\s*:", re.IGNORECASE)
_POINT = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def corrected(draft: str) -> str:
    """The draft as Ada sends it; the draft itself where it is in her style already."""
    lines = [line.strip().strip('"“”') for line in draft.splitlines() if line.strip()]
    if lines and all(_POINT.match(line) for line in lines) and not any(_COURTESY.search(line) for line in lines):
        return draft
    return "\n".join(f"- {point}" for point in _points(lines))


def _points(lines: list[str]) -> list[str]:
    kept = [line for line in lines if not _is_frame(line)]
    sentences = [sentence for line in kept for sentence in _SENTENCE.split(_POINT.sub("", line))]
    points = [sentence.strip().rstrip(".") for sentence in sentences if sentence.strip()]
    said = [point for point in points if not _COURTESY.search(point)]
    return said or points


def _is_frame(line: str) -> bool:
    return bool(line.endswith(":") or _GREETING.fullmatch(line) or _CLOSING.fullmatch(line) or _SUBJECT.match(line))
