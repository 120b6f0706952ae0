"""The user's message of a turn, with what was recalled for it beside it.

Recalled text stands before the message and the learned style after it: a small model follows best what it read last.
"""

from __future__ import annotations

from collections.abc import Sequence

from .fence import bullets, fence, one_line

__all__ = ["VERSION", "turn_message"]

VERSION = "turn/2"


def turn_message(
    text: str, *, memories: Sequence[str] = (), reminders: Sequence[str] = (), guidance: Sequence[str] = ()
) -> str:
    """The message as it is sent to the model.

    `memories` are short texts, best first; `reminders` those of the standing preferences that this message is about,
    which stand in the system prompt, too; `guidance` are the learned preferences that apply to this request,
    phrased as instructions ("Use bullet points.").
    """
    parts = []
    if memories:
        parts.append(fence("memory", "\n".join(f"- {one_line(memory)}" for memory in memories)))
    parts.append(text)
    if reminders:
        parts.append("Heed what I told you before:\n" + bullets(reminders))
    if guidance:
        wishes = "; ".join(_inside(one_line(wish)) for wish in guidance)
        parts.append(f"Write it the way I like: {wishes}. Reply with the text alone.")
    return "\n\n".join(parts)


def _inside(wish: str) -> str:
    """An instruction inside a sentence. As a list of its own the local model copied it into texts, and introduced them."""
    small = wish[:1].lower() + wish[1:] if wish[1:2].islower() else wish
    return small.rstrip(".")
