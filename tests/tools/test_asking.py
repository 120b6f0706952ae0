"""The question that is asked is the one whose answer tells most, and none where no answer would tell much."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tailored.tools.asking import best_question, questions
from tailored.tools.items import Item
from tailored.tools.suggesting import Interest, suggestions, weight
from tests.tools.parts import movie_catalog


def film(number: int, *genres: str, **facets: float) -> Item:
    return Item(id=str(number), title=f"Film {number}", facets={"genres": genres, **facets})


def test_a_facet_that_halves_the_items_gains_a_bit() -> None:
    items = [film(n, "comedy" if n % 2 else "drama") for n in range(8)]

    [question] = questions(items, [0.0] * 8)

    assert question.gain == pytest.approx(1.0)
    assert {option.words for option in question.options} == {"comedy", "drama"}
    assert question.text.count("?") == 1


def test_the_facet_that_splits_best_is_asked_about() -> None:
    items = [film(n, "drama", *(["war"] if n == 0 else []), year=1950.0 + 5 * n) for n in range(12)]

    question = best_question(items, [0.0] * 12)

    assert question is not None
    assert question.facet == "year"
    assert all(any(option.fits(item) for option in question.options) for item in items)


def test_nothing_is_asked_where_no_answer_would_tell_much() -> None:
    alike = [film(n, "drama") for n in range(9)]
    split = [film(n, "comedy" if n % 2 else "drama") for n in range(9)]

    assert best_question(alike, [0.0] * 9) is None
    assert best_question([], []) is None
    [even], [one_stands_out] = questions(split, [0.0] * 9), questions(split, [9.0, *[0.0] * 8])
    assert one_stands_out.gain < even.gain


def test_what_was_spoken_of_often_and_lately_weighs_more() -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)

    assert weight(1, now, now) == pytest.approx(math.log(2))
    assert weight(3, now, now) > weight(1, now, now)
    assert weight(3, now - timedelta(days=30), now) == pytest.approx(weight(3, now, now) / 2)
    assert weight(3, now, now, nearness=0.5) == pytest.approx(1.5 * weight(3, now, now))


def test_suggestions_are_of_things_that_items_have_together(tmp_path: Path) -> None:
    catalog = movie_catalog(tmp_path)
    interests = [
        Interest(facet="genres", name=name, weight=w) for name, w in (("horror", 3), ("comedy", 2), ("sci-fi", 1))
    ]

    found = suggestions(catalog, interests, called="films")

    assert [one.names for one in found] == [("horror", "sci-fi")], "comedies are too few, and no film is both"
    assert suggestions(catalog, interests, asked=lambda text: "horror" in text or "sci-fi" in text) == []
