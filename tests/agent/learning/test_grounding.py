"""What a model may say of a user, given what the user said."""

from __future__ import annotations

import pytest

from tailored.agent.learning.grounding import is_grounded, is_mixed

SISTER = "My sister Mia is getting married in June and I still need a present."


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("The user needs a present.", SISTER),
        ("The user's sister Mia is getting married in June.", SISTER),
        ("The user's lessons are on Thursdays.", "I learn the piano, my lessons are on Thursdays."),
        ("The user gets seasick easily.", "I get seasick easily, you know."),
        ("The user never recommends films.", "I never recommend films to anybody."),
        ("The user dislikes loud places.", "I really don't like loud places."),
        ("The user does not like big crowds.", "I hate big crowds."),
        ("The user cannot swim in the sea.", "I'm unable to swim in the sea."),
        ("The user is left-handed.", "I'm left-handed."),
        ("The user uses Linux.", "I use Linux not Windows."),
        ("The user has insomnia.", "I have insomnia and cannot sleep at all."),
    ],
)
def test_what_was_said_may_be_told(sentence: str, evidence: str) -> None:
    assert is_grounded(sentence, evidence)


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("The user is called Mia.", SISTER),
        ("The user is getting married in June.", SISTER),
        ("The user is getting married to Ana in June.", SISTER),
        ("The user hates meetings.", "My boss hates meetings."),
        ("The user is 42 years old.", "I am 41 years old."),
        ("Mia needs a present.", SISTER),
        ("The user likes long walks.", SISTER),
        ("The user likes loud places.", "I really don't like loud places."),
        ("The user does not suggest horror films.", "I work as a nurse. Please never suggest horror films."),
    ],
)
def test_what_was_not_said_of_the_user_may_not(sentence: str, evidence: str) -> None:
    assert not is_grounded(sentence, evidence)


BOTH = "I'm allergic to nuts and I really don't like loud places."


@pytest.mark.parametrize("sentence", ["The user is allergic to loud places.", "The user does not like nuts."])
def test_what_is_said_of_one_thing_is_not_said_of_another(sentence: str) -> None:
    assert is_mixed(sentence, BOTH)


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("The user is allergic to nuts and does not like loud places.", BOTH),
        ("The user is allergic to nuts.", BOTH),
        ("The user needs a present.", SISTER),
        ("The user lives in Porto, works as a nurse.", "I live in Porto and I work as a nurse."),
        ("The user plays chess on Sundays.", "On Sundays, I play chess."),
        ("The user lives in St. Louis.", "I live in St. Louis."),
        ("The user has a dog called Rex.", "I have a dog. His name is Rex."),
    ],
)
def test_several_things_may_be_said_one_by_one(sentence: str, evidence: str) -> None:
    assert not is_mixed(sentence, evidence)
