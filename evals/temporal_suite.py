"""A generated life of several people, told in facts with one to three versions each, and questions about times in it.

Some wordings (`SEEN`) were looked at while the rules for time were written, the others (`UNSEEN`) were not; they are
reported apart. Everything comes from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..memory.records import Fact
from .temporal_attributes import ATTRIBUTES, Attribute
from .temporal_wordings import SEEN, UNSEEN

__all__ = ["KINDS", "NOW", "PEOPLE", "USER", "Asked", "Chain", "chain_of", "question_about", "suite"]

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
USER = "u"
DAY = timedelta(days=1)
MARGIN = 20 * DAY
"""Questions name no time this near to a change, except those that are about the change."""

PEOPLE = ("I", "Ana", "Tom", "Lea", "Ravi", "Sophie")
KINDS = ("now", "at", "before", "after", "between", "first", "last", "relative", "event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, the fact that answers it, and whether its wording was seen while building."""

    text: str
    kind: str
    answer: str
    seen: bool


Chain = list[tuple[Fact, str]]
"""The versions of a fact with their values, oldest first."""

AGO = (
    "last year",
    "two years ago",
    "last summer",
    "last month",
    "three months ago",
    "half a year ago",
    "last spring",
    "five years ago",
    "a few weeks ago",
    "last winter",
    "in 2019",
    "ten years ago",
)


def suite(seed: int = 7) -> tuple[list[Fact], list[Asked]]:
    """60 facts of 1 to 3 versions as records of one user, and about ten questions on each."""
    dice = random.Random(seed)
    chains = [
        (person, attribute, chain_of(dice, person, attribute, dice.choice((1, 2, 3, 3))))
        for attribute in ATTRIBUTES
        for person in PEOPLE
    ]
    asked = [
        question
        for person, attribute, chain in chains
        for wordings in (SEEN, UNSEEN)
        for kind in KINDS
        if (question := _question(dice, wordings, kind, person, attribute, chain, chains))
    ]
    return [fact for *_, chain in chains for fact, _ in chain], asked


def question_about(person: str, attribute: Attribute, *, changes: bool) -> str:
    """What somebody asks about it now, or how it has changed."""
    whose = "my" if person == "I" else f"{person}'s"
    if changes:
        return f"How has {whose} {attribute.noun} changed over the years?"
    return f"What is {whose} {attribute.noun}?"


def chain_of(dice: random.Random, person: str, attribute: Attribute, n: int) -> Chain:
    """`n` versions with their values, oldest first."""
    changes = [NOW - dice.randint(200, 700) * DAY]
    for _ in range(n - 1):
        changes.insert(0, changes[0] - dice.randint(150, 1400) * DAY)
    values = dice.sample(attribute.values, n)
    ids = [f"{person}-{attribute.noun}-{at}".replace(" ", "-") for at in range(n)]
    words = {"p": "The user" if person == "I" else person, "s": "The user's" if person == "I" else f"{person}'s"}
    return [
        (
            Fact(
                id=ids[at],
                user_id=USER,
                created=changes[at] + dice.randint(0, 9) * DAY,
                source="user",
                statement=_sentence(dice.choice(attribute.statements).format(v=values[at], **words)),
                valid_from=changes[at],
                valid_to=changes[at + 1] if at + 1 < n else None,
                superseded_by=ids[at + 1] if at + 1 < n else None,
            ),
            values[at],
        )
        for at in range(n)
    ]


def _question(
    dice: random.Random,
    wordings: dict[str, tuple[str, ...]],
    kind: str,
    person: str,
    attribute: Attribute,
    chain: Chain,
    chains: Sequence[tuple[str, Attribute, Chain]],
) -> Asked | None:
    drawn = _answer(dice, kind, person, chain, chains)
    if drawn is None:
        return None
    at, words = drawn
    wording = dice.choice(wordings[kind])
    people = {"p": person, "s": "my" if person == "I" else f"{person}'s", "o": "mine" if person == "I" else person}
    forms = {
        name: _conjugated(getattr(attribute, name).format(**people), person) for name in ("present", "past", "noun")
    }
    text = wording.format(**people, **forms, **words)
    return Asked(text=_sentence(text), kind=kind, answer=chain[at][0].id, seen=wordings is SEEN)


