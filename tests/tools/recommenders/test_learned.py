"""Weights are fitted on what was held back, and what was learned is kept beside the catalog."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tailored.tools import Catalog, CatalogIndex
from tailored.tools.errors import CatalogUnavailable
from tailored.tools.interactions import Interactions
from tailored.tools.recommenders import TextTaste
from tailored.tools.recommenders.learned import FOLDER, USUAL, learn, learned
from tailored.tools.recommenders.weighing import hold_back

from ..parts import WordEmbedder, movie_catalog
from .conformance import history


def chains(n_people: int, n_items: int = 60, length: int = 8) -> Interactions:
    """Everybody goes from an item to the next one."""
    starts = np.random.default_rng(0).integers(0, n_items, n_people)
    items = (starts[:, None] + np.arange(length)) % n_items
    return Interactions(
        people=np.repeat(np.arange(n_people), length).astype(np.int32),
        items=items.ravel().astype(np.int32),
        values=np.ones(n_people * length, np.float32),
        times=np.tile(np.arange(length), n_people),
    )


def crowds(n_people: int, n_items: int = 60, length: int = 8) -> Interactions:
    """Half of the people choose among the first items, half among the others, in any order."""
    rng = np.random.default_rng(0)
    items = [rng.permutation(n_items // 2)[:length] + n_items // 2 * (person % 2) for person in range(n_people)]
    return Interactions(
        people=np.repeat(np.arange(n_people), length).astype(np.int32),
        items=np.concatenate(items).astype(np.int32),
        values=np.ones(n_people * length, np.float32),
        times=np.tile(np.arange(length), n_people),
    )


def test_the_last_interaction_of_each_person_is_held_back() -> None:
    interactions = chains(5)
    held_back = hold_back(interactions)

    assert held_back.items == interactions.items[7::8].tolist()
    assert len(held_back.train) == len(interactions) - 5
    assert [len(one) for one in held_back.histories] == [7] * 5


def test_no_more_people_than_asked_are_held_back() -> None:
    assert len(hold_back(chains(30), people=10).items) == 10


def test_where_people_go_through_the_catalog_in_order_what_follows_counts_most() -> None:
    weights = learn(chains(200), 60).weights

    assert max(weights, key=lambda name: weights[name]) == "transition"


def test_where_order_means_nothing_what_follows_counts_less() -> None:
    in_order, in_crowds = learn(chains(200), 60).weights, learn(crowds(200), 60).weights

    assert in_crowds["transition"] < in_order["transition"]
    assert sum(in_crowds.values()) == pytest.approx(sum(USUAL.values()), abs=0.01)


def test_with_few_people_the_usual_weights_hold() -> None:
    assert dict(learn(chains(10), 60).weights) == dict(USUAL)


def test_without_interactions_only_texts_count(tmp_path: Path) -> None:
    index = CatalogIndex.open(movie_catalog(tmp_path), WordEmbedder())

    assert [one.name for one in learn(Interactions.none(), 7, TextTaste(index)).recommenders] == ["taste"]


def test_what_was_learned_is_read_back(tmp_path: Path) -> None:
    catalog = movie_catalog(tmp_path)
    taste = TextTaste(CatalogIndex.open(catalog, WordEmbedder()))
    first = learned(catalog, taste)
    again = learned(catalog, taste)

    assert again.weights == first.weights
    for one, other in zip(first.recommenders, again.recommenders, strict=True):
        assert np.array_equal(one.score("ada", history(0, 3)), other.score("ada", history(0, 3)))


def test_damaged_files_are_named(tmp_path: Path) -> None:
    catalog: Catalog = movie_catalog(tmp_path)
    taste = TextTaste(CatalogIndex.open(catalog, WordEmbedder()))
    learned(catalog, taste)
    (catalog.folder / FOLDER / "weights.json").write_text("no JSON")

    with pytest.raises(CatalogUnavailable, match="learned"):
        learned(catalog, taste)
