from __future__ import annotations

import numpy as np
import pytest

from tailored.tools import Catalog, CatalogIndex
from tailored.tools.errors import RecommenderFailed
from tailored.tools.fusion import Scores
from tailored.tools.recommenders import (
    Arm,
    Critiques,
    Fused,
    History,
    ItemToItem,
    Popularity,
    Recommender,
    TextQuery,
    TextTaste,
    standard,
)

from ..parts import WordEmbedder, event, movie_catalog
from .conformance import GlanceTests, RecommenderTests, history


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return movie_catalog(tmp_path_factory.mktemp("catalog"))


@pytest.fixture(scope="module")
def index(catalog: Catalog) -> CatalogIndex:
    return CatalogIndex.open(catalog, WordEmbedder())


class TestPopularity(GlanceTests):
    @pytest.fixture
    def recommender(self, catalog: Catalog) -> Recommender:
        return Popularity.train(catalog.interactions(), len(catalog))

    def test_the_item_everybody_chose_is_first(self, recommender: Recommender) -> None:
        assert np.argmax(recommender.score("ada", history())) == 5


class TestKnn(GlanceTests):
    @pytest.fixture
    def recommender(self, catalog: Catalog) -> Recommender:
        return ItemToItem.knn(catalog.interactions(), len(catalog))

    def test_items_chosen_by_the_same_people_are_first(self, recommender: Recommender) -> None:
        assert set(np.argsort(-recommender.score("ada", history(0)))[:2].tolist()) == {1, 2}

    def test_disliked_items_do_not_count(self, recommender: Recommender) -> None:
        assert not recommender.score("ada", history(0, liking=-1.0)).any()

    def test_newer_items_count_more(self, recommender: Recommender) -> None:
        scores = recommender.score("ada", history(0, 3))

        assert scores[4] > scores[1]

    def test_only_the_nearest_neighbours_are_kept(self, catalog: Catalog) -> None:
        narrow = ItemToItem.knn(catalog.interactions(), len(catalog), neighbours=1)

        assert np.count_nonzero(narrow.score("ada", history(0))) == 1


class TestTransition(GlanceTests):
    @pytest.fixture
    def recommender(self, catalog: Catalog) -> Recommender:
        return ItemToItem.transition(catalog.interactions(), len(catalog))

    def test_what_usually_follows_is_first(self, recommender: Recommender) -> None:
        assert np.argmax(recommender.score("ada", history(3))) == 4

    def test_following_counts_more_than_coming_before(self, recommender: Recommender) -> None:
        scores = recommender.score("ada", history(1))

        assert scores[2] > scores[0]


class TestEase(GlanceTests):
    @pytest.fixture
    def recommender(self, catalog: Catalog) -> Recommender:
        return ItemToItem.ease(catalog.interactions(), len(catalog))

    def test_items_chosen_by_the_same_people_are_first(self, recommender: Recommender) -> None:
        assert set(np.argsort(-recommender.score("ada", history(0)))[:2].tolist()) == {1, 2}


class TestTextTaste(GlanceTests):
    @pytest.fixture
    def recommender(self, index: CatalogIndex) -> Recommender:
        return TextTaste(index)

    def test_like_the_liked_and_unlike_the_disliked(self, recommender: Recommender) -> None:
        past = History(positions=np.array([0, 3]), likings=np.array([1, -1], dtype=np.float32))
        scores = recommender.score("ada", past)

        assert scores[2] > scores[5] > scores[4]


class TestTextQuery(GlanceTests):
    @pytest.fixture
    def recommender(self, index: CatalogIndex) -> Recommender:
        return TextQuery(index)

    def test_says_nothing_without_a_query(self, recommender: Recommender) -> None:
        assert not recommender.score("ada", history(0)).any()


