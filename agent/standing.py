"""What a user said outright, as a prompt holds it: all that fits, and beside a message what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress

from ..memory import Episode, Memory, RecordNotFound, StandingPreference
from ..prompts import TokenCounter
from ..prompts.system import fitting
from .learning.grounding import says_more

__all__ = ["held", "reminders", "told_again"]

REMINDERS = 2
LEAST_ABOUT = 0.12
"""Cosine similarity from which a message may be about a standing preference, with the default embedder: one that it is
not about costs some ten tokens."""


def held(memory: Memory, user_id: str, tokens: TokenCounter) -> list[StandingPreference]:
    """Those that the prompt holds, oldest first; where it cannot hold all, pinned statements stay longest."""
    records = sorted(memory.records(user_id, StandingPreference), key=lambda record: record.pinned)
    kept = set(fitting([record.statement for record in records], tokens))
    return [record for record in records if record.statement in kept]


def told_again(memory: Memory, user_id: str, preferences: Collection[StandingPreference]) -> Iterator[str]:
    """Ids of the messages that say nothing but one of the `preferences`, which the prompt holds.

    Recalled, one took the place of what the prompt does not hold, and brought others with it: where one memory is about
    a message, the floor lets the next ones pass, too.
    """
    for preference in preferences:
        for id_ in preference.evidence:
            with suppress(RecordNotFound):  # a message can be forgotten alone
                record = memory.get(user_id, id_)
                if isinstance(record, Episode) and not says_more(record.content, preference.statement):
                    yield id_


def reminders(memory: Memory, user_id: str, text: str, statements: Collection[str]) -> list[str]:
    """Those of the `statements` in the prompt that the message `text` is about, most of all first.

    In a long list of them a small model does not see which one matters here (PrefEval, arXiv 2502.09597, finds the
    same of large ones, and that a reminder beside the request helps most).
    """
    preferences, vectors = memory.vectors(user_id, StandingPreference)
    if not preferences:
        return []
    about = vectors @ memory.vector(text)
    best = sorted(range(len(about)), key=lambda row: -about[row])[:REMINDERS]
    near = [preferences[row].statement for row in best if about[row] >= LEAST_ABOUT]
    return [statement for statement in near if statement in statements]
