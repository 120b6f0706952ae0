"""How much each recommender counts: fitted on interactions that were held back from their training.

Nothing is best everywhere: where people go through a catalog in order, what follows what wins; where tastes last, who
else chose it does. So each catalog's own interactions decide. Of up to a thousand people the last interaction is
hidden; weights are moved one at a time so that the hidden items come higher.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..interactions import Interactions
from .base import History, Recommender
from .fused import glance

__all__ = ["HeldBack", "hold_back", "weigh"]

PEOPLE = 1000
FEWEST_PEOPLE = 50
"""With fewer the weights stay what they are elsewhere."""
SHORTEST = 3
CONSIDERED = 200
"""Items that each recommender puts first; those that none does cannot win."""
STEPS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0)
ROUNDS = 4
NOT_THERE = np.float32(-1e9)

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldBack:
    """Interactions without the last one of some people; `histories` are what these people did before, `items` what
    they chose last."""

    train: Interactions
    histories: Sequence[History]
    items: Sequence[int]


def hold_back(interactions: Interactions, *, people: int = PEOPLE) -> HeldBack:
    """Hide the last interaction of up to `people` people, spread over all who have enough."""
    starts = np.searchsorted(interactions.people, np.arange(interactions.n_people + 1))
    able = np.flatnonzero(np.diff(starts) >= SHORTEST)
    chosen = able[np.linspace(0, len(able) - 1, min(people, len(able))).astype(int)] if len(able) else able
    lasts = starts[chosen + 1] - 1
    kept = np.ones(len(interactions), np.bool_)
    kept[lasts] = False
    histories = [_history(interactions.items[starts[p] : starts[p + 1] - 1]) for p in chosen]
    return HeldBack(
        train=interactions.only(kept),
        histories=histories,
        items=[int(item) for item in interactions.items[lasts]],
    )


def weigh(recommenders: Sequence[Recommender], held_back: HeldBack, usual: Weights) -> Weights:
    """The weights under which the hidden items come highest; the `usual` ones where there are too few people.

    The recommenders must be trained on `held_back.train`. The weights add up to what the usual ones do.
    """
    cases = [
        case
        for history, item in zip(held_back.histories, held_back.items, strict=True)
        if item not in history.positions and (case := _case(recommenders, history, item)) is not None
    ]
    if len(cases) < FEWEST_PEOPLE:
        return usual
    task = _Task.of(cases)
    names = [recommender.name for recommender in recommenders]
    starts = [np.array([usual.get(name, 0.0) for name in names]), *np.eye(len(names))]
    begun = max(starts, key=task.value)
    best = max((task.ascend(start) for start in (starts[0], begun)), key=task.value)
    scale = sum(usual.values()) / best.sum()
    return {name: round(float(weight * scale), 4) for name, weight in zip(names, best, strict=True)}


def _history(items: NDArray[np.int32]) -> History:
    newest_first, at = np.unique(items[::-1], return_index=True)
    positions = newest_first[np.argsort(-at)].astype(np.int64)
    return History(positions=positions, likings=np.ones(len(positions), np.float32))


def _case(recommenders: Sequence[Recommender], history: History, item: int) -> NDArray[np.float32] | None:
    """Scores of the items that come into question, the hidden one first, shape (recommenders, items)."""
    glances = [glance(one, "", history, "", CONSIDERED) for one in recommenders]
    considered = np.unique(np.concatenate([one.best for one in glances]))
    others = considered[~np.isin(considered, history.positions) & (considered != item)]
    positions = np.concatenate([[item], others]).astype(np.int64)
    return np.stack([one.at(positions) for one in glances]) if len(others) else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    """`scores` has shape (recommenders, people, items), the hidden item first, what is not there far below."""

    scores: NDArray[np.float32]

    @classmethod
    def of(cls, cases: Sequence[NDArray[np.float32]]) -> _Task:
        width = max(case.shape[1] for case in cases)
        scores = np.full((cases[0].shape[0], len(cases), width), NOT_THERE)
        for row, case in enumerate(cases):
            scores[:, row, : case.shape[1]] = case
        return cls(scores=scores)

    def value(self, weights: NDArray[np.float64]) -> float:
        """The mean of 1 / log2(rank + 2): like NDCG, but ranks below the tenth still count."""
        return self._value(np.tensordot(weights.astype(np.float32), self.scores, axes=1))

    def ascend(self, start: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move one weight at a time to the best of STEPS for as long as something gets better."""
        weights, best = start.copy(), self.value(start)
        for _ in range(ROUNDS):
            before = best
            for at in range(len(weights)):
                best = self._improve(weights, at, best)
            if best <= before:
                break
        return weights

    def _improve(self, weights: NDArray[np.float64], at: int, best: float) -> float:
        others = weights.copy()
        others[at] = 0
        base = np.tensordot(others.astype(np.float32), self.scores, axes=1)
        for step in STEPS:
            if step == 0 and not others.any():
                continue
            value = self._value(base + np.float32(step) * self.scores[at])
            if value > best + 1e-9:
                best, weights[at] = value, step
        return best

    @staticmethod
    def _value(totals: NDArray[np.float32]) -> float:
        hidden, others = totals[:, :1], totals[:, 1:]
        ranks = (others > hidden).sum(axis=1) + (others == hidden).sum(axis=1) / 2
        return float((1 / np.log2(ranks + 2)).mean())
