from __future__ import annotations

import pytest

from tailored.agent.learning.third_person import of_user, third_person


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("avoid crowds and prefer the sea", "The user avoids crowds and prefers the sea"),
        ("'m not a fan of crowds", "The user is not a fan of crowds"),
        ("really don't enjoy skiing", "The user really does not enjoy skiing"),
        ("only fly economy", "The user only flies economy"),
        ("really have to avoid nuts", "The user really has to avoid nuts"),
        ("enjoy cooking and love to bake", "The user enjoys cooking and loves to bake"),
        ("do not like loud bars and prefer cafes", "The user does not like loud bars and prefers cafes"),
        ("like dogs but don't like cats", "The user likes dogs but does not like cats"),
        ("love hiking but hate the rain", "The user loves hiking but hates the rain"),
        ("like tea and don't drink coffee", "The user likes tea and does not drink coffee"),
    ],
)
def test_the_verbs_of_the_user_are_conjugated(said: str, written: str) -> None:
    assert third_person(said) == written


@pytest.mark.parametrize(
    "said",
    [
        "do not want to eat meat and feel sick",
        "cannot eat fish and enjoy it",
        "do not tolerate bullying and hate speech",
        "do not like to wake up early and try to run",
    ],
)
def test_what_may_be_denied_is_never_made_a_habit(said: str) -> None:
    written = third_person(said)

    assert written.split(" and ")[1] == said.split(" and ")[1]


@pytest.mark.parametrize(
    "said",
    [
        "people who cook and love the sea",
        "adventure and love stories",
        "the look and feel of old vans",
        "short answers so don't write essays",
        "small talk and don't ask about the weather",
    ],
)
def test_what_is_not_the_users_doing_stays_as_it_is(said: str) -> None:
    assert third_person(f"love {said}") == f"The user loves {said}"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("tea, as I don't like coffee", "tea, as the user does not like coffee"),
        ("places I often visit", "places the user often visits"),
        ("when I really should see a doctor", "when the user really should see a doctor"),
        ("when I fly long distance", "when the user flies long distance"),
        ("when I also am late", "when the user also is late"),
        ("what I went through", "what the user went through"),
        ("should I forget my keys, tell me", "should the user forget the user's keys, tell the user"),
        ("World War I films", "World War I films"),
        ("remember that on Mondays I work late", "remember that on Mondays the user works late"),
        ("type me a summary", "type the user a summary"),
        ("do I have to", "do the user have to"),
        ("what I do myself", "what the user does themselves"),
    ],
)
def test_an_i_within_is_the_user(said: str, written: str) -> None:
    assert of_user(said) == written
