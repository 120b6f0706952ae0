"""Are the recommendations better than the usual baselines?

Leave-last-one-out on a MovieLens folder: each person's last rating is hidden and all other ratings are trained on; the
hidden item is ranked among all items the person has not rated. HR@10 says how often it is among the first ten,
NDCG@10 how high. The recommenders' constants were chosen on the people with even numbers, so `odd` is the honest
column; what each recommender counts is fitted on interactions that are held back from the training part itself.

MovieLens people rate in sittings, often down a list, and the order in a sitting is part of what transition learns:
`ours, shuffled within a minute` is the same with the order inside each minute of a person's history made random.

Needs the data (`movies.csv`, `ratings.csv`); no model, no network. Baselines: popularity, EASE (Steck 2019), item-kNN
over the last ten items; `recommend-elsewhere` has other data and other splits. ALS (implicit 0.7) was tried as an arm: it added nothing to the fused score (weights near 0).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..tools.catalog import Catalog
from ..tools.importing import import_catalog
from ..tools.interactions import Interactions
from ..tools.items import Item
from ..tools.recommenders import Fused, History, ItemToItem, Popularity, Recommender, collaborative
from .errors import DataMissing
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["Figures", "baselines", "figures_of", "interactions_in", "measure", "run", "split_last"]

TOP = 10
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """HR@10 and NDCG@10 over all people, and over those that no constant was chosen on."""

    hr: float
    ndcg: float
    hr_odd: float
    ndcg_odd: float

    def __str__(self) -> str:
        return f"HR@10 {self.hr:.4f} NDCG@10 {self.ndcg:.4f} (odd half {self.hr_odd:.4f} {self.ndcg_odd:.4f})"


def run(data: Path) -> Mapping[str, Figures]:
    """The figures of each recommender on the MovieLens folder `data`."""
    interactions, n_items, _ = interactions_in(data)
    train, hidden = split_last(interactions)
    figures = {name: figures_of(one, train, hidden) for name, one in baselines(train, n_items)}
    figures["ours"] = figures_of(Fused(collaborative(train, n_items)), train, hidden)
    shuffled = _shuffled_within_minutes(interactions)
    train, hidden = split_last(shuffled)
    ours = Fused(collaborative(train, n_items))
    return figures | {"ours, shuffled within a minute": figures_of(ours, train, hidden)}


def interactions_in(data: Path) -> tuple[Interactions, int, list[Item]]:
    """Interactions, number of items, and items of a MovieLens folder."""
    with tempfile.TemporaryDirectory() as folder:
        import_catalog(data, Path(folder))
        catalog = Catalog.open(Path(folder))
        found = catalog.interactions(), len(catalog), list(catalog)
        catalog.close()
    return found


def baselines(train: Interactions, n_items: int) -> Iterator[tuple[str, Recommender]]:
    """Single recommenders, each trained on `train`."""
    yield "popularity", Popularity.train(train, n_items)
    yield "EASE", ItemToItem.ease(train, n_items, neighbours=n_items)
    yield "item-kNN, last 10, decay 0.8", ItemToItem.knn(train, n_items, neighbours=n_items)
    yield "transition", ItemToItem.transition(train, n_items)


def split_last(interactions: Interactions) -> tuple[Interactions, NDArray[np.int32]]:
    """All but the last interaction of each person, and the item of the last one, shape (people,)."""
    last = np.r_[interactions.people[1:] != interactions.people[:-1], True]
    return interactions.only(~last), interactions.items[last]


def figures_of(recommender: Recommender, train: Interactions, hidden: NDArray[np.int32]) -> Figures:
    """How a recommender trained on `train` ranks the hidden item of each person, shape (people,)."""
    ends = np.searchsorted(train.people, np.arange(len(hidden) + 1))
    ranks = np.array(
        [
            _rank(recommender, f"person-{person}", train.items[ends[person] : ends[person + 1]], int(item))
            for person, item in enumerate(hidden)
        ]
    )
    hits = ranks < TOP
    gains = np.where(hits, 1 / np.log2(ranks + 2), 0)
    odd = np.arange(len(ranks)) % 2 == 1
    return Figures(
        hr=float(hits.mean()),
        ndcg=float(gains.mean()),
        hr_odd=float(hits[odd].mean()),
        ndcg_odd=float(gains[odd].mean()),
    )


def _rank(recommender: Recommender, user_id: str, items: NDArray[np.int32], hidden: int) -> float:
    history = History(positions=items.astype(np.int64), likings=np.ones(len(items), np.float32))
    scores = recommender.score(user_id, history).astype(np.float64)
    scores[items] = -np.inf
    better, equal = (scores > scores[hidden]).sum(), (scores == scores[hidden]).sum() - 1
    return float(better + equal / 2)


def _shuffled_within_minutes(interactions: Interactions) -> Interactions:
    chance = np.random.default_rng(SEED).permutation(len(interactions))
    return interactions.only(np.lexsort((chance, interactions.times // 60, interactions.people)))


def measure(settings: Settings, data: Path | None) -> Report:
    """The figures for the MovieLens folder `data`."""
    if data is None or not (data / "ratings.csv").is_file():
        raise DataMissing(f"--data must be a MovieLens folder with movies.csv and ratings.csv; {data} is not")
    found = run(data)
    ours = found["ours"]
    return Report(
        title="the next item of MovieLens users, full ranking",
        figures={name: asdict(figures) for name, figures in found.items()},
        bars=(
            Bar(name="ours, HR@10", value=ours.hr, least=0.125),
            Bar(name="ours, NDCG@10", value=ours.ndcg, least=0.068),
        ),
    )
