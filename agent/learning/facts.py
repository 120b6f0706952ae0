"""From statements to records: new ones are put, older ones they contradict are closed, known ones are left alone.

Facts are bi-temporal: a new value of a slot ("lives in Lisbon") ends the validity of the old one, which stays. Of two
standing wishes about one thing ("Call the user …") only the newer applies, unless the older was pinned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ...memory.records import Fact, StandingPreference
from .slots import slot_of
from .statements import Statement
from .verbs import base

__all__ = ["Reconciled", "contradict", "reconcile", "subject"]

_MANY = frozenset(
    {
        "languages",
        *(f"relative {kin}" for kin in ("dog", "cat", "sister", "brother", "son", "daughter", "aunt", "uncle")),
    }
)
"""Slots that hold several values at a time: a second sister does not replace the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What the caller has to write to the store: records to put, ids to delete."""

    put: tuple[Fact | StandingPreference, ...] = ()
    delete: tuple[str, ...] = ()


def reconcile(
    user_id: str,
    statements: Sequence[Statement],
    facts: Sequence[Fact],
    standing: Sequence[StandingPreference],
    *,
    evidence: tuple[str, ...],
    now: datetime,
    new_id: Callable[[], str],
) -> Reconciled:
    """What the statements of one turn change in a user's facts and standing preferences.

    `evidence` names the episode the user said it in. Reconciling the same statements again changes nothing.
    """
    known, wishes = {fact.id: fact for fact in facts}, {wish.id: wish for wish in standing}
    put: dict[str, Fact | StandingPreference] = {}
    delete: list[str] = []
    for statement in statements:
        if statement.kind == "fact":
            fact = _as_fact(user_id, statement, evidence, now, new_id)
            changed = _closed([old for old in known.values() if old.valid_to is None], fact)
            known.update((record.id, record) for record in changed)
            put.update((record.id, record) for record in changed)
        elif not any(_same(wish.statement, statement.statement) for wish in wishes.values()):
            wish = _as_standing(user_id, statement, evidence, now, new_id)
            gone = [old.id for old in wishes.values() if _replaces(wish, old)]
            wishes = {id_: old for id_, old in wishes.items() if id_ not in gone} | {wish.id: wish}
            put[wish.id] = wish
            delete += gone
    return Reconciled(put=tuple(put[id_] for id_ in put if id_ not in delete), delete=tuple(delete))


def contradict(one: Fact, other: Fact) -> bool:
    """Whether two facts cannot both hold: two values for what has one ("lives in"), or a yes and a no."""
    if _same(one.statement, other.statement):
        return False
    slots = slot_of(one.statement), slot_of(other.statement)
    if slots[0] and slots[1]:
        return slots[0][0] == slots[1][0] and slots[0][0] not in _MANY
    return subject(one.statement) == subject(other.statement)


def _closed(current: Sequence[Fact], fact: Fact) -> list[Fact]:
    """The new fact, and the one of the same slot that it ends, or that ends it where it is about earlier times."""
    if any(_same(old.statement, fact.statement) for old in current):
        return []
    slot = slot_of(fact.statement)
    if slot is None or slot[0] in _MANY:
        return [fact]
    rival = next((old for old in current if (other := slot_of(old.statement)) and other[0] == slot[0]), None)
    if rival is None:
        return [fact]
    if _start(fact) < _start(rival):
        return [replace(fact, valid_to=_start(rival), superseded_by=rival.id)]
    return [replace(rival, valid_to=_start(fact), superseded_by=fact.id), fact]


def _start(fact: Fact) -> datetime:
    return fact.valid_from or fact.created


def _same(one: str, other: str) -> bool:
    return one.casefold().strip(" .") == other.casefold().strip(" .")


def _as_fact(
    user_id: str, statement: Statement, evidence: tuple[str, ...], now: datetime, new_id: Callable[[], str]
) -> Fact:
    return Fact(
        id=new_id(),
        user_id=user_id,
        created=now,
        source="user",
        evidence=evidence,
        statement=statement.statement,
        valid_from=statement.valid_from or now,
    )


def _as_standing(
    user_id: str, statement: Statement, evidence: tuple[str, ...], now: datetime, new_id: Callable[[], str]
) -> StandingPreference:
    return StandingPreference(
        id=new_id(), user_id=user_id, created=now, source="user", evidence=evidence, statement=statement.statement
    )


def _replaces(new: StandingPreference, old: StandingPreference) -> bool:
    return not old.pinned and subject(new.statement) == subject(old.statement)


_ABOUT = (
    (re.compile(r"^call the user .*", re.I), "form of address"),
    (
        re.compile(
            r"^(?:always |please )*(?:answer|reply|respond|write|speak|talk)(?: to the user)? in [a-z]+\.?$", re.I
        ),
        "language",
    ),
    (re.compile(r"\b(?:metric|imperial|celsius|fahrenheit|kilomet(?:re|er)s|miles)\b", re.I), "units"),
)
_NOT = re.compile(r"\b(?:does not|does never|cannot|not|never|always|stop|no)\b\s*", re.I)
_OFTEN = re.compile(r"\b(?:really|usually|generally|typically|normally|mostly)\b\s*", re.I)
_USER_DOES = re.compile(r"^the user ([a-z]+)\b")
_TASTE = re.compile(r"\b(?:like|love|enjoy|prefer|hate|dislike|want)s?\b", re.I)


def subject(statement: str) -> str:
    """What a wish is about, without being for or against it: equal for "likes jazz" and "does not like jazz"."""
    for pattern, topic in _ABOUT:
        if pattern.search(statement):
            return topic
    said = _TASTE.sub("like", _OFTEN.sub("", _NOT.sub("", statement))).casefold().strip(" .")
    return _USER_DOES.sub(lambda match: f"the user {base(match[1])}", " ".join(said.split()))
