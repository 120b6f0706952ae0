"""Recommenders over a catalog; `standard` puts together the ones that the catalog's data allow."""

from __future__ import annotations

from ..interactions import Interactions
from ..search import CatalogIndex
from .base import Explains, Glance, Glances, History, Recommender
from .critiques import Critiques
from .fused import Arm, Fused, Judged
from .learned import learn, learned
from .neighbours import ItemToItem
from .owned import Asked, Owned, Scored, over_http
from .popularity import Popularity
from .text import TextQuery, TextTaste

__all__ = [
    "QUERY_WEIGHT",
    "Arm",
    "Asked",
    "Critiques",
    "Explains",
    "Fused",
    "Glance",
    "Glances",
    "History",
    "ItemToItem",
    "Judged",
    "Owned",
    "Popularity",
    "Recommender",
    "Scored",
    "TextQuery",
    "TextTaste",
    "collaborative",
    "over_http",
    "standard",
]

QUERY_WEIGHT = 3.0
"""What was asked for now counts more than everything known from before."""
CRITIQUE_WEIGHT = 3.0


def collaborative(interactions: Interactions, n_items: int) -> tuple[Arm, ...]:
    """The recommenders learned from interactions, weighed on some that were held back; none when there are none."""
    return learn(interactions, n_items).arms()


def standard(index: CatalogIndex, *others: Arm) -> Fused:
    """Text, critiques and, where the catalog came with interactions, the collaborative recommenders; and `others`.

    What is learned from the interactions is written into the catalog's folder the first time.
    """
    taste = TextTaste(index)
    text = (
        Arm(recommender=TextQuery(index), weight=QUERY_WEIGHT),
        Arm(recommender=Critiques(index.catalog), weight=CRITIQUE_WEIGHT),
    )
    return Fused((*learned(index.catalog, taste).arms(), *text, *others))
