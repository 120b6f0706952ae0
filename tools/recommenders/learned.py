"""What recommenders learn from a catalog's interactions, and keeping it beside the catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..catalog import Catalog
from ..errors import CatalogUnavailable
from ..folders import whole_folder
from ..interactions import Interactions
from .base import Recommender
from .fused import Arm
from .matrices import ease_fits
from .neighbours import ItemToItem
from .popularity import Popularity
from .text import TextTaste
from .weighing import hold_back, weigh

__all__ = ["Learned", "learn", "learned"]

USUAL: Mapping[str, float] = {"transition": 1.0, "knn": 0.7, "company": 0.1, "ease": 0.4, "popularity": 0.05}
"""Weights where a catalog has too few people to tell; chosen on half of the people of MovieLens latest-small."""
TASTE_WEIGHT = 0.3
LEAST_TASTE = 0.1
"""New items have no other recommender than their text, and interactions of old ones cannot tell what they are worth."""
COMPANY = "company"
"""Item-kNN over the whole history."""
WEIGHTS = "weights.json"
FOLDER = "learned-1"
"""Raise the number when what is learned changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Recommenders trained on all interactions, and what each counts."""

    recommenders: tuple[Recommender, ...]
    weights: Mapping[str, float]

    def arms(self) -> tuple[Arm, ...]:
        """Those that count."""
        return tuple(
            Arm(recommender=one, weight=self.weights[one.name]) for one in self.recommenders if self.weights[one.name]
        )


def learn(interactions: Interactions, n_items: int, taste: TextTaste | None = None) -> Learned:
    """Train on the interactions; the weights are fitted with some of them held back. Nothing when there are none."""
    texts = (taste,) if taste else ()
    if not len(interactions):
        return Learned(recommenders=texts, weights={one.name: TASTE_WEIGHT for one in texts})
    held_back = hold_back(interactions)
    usual = dict(USUAL) | {one.name: TASTE_WEIGHT for one in texts}
    weights = weigh((*_trained(held_back.train, n_items), *texts), held_back, usual)
    floors = {one.name: LEAST_TASTE for one in texts}
    return Learned(
        recommenders=(*_trained(interactions, n_items), *texts),
        weights={name: max(weight, floors.get(name, 0.0)) for name, weight in weights.items()},
    )


def learned(catalog: Catalog, taste: TextTaste) -> Learned:
    """What was learned from the catalog's interactions, learning it first when that was not done yet.

    Raises CatalogUnavailable when it cannot be read or written.
    """
    path, interactions = catalog.folder / FOLDER, catalog.interactions()
    if not len(interactions):
        return learn(interactions, len(catalog), taste)
    try:
        if path.is_dir():
            return _load(path, interactions, len(catalog), taste)
        found = learn(interactions, len(catalog), taste)
        with whole_folder(path) as part:
            _save(found, part)
    except (OSError, ValueError, KeyError) as error:
        raise CatalogUnavailable(f"what recommenders learned cannot be read or written ({error})") from error
    return found


def _trained(interactions: Interactions, n_items: int) -> tuple[Recommender, ...]:
    knn = ItemToItem.knn(interactions, n_items)
    return (
        ItemToItem.transition(interactions, n_items),
        knn,
        knn.over_all(COMPANY),
        *([ItemToItem.ease(interactions, n_items)] if ease_fits(interactions, n_items) else []),
        Popularity.train(interactions, n_items),
    )


def _save(found: Learned, folder: Path) -> None:
    for one in found.recommenders:
        if isinstance(one, ItemToItem) and one.name != COMPANY:
            one.save(folder / f"{one.name}.npz")
    (folder / WEIGHTS).write_text(json.dumps(found.weights, indent=2), "utf-8")


def _load(folder: Path, interactions: Interactions, n_items: int, taste: TextTaste) -> Learned:
    knn = ItemToItem.load("knn", folder / "knn.npz")
    ease = folder / "ease.npz"
    return Learned(
        recommenders=(
            ItemToItem.load("transition", folder / "transition.npz"),
            knn,
            knn.over_all(COMPANY),
            *([ItemToItem.load("ease", ease)] if ease.is_file() else []),
            Popularity.train(interactions, n_items),
            taste,
        ),
        weights=json.loads((folder / WEIGHTS).read_text("utf-8")),
    )
