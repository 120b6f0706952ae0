"""What was said outright beside a message: what it is about, and which messages need not be recalled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tailored.agent.learning.grounding import says_more
from tailored.agent.standing import asks_of_talk, held, nearest, reminders, told_again
from tailored.memory import Episode, Memory, StandingPreference
from tailored.prompts import TiktokenCounter
from tests.memory.makers import memory

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def said(id_: str, content: str) -> Episode:
    return Episode(id=id_, user_id="ada", created=DAY, source="user", content=content, thread="t", order=0)


def wish(id_: str, statement: str, *evidence: str, pinned: bool = False) -> StandingPreference:
    return StandingPreference(
        id=id_, user_id="ada", created=DAY, source="user", statement=statement, evidence=evidence, pinned=pinned
    )


@pytest.fixture
def known() -> Memory:
    """Two wishes that a model read out of messages, one of which said more."""
    memories = memory()
    memories.remember(
        "ada",
        [
            said("fish", "Fish in a restaurant: no, thanks."),
            said("music", "Music no louder than talk, Eva sleeps early."),
            wish("1", "The user wants no fish in a restaurant.", "fish"),
            wish("2", "The user wants no music louder than talk.", "music"),
        ],
    )
    return memories


def test_a_message_that_the_preference_holds_whole_is_told_again(known: Memory) -> None:
    near = nearest(known, "ada", "fish and music", held(known, "ada", TiktokenCounter()))

    assert told_again(known, "ada", near) == ["fish"]


def test_a_preference_outlives_a_message_that_is_gone(known: Memory) -> None:
    known.forget("ada", "fish")

    near = nearest(known, "ada", "fish and music", held(known, "ada", TiktokenCounter()))

    assert told_again(known, "ada", near) == []
    assert len(near) == 2


def test_what_the_message_is_about_most_comes_first_and_the_rest_is_left_out(known: Memory) -> None:
    near = nearest(known, "ada", "a restaurant with fish", held(known, "ada", TiktokenCounter()))

    assert reminders(near) == ["The user wants no fish in a restaurant."]


def test_only_what_the_prompt_holds_is_reminded_of(known: Memory) -> None:
    assert nearest(known, "ada", "a restaurant with fish", []) == []


def test_a_pinned_preference_is_kept_longest() -> None:
    memories = memory()
    pinned = wish("pinned", "The user is vegan.", pinned=True)
    memories.remember("ada", [pinned, *(wish(str(n), f"The user avoids the number {n} " * 10) for n in range(30))])

    kept = held(memories, "ada", TiktokenCounter())

    assert kept[-1] == pinned
    assert len(kept) < 31


@pytest.mark.parametrize(
    ("message", "statement"),
    [
        ("I'm in Porto and I'm vegan.", "The user is vegan."),
        ("I'm vegan on weekdays.", "The user is vegan."),
        ("I'm diabetic, type 1.", "The user is diabetic."),
        ("I'm not vegan.", "The user is vegan."),
        ("I usually prefer trains.", "The user prefers trains."),
        ("私はベジタリアンです", "The user is vegetarian."),
    ],
)
def test_names_numbers_limits_and_denials_say_more(message: str, statement: str) -> None:
    assert says_more(message, statement)


@pytest.mark.parametrize(
    ("message", "statement"),
    [
        ("Hi! I'm vegan, thanks.", "The user is vegan."),
        ("I really can't stand loud music.", "The user cannot stand loud music."),
        ("Please remember that I don't eat pork.", "The user does not eat pork."),
    ],
)
def test_politeness_says_no_more(message: str, statement: str) -> None:
    assert not says_more(message, statement)


def test_a_question_about_the_talk_is_one() -> None:
    assert asks_of_talk("Have I ever mentioned that I avoid fish?")
    assert asks_of_talk("When did I become vegan?")
    assert not asks_of_talk("Which fish is best for a soup?")
    assert not asks_of_talk("Have I enough flour for a cake?")
