"""The demo catalog: every film is well-formed, and the list is broad enough to recommend from."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

FILMS = Path(__file__).parents[2] / "serve" / "demo" / "films.jsonl"

FIELDS = {
    "id": str,
    "title": str,
    "year": int,
    "genres": list,
    "director": str,
    "minutes": int,
    "country": str,
    "language": str,
    "text": str,
}
GENRES = {
    "action",
    "adventure",
    "animation",
    "comedy",
    "crime",
    "documentary",
    "drama",
    "family",
    "fantasy",
    "history",
    "horror",
    "musical",
    "mystery",
    "romance",
    "science fiction",
    "thriller",
    "war",
    "western",
}

Film = dict[str, Any]


def slug(title: str) -> str:
    ascii_title = unicodedata.normalize("NFKD", title.replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_title.lower()).strip("-")


@pytest.fixture(scope="module")
def films() -> list[Film]:
    return [json.loads(line) for line in FILMS.read_text(encoding="utf-8").splitlines()]


def test_every_film_has_the_fields_and_no_other(films: list[Film]) -> None:
    assert [film for film in films if {name: type(value) for name, value in film.items()} != FIELDS] == []


def test_ids_are_the_title_and_the_year(films: list[Film]) -> None:
    assert [film["id"] for film in films] == [f"{slug(film['title'])}-{film['year']}" for film in films]


@pytest.mark.parametrize(("field", "low", "high"), [("year", 1920, 2029), ("minutes", 30, 600)])
def test_numbers_are_in_range(films: list[Film], field: str, low: int, high: int) -> None:
    assert [(film["id"], film[field]) for film in films if not low <= film[field] <= high] == []


def test_genres_are_of_the_vocabulary(films: list[Film]) -> None:
    assert {genre for film in films for genre in film["genres"]} == GENRES


def test_each_film_has_one_to_three_different_genres(films: list[Film]) -> None:
    assert [film["id"] for film in films if not 1 <= len(set(film["genres"])) == len(film["genres"]) <= 3] == []


def test_texts_are_one_line_of_12_to_25_words(films: list[Film]) -> None:
    assert [film["id"] for film in films if not 12 <= len(film["text"].split()) <= 25 or "\n" in film["text"]] == []


@pytest.mark.parametrize("field", ["title", "director", "country", "language", "text"])
def test_strings_are_filled_and_trimmed(films: list[Film], field: str) -> None:
    assert [film["id"] for film in films if not film[field] or film[field] != film[field].strip()] == []


def test_there_are_enough_films(films: list[Film]) -> None:
    assert len(films) >= 200


@pytest.mark.parametrize("field", ["id", "text"])
def test_no_value_occurs_twice(films: list[Film], field: str) -> None:
    counts = Counter(film[field] for film in films)
    assert [value for value, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("genre", sorted(GENRES))
def test_every_genre_has_a_choice(films: list[Film], genre: str) -> None:
    least = 25 if genre in {"animation", "documentary"} else 12
    assert sum(genre in film["genres"] for film in films) >= least


def test_films_come_from_many_countries(films: list[Film]) -> None:
    assert len({film["country"] for film in films}) >= 20


def test_every_decade_from_the_1920s_is_there(films: list[Film]) -> None:
    assert {film["year"] // 10 for film in films} >= set(range(192, 203))
