"""The wordings of the system prompt that a user may try against each other: manners of replying.

A manner has at most one option of each trait; one without any is the prompt as it always is. Options are told apart
by short keys, so that a record of a duel need not hold the wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

__all__ = ["MANNERS", "OPTIONS", "manner_lines", "parse_manner"]

_TRAITS: tuple[Mapping[str, str], ...] = (
    {"short": "Keep replies to two sentences where that is enough.", "full": "Reply fully, with the reasons."},
    {"warm": "Sound warm and encouraging.", "plain": "Sound matter-of-fact, without pleasantries."},
    {"list": "Prefer short lists to paragraphs.", "prose": "Write in paragraphs, without lists."},
    {"example": "Give one concrete example."},
    {"question": "End with one question that leads further."},
)

OPTIONS: Mapping[str, str] = {key: line for trait in _TRAITS for key, line in trait.items()}
"""What each option tells the model, by its key."""

MANNERS: tuple[str, ...] = tuple(
    ",".join(key for key in chosen if key) for chosen in product(*(("", *trait) for trait in _TRAITS))
)
"""All manners, as their options' keys joined by commas; the first is the plain prompt, ""."""


def parse_manner(manner: str) -> frozenset[str]:
    """The keys in a manner; those that this version does not know are left out."""
    return frozenset(manner.split(",")) & OPTIONS.keys()


def manner_lines(manner: str) -> Iterable[str]:
    """What a manner tells the model, in the order of the options."""
    keys = parse_manner(manner)
    return [line for key, line in OPTIONS.items() if key in keys]