def _answer(
    dice: random.Random, kind: str, person: str, chain: Chain, chains: Sequence[tuple[str, Attribute, Chain]]
) -> tuple[int, dict[str, str]] | None:
    """Which version answers a question of this kind, and the words for its time."""
    if kind in ("now", "last"):
        return len(chain) - 1, {}
    if kind == "first":
        return 0, {}
    if kind in ("before", "after"):
        return _around_a_change(dice, chain, kind)
    if kind == "relative":
        return _ago(dice, chain)
    if kind == "event":
        return _dated_by_event(dice, person, chain, chains)
    return _within(dice, chain)


def _within(dice: random.Random, chain: Chain) -> tuple[int, dict[str, str]] | None:
    at = dice.randrange(len(chain))
    start, end = _stretch(chain, at)
    days = (end - start - 4 * MARGIN) // DAY
    if days < 80:
        return None
    first = start + 2 * MARGIN + dice.randint(0, days - 70) * DAY
    later = first + dice.randint(40, 70) * DAY
    return at, {"month": _month(first), "date": _date(first), "later": _month(later), "later_date": _date(later)}


def _around_a_change(dice: random.Random, chain: Chain, kind: str) -> tuple[int, dict[str, str]] | None:
    """A time in the month of a change: before it the old version held, after it the new one."""
    if len(chain) == 1:
        return 0, {"month": _month(NOW - 60 * DAY), "after_month": _month(NOW - 60 * DAY)}
    at = dice.randrange(1, len(chain))
    change = _stretch(chain, at)[0]
    words = {"month": _month(change), "after_month": _month(change + 31 * DAY)}
    return (at - 1 if kind == "before" else at), words


def _ago(dice: random.Random, chain: Chain) -> tuple[int, dict[str, str]] | None:
    for phrase in dice.sample(AGO, len(AGO)):
        start, end = _PERIODS[phrase]
        for at in range(len(chain)):
            valid = _stretch(chain, at)
            if valid[0] <= start and end <= valid[1]:
                return at, {"ago": phrase}
    return None


def _dated_by_event(
    dice: random.Random, person: str, chain: Chain, chains: Sequence[tuple[str, Attribute, Chain]]
) -> tuple[int, dict[str, str]] | None:
    """Dated by a change in another fact of the same person."""
    others = [(attribute, other) for owner, attribute, other in chains if owner == person and other is not chain]
    for attribute, other in dice.sample(others, len(others)):
        for fact, value in other[1:]:
            moment = fact.valid_from or fact.created
            for at in range(len(chain)):
                start, end = _stretch(chain, at)
                if start + MARGIN < moment < end - MARGIN:
                    return at, {"event": attribute.event.format(v=value)}
    return None


def _stretch(chain: Chain, at: int) -> tuple[datetime, datetime]:
    fact = chain[at][0]
    return fact.valid_from or fact.created, fact.valid_to or NOW


def _utc(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


# Written down by hand, so that the rules which read such phrases are not checked against themselves.
_PERIODS = {
    "last year": (_utc(2025, 1), _utc(2026, 1)),
    "two years ago": (_utc(2024, 3), _utc(2024, 9)),
    "last summer": (_utc(2025, 6), _utc(2025, 9)),
    "last month": (_utc(2026, 4), _utc(2026, 5)),
    "three months ago": (_utc(2026, 2), _utc(2026, 3)),
    "half a year ago": (_utc(2025, 10), _utc(2026, 1)),
    "last spring": (_utc(2025, 3), _utc(2025, 6)),
    "five years ago": (_utc(2021, 1), _utc(2022, 1)),
    "a few weeks ago": (_utc(2026, 4, 20), _utc(2026, 5, 10)),
    "last winter": (_utc(2025, 12), _utc(2026, 3)),
    "in 2019": (_utc(2019, 1), _utc(2020, 1)),
    "ten years ago": (_utc(2016, 1), _utc(2017, 1)),
}


def _month(moment: datetime) -> str:
    return f"{moment:%B %Y}"


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _conjugated(question: str, person: str) -> str:
    return question if person == "I" else question.replace(" do ", " does ")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
