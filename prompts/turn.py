"""The user's message of a turn, with what was recalled for it beside it.

Recalled text stands before the message and the learned style after it: a small model follows best what it read last.
"""

from __future__ import annotations

from collections.abc import Sequence

from .fence import bullets, defuse, fence, one_line

__all__ = ["VERSION", "turn_message"]

VERSION = "turn/2"


def turn_message(
    text: str,
    *,
    memories: Sequence[str] = (),
    reminders: Sequence[str] = (),
    guidance: Sequence[str] = (),
    text_alone: bool = True,
) -> str:
    """The message as it is sent to the model.

    `memories` are short texts, best first; `reminders` those of the standing preferences that this message is about,
    which stand in the system prompt, too; `guidance` are the learned preferences that apply to this request,
    phrased as instructions ("Use bullet points."); `text_alone` says that a text is asked for, and nothing else.
    """
    parts = []
    if memories:
        parts.append(fence("memory", "\n".join(f"- {one_line(memory)}" for memory in memories)))
    parts.append(text)
    if reminders:
        parts.append("Heed what I told you before:\n" + bullets(reminders))
    if wishes := [inside for wish in guidance if (inside := _inside(wish))]:
        alone = " Reply with the text alone." if text_alone else ""
        parts.append(f"Write it the way I like: {'; '.join(wishes)}.{alone}")
    return "\n\n".join(parts)


def _inside(wish: str) -> str:
    """An instruction inside a sentence.

    As a list of its own the local model copied them into its texts, and announced them.
    """
    text = defuse(one_line(wish)).replace(";", ",").rstrip(" .!,")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
