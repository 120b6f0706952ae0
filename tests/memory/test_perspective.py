from __future__ import annotations

import pytest

from tailored.memory.perspective import about_user, asked_of_oneself, in_first_person


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("The user lives in Porto.", "I live in Porto."),
        ("The user is vegan.", "I am vegan."),
        ("The user has two dogs.", "I have two dogs."),
        ("The user does not eat nuts.", "I do not eat nuts."),
        ("The user studies law.", "I study law."),
        ("The user watches films.", "I watch films."),
        ("The user often plays chess.", "I often play chess."),
        ("The user's sister visits the user.", "My sister visits me."),
        ("Ana lives in Ghent.", "Ana lives in Ghent."),
    ],
)
def test_what_the_user_would_have_said(statement: str, said: str) -> None:
    assert in_first_person(statement) == said


def test_who_a_statement_is_about() -> None:
    assert about_user("The user's car is red.")
    assert not about_user("Ana knows the user.")


@pytest.mark.parametrize(("text", "own"), [("Where do I live?", True), ("my car", True), ("Where is Ana?", False)])
def test_who_a_question_is_about(text: str, own: bool) -> None:
    assert asked_of_oneself(text) is own
