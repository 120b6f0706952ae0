"""What a model may say of a user, given what the user said."""

from __future__ import annotations

import pytest

from tailored.agent.learning.grounding import is_grounded

SISTER = "My sister Mia is getting married in June and I still need a present."


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("The user needs a present.", SISTER),
        ("The user's sister Mia is getting married in June.", SISTER),
        ("The user's lessons are on Thursdays.", "I learn the piano, my lessons are on Thursdays."),
        ("The user gets seasick easily.", "I get seasick easily, you know."),
        ("The user never recommends films.", "I never recommend films to anybody."),
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
        ("The user does not suggest horror films.", "I work as a nurse. Please never suggest horror films."),
    ],
)
def test_what_was_not_said_of_the_user_may_not(sentence: str, evidence: str) -> None:
    assert not is_grounded(sentence, evidence)
