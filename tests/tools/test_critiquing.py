"""How likely somebody with an item in mind is to criticise a list in just this way."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tailored.tools import Catalog, import_catalog
from tailored.tools.critiquing import likelihoods
from tailored.tools.steering import Critique, Value

FILMS = {
    "scare": (["Horror"], 1980),
    "fright": (["Horror", "Comedy"], 1981),
    "laugh": (["Comedy"], 1982),
    "tears": (["Drama"], 1983),
    "early": (["Western"], 1930),
    "late": (["Western"], 2020),
    "undated": (["Western"], None),
}
SHOWN = ("scare", "fright", "laugh")
HORROR: tuple[Value, ...] = (("genres", "horror"),)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("films")
    rows = [{"id": name, "title": name, "genres": genres, "year": year} for name, (genres, year) in FILMS.items()]
    (folder / "films.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    import_catalog(folder / "films.jsonl", folder / "catalog")
    return Catalog.open(folder / "catalog")


def told(catalog: Catalog, *critiques: Critique) -> dict[str, float]:
    """What the critiques say of each film."""
    scores = likelihoods(catalog, critiques, np.arange(len(catalog)))
    return dict(zip(catalog.ids, scores.tolist(), strict=True))


def test_what_has_the_fault_is_unlikely_and_what_has_what_was_let_pass_is_likely(catalog: Catalog) -> None:
    said = told(catalog, Critique(shown=SHOWN, labels=HORROR))

    assert said["scare"] == said["fright"] == min(said.values())
    assert said["laugh"] > said["tears"], "who has neither in mind might as well have said less comedy"


def test_the_more_of_the_list_have_a_fault_the_likelier_it_is_named(catalog: Catalog) -> None:
    most = told(catalog, Critique(shown=SHOWN, labels=HORROR))["tears"]
    few = told(catalog, Critique(shown=("scare", "laugh", "tears"), labels=HORROR))["late"]

    assert most > few


@pytest.mark.parametrize(("direction", "film"), [(1, "late"), (-1, "early")])
def test_another_time_speaks_for_items_beyond_the_list(catalog: Catalog, direction: int, film: str) -> None:
    said = told(catalog, Critique(shown=SHOWN, numbers=(("year", direction),)))

    assert said[film] == max(said.values())
    assert said["undated"] == pytest.approx(min(said.values()))


def test_critiques_add_up(catalog: Catalog) -> None:
    one, other = Critique(shown=SHOWN, labels=HORROR), Critique(shown=("tears",), numbers=(("year", 1),))

    both = told(catalog, one, other)

    assert both == pytest.approx({film: told(catalog, one)[film] + told(catalog, other)[film] for film in both})


def test_what_left_the_catalog_since_it_was_shown_is_no_matter(catalog: Catalog) -> None:
    known = told(catalog, Critique(shown=SHOWN, labels=HORROR))

    assert told(catalog, Critique(shown=(*SHOWN, "gone"), labels=HORROR)) == known
    assert np.isfinite(list(told(catalog, Critique(shown=("gone",), labels=HORROR)).values())).all()
