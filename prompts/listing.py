"""The prompt by which a model plans a list of items: which attribute to retrieve by next, or to finish (ToolRec).

Fixed text first, so that a prefix cache reads it once; then the user, then what was retrieved so far.
"""

from __future__ import annotations

from collections.abc import Sequence

from .fence import defuse

__all__ = ["VERSION", "planning_messages"]

VERSION = "listing-1"

_RULES = """You choose items for a user by calling tools, one at a time. Reply with one JSON object and nothing else.
- {{"tool": "retrieve", "value": X}}: the recommender's best items that have X. Choose an X that fits what the user liked last.
- {{"tool": "finish"}}: make the list of what was retrieved.
Retrieve by two or three different values that fit the user, then finish. Never repeat a value."""


def planning_messages(liked: Sequence[str], done: Sequence[tuple[str, Sequence[str]]]) -> list[tuple[str, str]]:
    """(role, text) pairs. `liked` are items with their attributes, the newest first; `done` are the values retrieved
    by so far, each with the titles that came back."""
    lines = ["The user liked, the newest first:", *(f"- {item}" for item in liked), "Retrieved so far:"]
    lines += [f"- {value}: {', '.join(titles) or 'nothing'}" for value, titles in done] or ["- nothing"]
    return [("system", _RULES.format()), ("user", defuse("\n".join([*lines, "Next call?"])))]
