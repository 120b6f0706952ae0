from __future__ import annotations

import pytest

from tailored.agent.learning.cost import cost_ratio, edit_cost, only_slips, tokens


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


@pytest.mark.parametrize(
    ("draft", "edited", "slips"),
    [
        ("Their are too ways, both is step.", "There are two ways; both are steep.", True),
        ("I would be greatful if you can sent it.", "I would be grateful if you could send it.", True),
        ("Send me the minutes.", "Could you please send me the minutes?", False),
        ("The same.", "The same.", False),
    ],
)
def test_corrected_spelling_is_told_from_new_words(draft: str, edited: str, slips: bool) -> None:
    assert only_slips(draft, edited) is slips
