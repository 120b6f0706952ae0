"""Are the recommendations better than the usual baselines?

Leave-last-one-out on a MovieLens folder: each person's last rating is hidden and all other ratings are trained on; the
hidden item is ranked among all items the person has not rated. HR@10 says how often it is among the first ten,
NDCG@10 how high. Our constants were chosen on the people with even numbers, so `odd` is the honest column.

MovieLens people rate in sittings, often down a list, and the order in a sitting is part of what transition learns:
`ours, shuffled within a minute` is the same with the order inside each minute of a person's history made random.

Needs the data (`movies.csv`, `ratings.csv`); no model, no network. Baselines: popularity, EASE (Steck 2019), item-kNN
over the last ten items.
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
from ..tools.fusion import Scores
from ..tools.importing import import_catalog
from ..tools.interactions import Interactions
from ..tools.recommenders import Fused, History, ItemToItem, Popularity, Recommender, collaborative
from .errors import DataMissing
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["Figures", "measure", "run"]

TOP = 10
EASE_REGULARISATION = 200.0
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
    with tempfile.TemporaryDirectory() as folder:
        import_catalog(data, Path(folder))
        catalog = Catalog.open(Path(folder))
        interactions, n_items = catalog.interactions(), len(catalog)
        catalog.close()
    figures = {name: _figures(r, *_split(interactions)) for name, r in _recommenders(interactions, n_items)}
    shuffled = _shuffled_within_minutes(interactions)
    train, hidden = _split(shuffled)
    ours = Fused(collaborative(train, n_items))
    return figures | {"ours, shuffled within a minute": _figures(ours, train, hidden)}


def _recommenders(interactions: Interactions, n_items: int) -> Iterator[tuple[str, Recommender]]:
    train, _ = _split(interactions)
    yield "popularity", Popularity.train(train, n_items)
    yield "EASE", Ease(train, n_items)
    yield "item-kNN, last 10, decay 0.8", ItemToItem.knn(train, n_items, neighbours=n_items)
    yield "transition", ItemToItem.transition(train, n_items)
    yield "ours", Fused(collaborative(train, n_items))


def _split(interactions: Interactions) -> tuple[Interactions, NDArray[np.int32]]:
    last = np.r_[interactions.people[1:] != interactions.people[:-1], True]
    return interactions.only(~last), interactions.items[last]


def _figures(recommender: Recommender, train: Interactions, hidden: NDArray[np.int32]) -> Figures:
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


class Ease:
    """EASE, solved among people instead of items, which is the same and quick when people are few."""

    name = "ease"

    def __init__(self, train: Interactions, n_items: int) -> None:
        rated = np.zeros((train.n_people, n_items), dtype=np.float64)
        rated[train.people, train.items] = 1
        inner = np.linalg.inv(rated @ rated.T + EASE_REGULARISATION * np.eye(len(rated)))
        self._rated, self._inner = rated, inner
        self._diagonal = (1 - np.einsum("ui,uv,vi->i", rated, inner, rated, optimize=True)) / EASE_REGULARISATION

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        chosen = np.zeros(self._rated.shape[1])
        chosen[history.positions] = 1
        solved = (chosen - self._rated.T @ (self._inner @ (self._rated @ chosen))) / EASE_REGULARISATION
        return np.asarray(chosen - solved / self._diagonal, dtype=np.float32)


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
