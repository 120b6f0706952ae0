from __future__ import annotations

from datetime import timedelta

import pytest

from tailored.agent.learning.choices import Prior, Taste, wishes_of_choices
from tailored.memory.records import Choice

from .builders import NOW

PLAIN = "The kitchen is closed on {day}. Lunch is served in the hall, and the coffee stays where it is."
LISTED = "- The kitchen is closed on {day}\n- Lunch is served in the hall\n- The coffee stays where it is"
LOUD = "The kitchen is closed on {day}! Lunch is served in the hall, and the coffee stays where it is!"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def pairs(chosen: str, rejected: str, count: int) -> list[tuple[str, str]]:
    return [(chosen.format(day=day), rejected.format(day=day)) for day in DAYS[:count]]


def choices(chosen: str, rejected: str, count: int) -> list[Choice]:
    return [
        Choice(
            id=f"c{number}",
            user_id="ada",
            created=NOW + timedelta(hours=number),
            source="user",
            context="a note",
            chosen=one,
            rejected=other,
        )
        for number, (one, other) in enumerate(pairs(chosen, rejected, count))
    ]


def test_without_choices_nothing_is_foretold() -> None:
    assert Taste.fit([]).prefers(LISTED, PLAIN) == pytest.approx(0.5)


def test_without_choices_the_prior_answers() -> None:
    taste = Taste.fit([], Prior(means={"bullets": 1.0}))

    assert taste.prefers(LISTED, PLAIN) > 0.6


def test_choices_overrule_the_prior() -> None:
    taste = Taste.fit(pairs(PLAIN, LISTED, 6), Prior(means={"bullets": 1.0}))

    assert taste.prefers(LISTED, PLAIN) < 0.3


def test_more_choices_make_surer() -> None:
    chances = [Taste.fit(pairs(LISTED, PLAIN, count)).prefers(LISTED, PLAIN) for count in (0, 1, 3, 6)]

    assert chances == sorted(chances)
    assert chances[-1] > 0.85


def test_either_way_round_is_one_chance() -> None:
    taste = Taste.fit(pairs(LISTED, PLAIN, 3))

    assert taste.prefers(LISTED, PLAIN) + taste.prefers(PLAIN, LISTED) == pytest.approx(1)


def test_agreeing_choices_become_wishes() -> None:
    wishes = wishes_of_choices(choices(LISTED, PLAIN, 6))

    assert [(wish.name, wish.value) for wish in wishes] == [("bullets", "Use bullet points")]


def test_what_was_always_rejected_is_a_wish_too() -> None:
    wishes = wishes_of_choices(choices(PLAIN, LOUD, 6))

    assert [(wish.name, wish.polarity) for wish in wishes] == [("exclamations", "-")]


def test_two_choices_are_too_few() -> None:
    assert wishes_of_choices(choices(LISTED, PLAIN, 2)) == ()


def test_choices_that_disagree_are_no_wish() -> None:
    both = [*choices(LISTED, PLAIN, 3), *choices(PLAIN, LISTED, 3)]

    assert wishes_of_choices(both) == ()
