from __future__ import annotations

import pytest

from tailored.agent.learning.cost import cost_ratio, edit_cost, tokens


@pytest.mark.parametrize(
    ("draft", "edited", "cost"),
    [
        ("same text", "same text", 0),
        ("", "", 0),
        ("", "two words", 2),
        ("the old road", "the new road", 1),
        ("Hello.", "Hello!", 1),
        ("one two", "- one\n- two", 2),
        ("line one\nline two", "line one line two", 0),
    ],
)
def test_cost_counts_tokens_changed(draft: str, edited: str, cost: int) -> None:
    assert edit_cost(draft, edited) == cost


def test_a_contraction_is_one_token() -> None:
    assert tokens("I don't, it’s 🎉") == ["I", "don't", ",", "it’s", "🎉"]


def test_ratio_is_of_the_longer_text() -> None:
    assert cost_ratio("one", "one two three four") == pytest.approx(3 / 4)


def test_ratio_of_two_empty_texts_is_nothing() -> None:
    assert cost_ratio("", " \n") == 0.0
