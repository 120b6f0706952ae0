"""Recommenders over a catalog; `standard` puts together the ones that the catalog's data allow."""

from __future__ import annotations

from ..interactions import Interactions
from ..search import CatalogIndex
from .base import Explains, History, Recommender
from .critiques import Critiques
from .fused import Arm, Fused
from .neighbours import ItemToItem
from .popularity import Popularity
from .text import TextQuery, TextTaste

__all__ = [
    "QUERY_WEIGHT",
    "Arm",
    "Critiques",
    "Explains",
    "Fused",
    "History",
    "ItemToItem",
    "Popularity",
    "Recommender",
    "TextQuery",
    "TextTaste",
    "collaborative",
    "standard",
]

QUERY_WEIGHT = 3.0
"""What was asked for now counts more than everything known from before."""
TASTE_WEIGHT = 0.3
CRITIQUE_WEIGHT = 3.0


def collaborative(interactions: Interactions, n_items: int) -> tuple[Arm, ...]:
    """The recommenders learned from interactions; none when there are none.

    Weights and constants were chosen on one half of the people of MovieLens latest-small; `evals/recommend.py`
    measures them on the other.
    """
    if not len(interactions):
        return ()
    return (
        Arm(recommender=ItemToItem.transition(interactions, n_items), weight=1.0),
        Arm(recommender=ItemToItem.knn(interactions, n_items), weight=1.0),
        Arm(recommender=Popularity.train(interactions, n_items), weight=0.05),
    )


def standard(index: CatalogIndex) -> Fused:
    """Text, critiques and, where the catalog came with interactions, the collaborative recommenders."""
    text = (
        Arm(recommender=TextQuery(index), weight=QUERY_WEIGHT),
        Arm(recommender=TextTaste(index), weight=TASTE_WEIGHT),
        Arm(recommender=Critiques(index.catalog), weight=CRITIQUE_WEIGHT),
    )
    return Fused((*collaborative(index.catalog.interactions(), len(index.catalog)), *text))
