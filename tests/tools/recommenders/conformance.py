"""What every recommender promises. Subclass with a `recommender` fixture over the catalog of `parts.movie_catalog`."""

from __future__ import annotations

import numpy as np
import pytest

from tailored.tools.fusion import standardised
from tailored.tools.recommenders import Glances, History, Recommender

N_ITEMS = 7


def history(*positions: int, liking: float = 1.0) -> History:
    return History(
        positions=np.array(positions, dtype=np.int64), likings=np.full(len(positions), liking, dtype=np.float32)
    )


HISTORIES = [history(), history(0), history(0, 1, 2, 3, 4, 5, 6), history(3, liking=-1.0), history(6)]


class RecommenderTests:
    @pytest.mark.parametrize("past", HISTORIES, ids=len)
    @pytest.mark.parametrize("query", ["", "scary space film", "?!", "x" * 10_000])
    def test_scores_are_one_finite_number_for_each_item(
        self, recommender: Recommender, past: History, query: str
    ) -> None:
        scores = recommender.score("ada", past, query=query)

        assert scores.shape == (N_ITEMS,)
        assert scores.dtype == np.float32
        assert np.isfinite(scores).all()

    def test_same_arguments_same_scores(self, recommender: Recommender) -> None:
        first = recommender.score("ada", history(0, 3), query="comedy")
        recommender.score("bob", history(5), query="horror")

        assert np.array_equal(recommender.score("ada", history(0, 3), query="comedy"), first)

    def test_scores_belong_to_the_caller(self, recommender: Recommender) -> None:
        first = recommender.score("ada", history(0), query="comedy")
        kept = first.copy()
        first += 100

        assert np.array_equal(recommender.score("ada", history(0), query="comedy"), kept)


class GlanceTests(RecommenderTests):
    """For a recommender that is also quick in a large catalog: what it says of some items is what it says of all."""

    @pytest.mark.parametrize("past", HISTORIES, ids=len)
    @pytest.mark.parametrize("query", ["", "scary space film"])
    def test_a_glance_agrees_with_the_whole(self, recommender: Recommender, past: History, query: str) -> None:
        assert isinstance(recommender, Glances)
        glance = recommender.glance("ada", past, query=query, count=3)
        wanted = np.array([5, 0, 2])

        assert glance.at(wanted) == pytest.approx(
            standardised(recommender.score("ada", past, query=query))[wanted], abs=1e-3
        )

    def test_the_best_is_among_those_that_are_named(self, recommender: Recommender) -> None:
        assert isinstance(recommender, Glances)
        scores = recommender.score("ada", history(0), query="horror")
        glance = recommender.glance("ada", history(0), query="horror", count=3)

        assert int(np.argmax(scores)) in glance.best.tolist()
