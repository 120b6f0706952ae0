from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tailored.evals.recommend import run
from tailored.tools.recommenders import ItemToItem
from tailored.tools.recommenders.matrices import EASE_REGULARISATION

from ..parts import movie_catalog, movielens
from .conformance import history


def test_every_recommender_is_measured(tmp_path: Path) -> None:
    figures = run(movielens(tmp_path))

    assert set(figures) >= {"popularity", "EASE", "transition", "ours"}
    assert all(0 < one.ndcg <= one.hr <= 1 for one in figures.values())


def test_ease_among_people_is_ease_among_items(tmp_path: Path) -> None:
    interactions = movie_catalog(tmp_path).interactions()
    rated = np.zeros((6, 7))
    rated[interactions.people, interactions.items] = 1
    inverse = np.linalg.inv(rated.T @ rated + EASE_REGULARISATION * np.eye(7))
    weights = np.eye(7) - inverse / np.diag(inverse)

    scores = ItemToItem.ease(interactions, 7).score("ada", history(0, 3))

    assert scores == pytest.approx(weights[0] + weights[3], abs=1e-5)