class TestCritiques(RecommenderTests):
    @pytest.fixture
    def recommender(self, catalog: Catalog) -> Recommender:
        return Critiques(catalog)

    def test_items_with_a_refused_aspect_go_down(self, recommender: Recommender, catalog: Catalog) -> None:
        past = History.of(catalog, [event("6", "rejected", reason="Horror")])

        assert recommender.score("ada", past).tolist() == [-1, -1, -1, 0, 0, 0, 0]


class TestStandard(RecommenderTests):
    @pytest.fixture
    def recommender(self, index: CatalogIndex) -> Recommender:
        return standard(index)

    def test_a_query_outweighs_the_history(self, recommender: Recommender) -> None:
        assert np.argmax(recommender.score("ada", history(3, 4), query="horror")) in (0, 1, 2)

    def test_parts_add_up_to_the_score(self, index: CatalogIndex) -> None:
        fused = standard(index)
        parts = fused.parts("ada", history(0), query="comedy")

        assert np.allclose(np.sum(list(parts.values()), axis=0), fused.score("ada", history(0), query="comedy"))


def test_fused_needs_an_arm() -> None:
    with pytest.raises(ValueError, match="no arms"):
        Fused([])


class Failing:
    name = "theirs"

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        raise RecommenderFailed("theirs: no answer")


def test_a_recommender_that_fails_is_left_out_and_named(catalog: Catalog) -> None:
    popular = Arm(recommender=Popularity.train(catalog.interactions(), len(catalog)), weight=1.0)
    every = np.ones(len(catalog), np.bool_)
    alone = Fused([popular]).judge("ada", history(), every)
    judged = Fused([popular, Arm(recommender=Failing(), weight=5.0)]).judge("ada", history(), every)

    assert judged.missing == ("theirs: no answer",)
    assert np.array_equal(judged.scores, alone.scores)


def test_when_every_recommender_fails_all_items_are_equal(catalog: Catalog) -> None:
    judged = Fused([Arm(recommender=Failing(), weight=1.0)]).judge("ada", history(), np.ones(len(catalog), np.bool_))

    assert judged.scores.tolist() == [0.0] * len(catalog)


def test_a_large_catalog_gives_the_same_best_items(index: CatalogIndex) -> None:
    allowed = np.array([False, True, True, True, True, True, True])
    arms = [Arm(recommender=TextTaste(index), weight=1.0), Arm(recommender=TextQuery(index), weight=3.0)]
    whole = Fused(arms).judge("ada", history(0), allowed, query="comedy")
    large = Fused(arms, large=1).judge("ada", history(0), allowed, query="comedy")

    assert not {0} & set(large.positions.tolist())
    assert large.positions[large.scores.argmax()] == whole.positions[whole.scores.argmax()]


def test_an_arm_with_nothing_to_say_changes_nothing(catalog: Catalog) -> None:
    popular = Popularity.train(catalog.interactions(), len(catalog))
    silent = Critiques(catalog)
    alone = Fused([Arm(recommender=popular, weight=1.0)])
    both = Fused([Arm(recommender=popular, weight=1.0), Arm(recommender=silent, weight=9.0)])

    assert np.array_equal(alone.score("ada", history()), both.score("ada", history()))


class TestHistory:
    def test_oldest_first_and_a_repeated_item_stands_last(self, catalog: Catalog) -> None:
        past = History.of(catalog, [event("4", day=2), event("1", day=3), event("1", day=0), event("6", day=1)])

        assert past.positions.tolist() == [5, 3, 0]

    def test_shown_items_and_items_that_left_the_catalog_are_no_part(self, catalog: Catalog) -> None:
        assert len(History.of(catalog, [event("1", "shown"), event("gone")])) == 0

    @pytest.mark.parametrize(("value", "liked"), [(5.0, True), (3.0, True), (2.5, False), (0.5, False)])
    def test_ratings_above_the_middle_are_likings(self, catalog: Catalog, value: float, liked: bool) -> None:
        past = History.of(catalog, [event("1", "rated", value=value)])

        assert (len(past.liked) == 1) is liked
