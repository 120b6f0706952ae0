"""The list of recommended items in a reply: written in code from what the tool returned.

So a reply recommends only items that a tool returned, each with the reason that the evidence gives, whatever the
model writes around it.
"""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.messages import ToolMessage

from ..prompts.fence import defuse
from ..tools import Candidate, CandidatePool, Hit
from .trace import ShownItem

__all__ = ["LISTED_TOOL", "Listing"]

LISTED_TOOL = "recommend"


class Listing:
    """Turns a tool's candidates into lines of the reply."""

    def text(self, message: ToolMessage, pool: CandidatePool | None = None) -> str:
        """The lines for a result of the `recommend` tool; nothing for other tools or when it found nothing.

        After them stands what the turn's `pool` has to remark, and its question.
        """
        lines = [
            defuse(f"{number}. {candidate.item.label}: {candidate.reason}")  # it is in the next prompts of the thread
            for number, candidate in enumerate(_candidates(message), start=1)
        ]
        if message.name == LISTED_TOOL and pool is not None:
            lines += [defuse(f"({remark[:1].upper()}{remark[1:]}.)") for remark in pool.remarks]
            lines += [defuse(pool.question)] if pool.question else []
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
        if message.status == "error":
            return "I could not look that up: try to ask it in other words."
        return _OUTCOMES.get(message.name or "", _of_any_tool)(_artifact(message))

    def glue(self, text: str) -> str:
        """What stands between a list that ends the text so far and the words that follow."""
        return "\n" if text.endswith("\n") and not text.endswith("\n\n") else ""


def _candidates(message: ToolMessage) -> tuple[Candidate, ...]:
    if message.name != LISTED_TOOL or message.status == "error":
        return ()
    return tuple(candidate for candidate in _artifact(message) if isinstance(candidate, Candidate))


def _artifact(message: ToolMessage) -> tuple[object, ...]:
    return message.artifact if isinstance(message.artifact, tuple) else ()


def _of_recommend(found: tuple[object, ...]) -> str:
    return "I found nothing to recommend that fits: ask for less." if not found else _of_any_tool(found)


def _of_search(found: tuple[object, ...]) -> str:
    labels = [defuse(hit.item.label) for hit in found if isinstance(hit, Hit)]
    return f"I found {', '.join(labels)}." if labels else "I found nothing like that in the catalog."


def _of_recall(found: tuple[object, ...]) -> str:
    return "I remember something about that, but have no answer." if found else "I remember nothing about that."


def _of_any_tool(_: tuple[object, ...]) -> str:
    return "I looked that up, but have no answer."


_OUTCOMES: dict[str, Callable[[tuple[object, ...]], str]] = {
    "recommend": _of_recommend,
    "search": _of_search,
    "recall": _of_recall,
}
