"""The user's message of a turn, with what was recalled for it beside it.

Recalled text stands before the message and the learned style after it: a small model follows best what it read last.
"""

from __future__ import annotations

from collections.abc import Sequence

from .fence import bullets, fence, one_line

__all__ = ["VERSION", "turn_message"]

VERSION = "turn/1"


def turn_message(text: str, *, memories: Sequence[str] = (), guidance: Sequence[str] = ()) -> str:
    """The message as it is sent to the model.

    `memories` are short texts, best first; `guidance` are the learned preferences that apply to this request,
    phrased as instructions ("Use bullet points.").
    """
    parts = []
    if memories:
        parts.append(fence("memory", "\n".join(f"- {one_line(memory)}" for memory in memories)))
    parts.append(text)
    if guidance:
        parts.append("I corrected earlier texts like this one, so write it this way:\n" + bullets(guidance))
    return "\n\n".join(parts)
