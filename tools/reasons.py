"""Why an item is recommended, said from evidence and in code, so that no reason can be made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Evidence", "sentence"]

MAX_LABELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One thing that speaks for an item.

    - `liked`: the user liked `title`; `labels` are what the two share, `item_id` which one it is.
    - `alike`: the user asked for something like `title`; `labels` are what the two share, `item_id` which one it is.
    - `asked`: `labels` are what the user asked for and the item has ("comedy", "year 1994").
    - `found`: its text fits what the user asked for; `labels` are the words that both have.
    - `popular`: `count` people chose it.
    - `taste`: its text is like those of the items the user liked.
    - `other`: nothing in particular; it is offered to learn whether the user likes its `labels`.
    """

    kind: Literal["liked", "alike", "asked", "found", "popular", "taste", "other"]
    item_id: str = ""
    title: str = ""
    labels: tuple[str, ...] = ()
    count: int = 0


def sentence(evidence: Sequence[Evidence]) -> str:
    """The two strongest pieces of evidence in words, such as "because you liked Alien (1979): horror, sci-fi"."""
    return "; ".join(_words(one) for one in evidence[:2])


def _words(evidence: Evidence) -> str:
    labels = ", ".join(label.lower() for label in evidence.labels[:MAX_LABELS])
    match evidence.kind:
        case "liked":
            return (
                f"because you liked {evidence.title}: {labels}"
                if labels
                else f"goes with {evidence.title}, which you liked"
            )
        case "alike":
            return f"like {evidence.title}" + (f": {labels}" if labels else "")
        case "asked":
            return f"you asked for {labels}"
        case "found":
            return f"its description says {labels}" if labels else "its description fits what you asked for"
        case "popular":
            return f"popular: chosen by {evidence.count} people"
        case "taste":
            return "its description is like what you liked"
        case "other":
            return f"to learn whether you like {labels}" if labels else "something different, to learn what you like"
