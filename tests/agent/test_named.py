"""A message names an item where its words are a title and mean one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent.named import PLACEHOLDER, Named
from tailored.tools import Catalog, import_catalog

TITLES = [
    "The Third Man",
    "Her",
    "Alien",
    "Amélie",
    "Get Out",
    "Jaws (1975)",
    "Matrix, The (1999)",
    "In the Mood for Love",
    "The Lord of the Rings: The Two Towers",
    "Schindler's List",
    "Alien 3",
    "1917",
]
NAMED = Named(TITLES, ["Agnès Varda"])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("who directed the third man?", "who directed Thename?"),
        ("Do you have Third Man", "Do you have Thename"),
        ("how long is amelie", "how long is Thename"),
        ("Is the matrix rated 15", "Is Thename rated 15"),
        ("What's Jaws rated?", "What's Thename rated?"),
        ("schindlers list, which year", "Thename, which year"),
        ("what is the lord of the rings about", "what is Thename about"),
        ("I saw Her and Get Out", "I saw Thename and Thename"),
        ('is "1917" good', 'is "Thename" good'),
        ("Alien 3, please", "Thename, please"),
    ],
)
def test_titles_are_known_as_people_write_them(text: str, masked: str) -> None:
    assert NAMED.names(text).text == masked
    assert NAMED.names(text).items


@pytest.mark.parametrize(
    "text",
    [
        "I met her at a party",
        "how long is her commute",
        "let's get out of here",
        "My neighbour is an alien to me",
        "we're in the mood for love stories",
        "Born in 1917, he never wrote",
        "How long is an alien allowed to stay?",
        "",
        "?!",
    ],
)
def test_common_words_are_not_taken_for_titles(text: str) -> None:
    assert NAMED.names(text).text == text
    assert not NAMED.names(text).items


def test_people_are_told_from_items() -> None:
    found = NAMED.names("Anything by Agnes Varda?")

    assert (found.text, found.items, found.people) == (f"Anything by {PLACEHOLDER}?", False, True)


@pytest.mark.parametrize("text", ["What else by Varda?", "Which Vardas are there?", "Is Varda's first one there?"])
def test_surnames_are_known_where_they_are_written_as_names(text: str) -> None:
    assert NAMED.names(text).people


def test_a_surname_in_lower_case_is_a_word() -> None:
    assert not Named((), ["David Lean"]).names("I eat lean meat").people


def test_a_catalog_tells_its_titles_and_people(tmp_path: Path) -> None:
    rows = tmp_path / "films.jsonl"
    rows.write_text(
        '{"id": "1", "title": "Vertigo", "director": "Alfred Hitchcock", "country": "United States"}\n'
        '{"id": "2", "title": "Rear Window", "director": "Alfred Hitchcock", "country": "United States"}\n'
    )
    import_catalog(rows, tmp_path / "catalog")
    catalog = Catalog.open(tmp_path / "catalog")
    named = Named.of(catalog)

    assert list(catalog.titles()) == ["Vertigo", "Rear Window"]
    assert named.names("Did Alfred Hitchcock make Vertigo in the United States?").text == (
        "Did Thename make Thename in the United States?"
    )


def test_an_empty_catalog_names_nothing() -> None:
    assert not Named(()).names("How long is Vertigo?").items


@pytest.mark.parametrize("named", [Named(["A"]), Named(["The"]), Named([], ["The The"]), Named([], ["Nandita Das"])])
def test_names_that_are_articles_break_nothing(named: Named) -> None:
    assert named.names("what is a good film the two of us like, das ist gut").items is False


@pytest.mark.parametrize("text", ["Have you got Das Boot?", "I saw *Das Boot* twice"])
def test_an_article_is_nobodys_surname(text: str) -> None:
    assert not Named([], ["Nandita Das"]).names(text).people
