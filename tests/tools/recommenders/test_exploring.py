"""Slots that explore: other items, with the chance they had."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tailored.tools import CatalogIndex, Picker, Wish
from tailored.tools.recommenders import standard
from tailored.tools.recommenders.exploring import Explorer, off_policy

from ..parts import WordEmbedder, event, movie_catalog

NONE = np.zeros(4)


def explorer() -> Explorer:
    return Explorer(np.random.default_rng(1))


def test_slots_take_different_items() -> None:
    chosen = explorer().choose(NONE, NONE, np.full(4, 0.5), 4)

    assert sorted(one.row for one in chosen) == [0, 1, 2, 3]


def test_equal_items_have_equal_chances_and_the_last_one_left_is_certain() -> None:
    first, *_, last = explorer().choose(NONE, NONE, np.full(4, 0.5), 4)

    assert first.propensity == pytest.approx(0.25, abs=0.05)
    assert last.propensity == 1.0


def test_what_was_picked_often_is_chosen_more_often_than_what_was_not() -> None:
    shown, picked = np.full(4, 40.0), np.array([30.0, 2.0, 2.0, 2.0])
    rows = [explorer().choose(shown, picked, np.full(4, 0.5), 1)[0].row for _ in range(5)]

    assert rows == [0] * 5


def test_more_slots_than_items_take_all_items() -> None:
    assert len(explorer().choose(NONE, NONE, np.full(4, 0.5), 9)) == 4


def test_off_policy_corrects_for_the_chances() -> None:
    # Item a was logged nine times as often as b; the other policy takes both equally.
    rewards, propensities = [1.0] * 9 + [0.0], [0.9] * 9 + [0.1]

    assert off_policy(rewards, propensities, [0.5] * 10).value == pytest.approx(0.5)


def test_off_policy_without_overlap_says_so() -> None:
    with pytest.raises(ValueError, match="log longer"):
        off_policy([1.0], [0.5], [0.0])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> CatalogIndex:
    return CatalogIndex.open(movie_catalog(tmp_path_factory.mktemp("catalog")), WordEmbedder())


def test_the_first_places_of_a_list_stay_and_the_last_one_explores(index: CatalogIndex) -> None:
    plain = Picker(index, standard(index)).pick("ada", [event("1")], Wish(count=3))
    mixed = Picker(index, standard(index), explorer=explorer(), exploring_slots=1).pick(
        "ada", [event("1")], Wish(count=3)
    )

    assert [c.item.id for c in mixed[:2]] == [c.item.id for c in plain[:2]]
    assert len({c.item.id for c in mixed}) == 3
    assert [c.propensity == 1.0 for c in mixed] == [True, True, False]


def test_a_list_of_one_does_not_explore(index: CatalogIndex) -> None:
    picker = Picker(index, standard(index), explorer=explorer(), exploring_slots=2)

    assert picker.pick("ada", [event("1")], Wish(count=1))[0].propensity == 1.0


def test_seen_items_are_never_explored(index: CatalogIndex, tmp_path: Path) -> None:
    picker = Picker(index, standard(index), explorer=explorer(), exploring_slots=2)
    seen = [event(item_id) for item_id in "1237"]

    assert {c.item.id for _ in range(5) for c in picker.pick("ada", seen, Wish(count=3))} <= set("456")


def test_small_chances_are_right() -> None:
    alpha, beta = np.array([1.0, 8.0, 6.0]), np.array([9.0, 2.0, 3.0])
    rng = np.random.default_rng(0)
    draws = rng.beta(alpha, beta, (400_000, 3)).argmax(axis=1)
    chances = [explorer()._chance(alpha, beta, np.ones(3, np.bool_), row) for row in range(3)]

    assert chances == pytest.approx([(draws == row).mean() for row in range(3)], rel=0.1, abs=2e-5)
    assert sum(chances) == pytest.approx(1.0, abs=0.01)
