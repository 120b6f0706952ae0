"""Who said what is recalled, so that the assistant's own words are not taken for the user's."""

from __future__ import annotations

from ..memory import Episode, Hit, Record

__all__ = ["attributed", "is_of_assistant"]

_SPEAKERS = {"user": "user: ", "assistant": "you answered: "}


def attributed(hit: Hit[Record]) -> str:
    """The hit's text for a model; a message begins with its speaker."""
    if not isinstance(hit.record, Episode) or hit.record.speaker:
        return hit.text
    return _SPEAKERS.get(hit.record.source, "") + hit.text


def is_of_assistant(record: Record) -> bool:
    """Whether it is a message that the assistant wrote."""
    return isinstance(record, Episode) and record.source == "assistant"
