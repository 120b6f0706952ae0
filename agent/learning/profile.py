"""The profile of a user, in sentences that each cite the records they rest on.

Three tasks share it: who the user is (facts that hold now), what occupies them (read by a model out of their
messages), and how they take to items. Facts and items are written in code, so that every user has a sensible profile
without a model call and nothing in it is invented (Richardson et al. 2023 keep such a summary beside retrieval).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import zip_longest

from ...memory.records import Episode, Fact, Interaction, Profile
from .noticing import Noticed
from .profile_items import ItemSketch, Sentence, Sketch, about_items
from .slots import slot_of

__all__ = ["PROFILE_ID", "ItemSketch", "Sketch", "build_profile", "holds", "noticed_in"]

PROFILE_ID = "profile"
_MIN_VALUE = 3
"""Letters of a slot's value: shorter ones stand in other words by chance."""


def build_profile(
    user_id: str,
    *,
    facts: Sequence[Fact],
    interactions: Sequence[Interaction],
    sketch: Sketch,
    previous: Profile | None,
    now: datetime,
    fits: Callable[[str], bool],
    noticed: Sequence[Noticed] = (),
) -> Profile | None:
    """The next version of the profile, or None when nothing changed.

    `fits(summary)` says whether a summary is short enough. Each task in turn puts in its most telling sentence that
    is left (the newest fact, what was said last) until no more fit; facts are told oldest first. One sentence is one
    line of the summary.
    """
    valid = [fact for fact in facts if holds(fact, now)]
    current = [one for one in noticed if not _outdated(one, facts, now)]
    tasks = (
        [_told(fact) for fact in reversed(valid)],
        [(one.sentence, one.evidence) for one in reversed(current)],
        about_items(interactions, sketch),
    )
    who, occupied, items = _chosen(tasks, fits)
    sentences = [*reversed(who), *reversed(occupied), *items]
    built = Profile(
        id=PROFILE_ID,
        user_id=user_id,
        created=now,
        source="user",
        evidence=tuple(dict.fromkeys(id_ for _, ids in sentences for id_ in ids)),
        summary="\n".join(text for text, _ in sentences),
        citations=tuple(ids for _, ids in sentences),
        slots={slot: value for fact in valid if (found := slot_of(fact.statement)) for slot, value in [found]},
        n_events=len(facts) + len(interactions) + len({id_ for one in current for id_ in one.evidence}),
    )
    if previous is None:
        return built if sentences else None
    same = (previous.summary, previous.citations) == (built.summary, built.citations)
    return None if same else replace(built, version=previous.version + 1)


def noticed_in(profile: Profile | None, messages: Sequence[Episode]) -> list[Noticed]:
    """The sentences of a profile that were read out of messages, with those of their messages that are still there."""
    if profile is None:
        return []
    sent = {message.id: message.created for message in messages if message.source == "user"}
    found = [
        (sentence, tuple(id_ for id_ in ids if id_ in sent))
        for sentence, ids in zip(profile.summary.splitlines(), profile.citations, strict=False)
    ]
    return [
        Noticed(sentence=sentence, evidence=ids, said=max(sent[id_] for id_ in ids)) for sentence, ids in found if ids
    ]


def holds(fact: Fact, now: datetime) -> bool:
    """Whether a fact is valid at `now`."""
    begun = fact.valid_from is None or fact.valid_from <= now
    return begun and fact.superseded_by is None and (fact.valid_to is None or fact.valid_to > now)


def _chosen(tasks: Sequence[Sequence[Sentence]], fits: Callable[[str], bool]) -> list[list[Sentence]]:
    chosen: list[list[Sentence]] = [[] for _ in tasks]
    text = ""
    for in_turn in zip_longest(*tasks):
        for into, sentence in zip(chosen, in_turn, strict=True):
            if sentence is not None and fits(longer := f"{text}\n{sentence[0]}".strip()):
                into.append(sentence)
                text = longer
    return chosen


def _outdated(noticed: Noticed, facts: Sequence[Fact], now: datetime) -> bool:
    """Whether it names what was true then and holds no more, as the town that the user has left."""
    current = {found[1].casefold() for fact in facts if holds(fact, now) and (found := slot_of(fact.statement))}
    ended = (slot_of(fact.statement) for fact in facts if not holds(fact, now) and _since(fact, noticed))
    gone = {found[1].casefold() for found in ended if found} - current
    said = noticed.sentence.casefold()
    return any(len(value) >= _MIN_VALUE and value in said for value in gone)


def _since(fact: Fact, noticed: Noticed) -> bool:
    return fact.valid_to is None or fact.valid_to >= noticed.said


def _told(fact: Fact) -> Sentence:
    statement = fact.statement.strip()
    return statement if statement.endswith((".", "!", "?")) else f"{statement}.", (fact.id,)
