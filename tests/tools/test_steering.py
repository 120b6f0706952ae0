"""Steering changes what is picked: limits as masks, the rest as scores, and what is hoped for gives way."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pytest

from tailored.tools import Candidate, Catalog, CatalogIndex, Picker, Wish, import_catalog
from tailored.tools.reading import Reader, Shown
from tailored.tools.recommenders import standard
from tailored.tools.steering import merged
from tests.tools.parts import WordEmbedder

FILMS = Path(__file__).parents[2] / "serve" / "demo" / "films.jsonl"
SHOWN = Shown(items=("alien-1979", "casablanca-1942", "some-like-it-hot-1959"))


@pytest.fixture(scope="module")
def picker(tmp_path_factory: pytest.TempPathFactory) -> Picker:
    folder = tmp_path_factory.mktemp("catalog")
    import_catalog(FILMS, folder)
    index = CatalogIndex.open(Catalog.open(folder), WordEmbedder())
    return Picker(index, standard(index))


def picked(picker: Picker, text: str, *, count: int = 10, told: list[str] | None = None) -> list[Candidate]:
    steering = Reader(picker.index.catalog).read(text, SHOWN)
    return picker.pick(
        "ada", (), Wish(count=count, steering=steering), missing=(told if told is not None else []).append
    )


def share(candidates: list[Candidate], label: str) -> float:
    return sum(label in candidate.item.labels for candidate in candidates) / len(candidates)


def test_limits_hold_for_every_item(picker: Picker) -> None:
    found = picked(picker, "no drama, nothing before 1980, shorter than two hours")

    assert len(found) == 10
    for candidate in found:
        assert "drama" not in candidate.item.labels
        assert candidate.item.facets["year"] >= 1980
        assert candidate.item.facets["minutes"] < 120


def test_what_is_asked_to_be_like_an_item_is_like_it_and_not_it(picker: Picker) -> None:
    found = picked(picker, "something like number 1")

    assert "alien-1979" not in {candidate.item.id for candidate in found}
    assert share(found, "science fiction") > share(picked(picker, ""), "science fiction")
    assert found[0].reason.startswith("like Alien (1979)")


@pytest.mark.parametrize(("text", "label"), [("funnier", "comedy"), ("more romance", "romance"), ("scarier", "horror")])
def test_leaning_brings_more_of_it_and_less_of_it_the_opposite(picker: Picker, text: str, label: str) -> None:
    less = {"funnier": "less funny", "more romance": "less romance", "scarier": "less scary"}[text]

    plain = share(picked(picker, "", count=40), label)

    assert share(picked(picker, text, count=40), label) > plain
    assert share(picked(picker, less, count=40), label) < plain


def test_older_means_older_than_what_it_is_compared_with(picker: Picker) -> None:
    found = picked(picker, "like number 3 but older")

    assert max(candidate.item.facets["year"] for candidate in found) < 1959
    assert "older (year up to 1958)" in found[0].reason


def test_what_is_hoped_for_gives_way_and_that_is_said(picker: Picker) -> None:
    told: list[str] = []

    found = picked(picker, "a western from the 1920s", told=told)

    assert found
    assert all(1920 <= candidate.item.facets["year"] <= 1929 for candidate in found), "what must hold still does"
    assert told == ["nothing else that fits is with western"]


def test_what_must_hold_never_gives_way(picker: Picker) -> None:
    assert picked(picker, "only westerns from the 1920s") == []


def shown(picker: Picker, *labels: str) -> tuple[str, ...]:
    """Ids of films that have all these labels."""
    return tuple(item.id for item in picker.index.catalog if set(labels) <= set(item.labels))


def criticised(picker: Picker, *critiques: tuple[str, tuple[str, ...]], count: int = 20) -> list[Candidate]:
    """What is picked after each text was said of a list of these ids."""
    reader = Reader(picker.index.catalog)
    said = [reader.read(text, Shown(items=listed)) for text, listed in critiques]
    return picker.pick("ada", (), Wish(count=count, steering=reduce(merged, said)))


def test_what_stood_out_as_much_and_was_let_pass_comes_more_often(picker: Picker) -> None:
    both = shown(picker, "horror", "science fiction")

    found = criticised(picker, ("less horror", both))

    assert len(both) > 2
    assert share(found, "horror") == 0
    assert share(found, "science fiction") > share(picked(picker, "", count=20), "science fiction")
    assert "science fiction" not in found[0].reason.partition("you asked for")[-1], "nobody asked for it"


def test_critiques_of_several_lists_count_together(picker: Picker) -> None:
    comedies, dramas = shown(picker, "comedy")[:10], shown(picker, "drama")[:10]

    once = criticised(picker, ("less drama", dramas))
    twice = criticised(picker, ("less drama", dramas), ("less comedy", comedies))

    assert share(twice, "comedy") < share(once, "comedy")
    assert share(twice, "drama") < share(picked(picker, "", count=20), "drama")


def test_a_critique_is_not_final_and_a_refusal_is(picker: Picker) -> None:
    comedies, every = shown(picker, "comedy")[:10], len(picker.index.catalog)

    assert share(criticised(picker, ("less comedy", comedies), count=every), "comedy") > 0
    assert share(criticised(picker, ("no comedy", comedies), count=every), "comedy") == 0
