"""What a user said outright, as a prompt holds it: all that fits, and beside a message what it is about."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress

from ..memory import Episode, Memory, RecordNotFound, StandingPreference
from ..prompts import TokenCounter
from ..prompts.system import fitting
from .learning.facts import subject
from .learning.grounding import says_more
from .learning.statements import statements

__all__ = ["Ranked", "asks_of_talk", "held", "nearest", "reminders", "repeats", "told_again"]

REMINDERS = 3
LEAST_ABOUT = 0.06
"""Cosine similarity from which a message may be about a standing preference, with the default embedder: one that it is
not about costs some ten tokens."""
CONSIDERED = 8
"""The message is about these if about any; the others are not looked at."""
LONGER_BY = 60
"""Characters that a message may have more than what it was written down as, and still say nothing else."""

Ranked = Sequence[tuple[StandingPreference, float]]
"""Preferences with their cosine similarity to a message, best first."""


def held(memory: Memory, user_id: str, tokens: TokenCounter) -> list[StandingPreference]:
    """Those that the prompt holds, oldest first and pinned ones last; where it cannot hold all, the first ones go."""
    records = sorted(memory.records(user_id, StandingPreference), key=lambda record: record.pinned)
    kept = set(fitting([record.statement for record in records], tokens))
    return [record for record in records if record.statement in kept]


def nearest(memory: Memory, user_id: str, text: str, preferences: Collection[StandingPreference]) -> Ranked:
    """Those of the `preferences` that a message is about most."""
    records, vectors = memory.vectors(user_id, StandingPreference)
    if not records:
        return []
    ids = {preference.id for preference in preferences}
    about = vectors @ memory.vector(text)
    ranked = [(records[row], float(about[row])) for row in (-about).argsort() if records[row].id in ids]
    return ranked[:CONSIDERED]


def reminders(ranked: Ranked) -> list[str]:
    """What to say again beside the message.

    In a long list of standing preferences a small model does not see which one matters here (PrefEval, arXiv
    2502.09597, finds the same of large ones, and that a reminder beside the request helps most).
    """
    return [preference.statement for preference, about in ranked[:REMINDERS] if about >= LEAST_ABOUT]


def told_again(memory: Memory, user_id: str, ranked: Ranked) -> list[str]:
    """Ids of the messages that say nothing but standing preferences among those `ranked`, which the prompt holds.

    Recalled, one took the place of what the prompt does not hold, and brought others with it: where one memory is about
    a message, the floor lets the next ones pass, too.
    """
    written: dict[str, list[str]] = {}
    for preference, _ in ranked:
        for id_ in preference.evidence:
            written.setdefault(id_, []).append(preference.statement)
    found = []
    for id_, wishes in written.items():
        with suppress(RecordNotFound):  # a message can be forgotten alone
            record = memory.get(user_id, id_)
            if isinstance(record, Episode) and _says_only(record.content, wishes):
                found.append(id_)
    return found


def repeats(message: Episode, preferences: Collection[StandingPreference]) -> bool:
    """Whether a message of the user's says nothing but what the `preferences` say, or said before a change of mind."""
    if not preferences or message.source != "user":
        return False
    said = statements(message.content, now=message.created)
    if not said or any(statement.kind != "standing" for statement in said):
        return False
    known = {subject(preference.statement) for preference in preferences}
    wishes = [statement.statement for statement in said]
    return all(subject(wish) in known for wish in wishes) and _says_only(message.content, wishes)


def asks_of_talk(text: str) -> bool:
    """Whether a message asks when, or whether, something was said: then the messages themselves matter."""
    return _OF_TALK.search(text) is not None


_SAYING = r"(?:mention|tell|told|talk|say|said|write|wrote|written|ask)"
_OF_TALK = re.compile(
    rf"\b(?:when did|since when|(?:have|did|had) (?:i|we)\b.{{0,40}}\b{_SAYING}|how long ago|what (?:i|we) {_SAYING}"
    r"|quote (?:me|my|what))\b|\b(?:have|did|had) (?:i|we) ever\b",
    re.I,
)


def _says_only(message: str, wishes: Sequence[str]) -> bool:
    written = " ".join(wishes)
    return len(message) <= len(written) + LONGER_BY and not says_more(message, written)
