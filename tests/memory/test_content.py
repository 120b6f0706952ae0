from __future__ import annotations

import pytest

from tailored.memory.content import content_of


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Can you remind me of my sister's birthday?", "my sister's birthday?"),
        ("What did I say my dentist is called?", "What my dentist is called?"),
        (
            "Can you list the order in which I brought up different aspects of my garden throughout our conversations?",
            "my garden?",
        ),
        ("Where do I live, mind you?", "Where do I live?"),
        ("Please tell me where I parked. Mention only the street.", "where I parked."),
    ],
)
def test_talk_about_the_talk_is_left_out(text: str, content: str) -> None:
    assert content_of(text).strip(" .?") == content.strip(" .?")


@pytest.mark.parametrize("text", ["Where do I live?", "Who plays the piano?", "Can you tell me?", "", "??"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert content_of(text) == text
