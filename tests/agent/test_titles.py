"""An item is taken by its title only where no other can be meant."""

from __future__ import annotations

import pytest

from tailored.agent.titles import Titles, is_called
from tailored.tools.errors import AmbiguousItem, UnknownItem

LABELS = [
    "The Godfather (1972)",
    "The Godfather Part II (1974)",
    "Nanook of the North (1922)",
    "Amélie (2001)",
    "Schindler's List (1993)",
    "Aliens (1986)",
    "Toy Story 2 (1999)",
    "Heat (1986)",
    "Heat (1995)",
    "Matrix, The (1999)",
    "Casablanca (1942)",
]
TITLES = Titles((f"id-{n}", label) for n, label in enumerate(LABELS))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The Godfather", "The Godfather (1972)"),
        ("godfather", "The Godfather (1972)"),
        ("The Godfather (1972)", "The Godfather (1972)"),
        ("AMELIE", "Amélie (2001)"),
        ("schindlers list", "Schindler's List (1993)"),
        ("the matrix", "Matrix, The (1999)"),
        ("heat (1995)", "Heat (1995)"),
        ("the godfater", "The Godfather (1972)"),
        ("Casblanca", "Casablanca (1942)"),
    ],
)
def test_one_title_is_found(text: str, label: str) -> None:
    assert TITLES.find(text) == (f"id-{LABELS.index(label)}", label)


@pytest.mark.parametrize(
    "text", ["The", "Alien", "Toy Story 3", "The Godfather Part III", "The Godfather too long", "North", "", "…"]
)
def test_what_may_mean_another_item_is_not_guessed(text: str) -> None:
    with pytest.raises(UnknownItem):
        TITLES.find(text)


def test_the_nearest_titles_are_named() -> None:
    with pytest.raises(UnknownItem, match=r"the nearest are .*Toy Story 2 \(1999\)"):
        TITLES.find("Toy Story 3")


def test_of_two_items_with_one_title_neither_is_taken() -> None:
    with pytest.raises(AmbiguousItem, match=r"2 items are called 'heat'.*Heat \(1986\), Heat \(1995\)"):
        TITLES.find("heat")


@pytest.mark.parametrize(("text", "same"), [("heat", True), ("Heat the plot", False), ("hea", False)])
def test_a_title_is_compared_as_a_whole(text: str, same: bool) -> None:
    assert is_called(text, "Heat (1995)") is same
