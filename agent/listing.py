"""The list of recommended items in a reply: written in code from what the tool returned.

So a reply recommends only items that a tool returned, each with the reason that the evidence gives, whatever the
model writes around it.
"""

from __future__ import annotations

from langchain_core.messages import ToolMessage

from ..tools import Candidate
from .trace import ShownItem

__all__ = ["LISTED_TOOL", "Listing"]

LISTED_TOOL = "recommend"


class Listing:
    """Turns a tool's candidates into lines of the reply."""

    def text(self, message: ToolMessage) -> str:
        """The lines for a result of the `recommend` tool; nothing for other tools or when it found nothing."""
        lines = [
            f"{number}. {candidate.item.label}: {candidate.reason}"
            for number, candidate in enumerate(_candidates(message), start=1)
        ]
        return "\n".join(lines) + "\n" if lines else ""

    def merged(self, items: tuple[ShownItem, ...], message: ToolMessage) -> tuple[ShownItem, ...]:
        """`items` and those this message brings, each once."""
        known = {item.id for item in items}
        return items + tuple(
            ShownItem(
                id=candidate.item.id,
                title=candidate.item.label,
                reason=candidate.reason,
                labels=candidate.item.labels,
            )
            for candidate in _candidates(message)
            if candidate.item.id not in known
        )

    def instead(self, message: ToolMessage | None) -> str:
        """What a reply says when neither a list nor the model gave it any text."""
        if message is None:
            return "I have no answer to that."
        return f"I found nothing to recommend: {message.text.rstrip('.')}."

    def glue(self, text: str) -> str:
        """What stands between a list that ends the text so far and the words that follow."""
        return "\n" if text.endswith("\n") and not text.endswith("\n\n") else ""


def _candidates(message: ToolMessage) -> tuple[Candidate, ...]:
    if message.name != LISTED_TOOL or message.status == "error" or not isinstance(message.artifact, tuple):
        return ()
    return tuple(candidate for candidate in message.artifact if isinstance(candidate, Candidate))
