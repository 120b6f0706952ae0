from __future__ import annotations

from dataclasses import replace

import pytest

from tailored.agent.learning.selection import SelectionPolicy, select
from tailored.memory.records import Aspect

from .builders import BRIEF, BULLETS, GREETING, PROSE, a_preference, near

POLICY = SelectionPolicy(floor=0.3)


def test_nothing_near_enough_means_nothing_is_told() -> None:
    guidance = select([near(a_preference("p", BULLETS), 0.29)], policy=POLICY)

    assert not guidance
    assert guidance.used == ()


def test_with_few_preferences_one_must_be_nearer_to_be_told() -> None:
    preference = a_preference("p", BULLETS)

    assert not select([near(preference, 0.44)])
    assert select([near(preference, 0.46)])
    assert select([replace(near(preference, 0.44), contrast=0.2)])


def test_a_request_that_shares_only_what_all_share_is_told_nothing() -> None:
    assert not select([replace(near(a_preference("p", BULLETS), 0.6), contrast=0.04)])
    assert select([replace(near(a_preference("p", BULLETS), 0.8), contrast=0.04)])  # surely of its kind


def test_the_nearest_context_decides() -> None:
    mail, note = a_preference("mail", GREETING), a_preference("note", BULLETS)

    guidance = select([near(mail, 0.5), near(note, 0.8)], policy=POLICY)

    assert guidance.aspects == (BULLETS,)
    assert [used.preference.id for used in guidance.used] == ["note"]


def test_preferences_that_are_equally_near_tell_what_most_of_them_share() -> None:
    same = [a_preference("a", BULLETS, GREETING), a_preference("b", BULLETS), a_preference("c", BULLETS, BRIEF)]

    assert select([near(preference) for preference in same], policy=POLICY).aspects == (BULLETS,)


def test_of_two_that_contradict_each_other_the_fresher_one_wins() -> None:
    old, new = near(a_preference("old", BULLETS), rounds=20), near(a_preference("new", PROSE))

    assert select([old, new], policy=POLICY).aspects == (PROSE,)


def test_a_weakened_preference_yields() -> None:
    weak, firm = near(a_preference("weak", BULLETS, strength=0.5), 0.72), near(a_preference("firm", PROSE), 0.7)

    assert select([weak, firm], policy=POLICY).aspects == (PROSE,)


def test_a_pinned_preference_neither_fades_nor_yields() -> None:
    pinned = near(a_preference("pinned", BULLETS, strength=0.1, pinned=True), 0.5, rounds=500)

    guidance = select([pinned, near(a_preference("new", PROSE), 0.9)], policy=POLICY)

    assert guidance.aspects == (BULLETS,)


def test_a_pinned_preference_is_bound_to_its_context() -> None:
    assert not select([near(a_preference("pinned", BULLETS, pinned=True), 0.1)], policy=POLICY)


def test_what_a_draft_should_have_comes_first_where_not_all_can_be_told() -> None:
    many = [Aspect(name=f"n{i}", value=f"not {i}", polarity="-") for i in range(6)]

    guidance = select([near(a_preference("p", *many, BULLETS))], policy=replace(POLICY, limit=3))

    assert guidance.aspects[0] == BULLETS
    assert len(guidance.aspects) == 3


def test_no_name_is_told_twice() -> None:
    spanish, french = (Aspect(name="language", value=f"Write in {name}") for name in ("Spanish", "French"))
    both = [near(a_preference("a", spanish, pinned=True)), near(a_preference("b", french, pinned=True))]

    assert len(select(both, policy=POLICY).aspects) == 1


def test_guidance_finds_what_a_draft_disobeys() -> None:
    guidance = select([near(a_preference("p", BULLETS, GREETING))], policy=POLICY)

    assert guidance.check("Hello all,\n\nnothing but prose here.") == (BULLETS,)


@pytest.mark.parametrize("similarity", [float("-inf"), -1.0, 0.0])
def test_strange_similarities_are_below_the_floor(similarity: float) -> None:
    assert not select([near(a_preference("p", BULLETS), similarity)], policy=POLICY)
