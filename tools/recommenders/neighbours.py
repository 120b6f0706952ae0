"""From item to item: what goes together with what the user chose.

Three ways to know what goes together, all from other people's interactions:
- item-kNN: chosen by the same people (cosine of the items' columns);
- transition: chosen shortly after (Rendle et al.'s first-order chains, counted over a window with decay);
- EASE: the weights of a linear model from all chosen items to each (Steck, "Embarrassingly Shallow Autoencoders for
  Sparse Data", WWW 2019).
Where people's interest moves only the last few items count, newer ones more; where tastes last, all count the same.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..fusion import Moments, Scores
from ..interactions import Interactions
from .base import Glance, History, Positions, highest
from .matrices import ease_weights, followed_by, neighbours_kept, pruned, scaled, together
from .rows import SparseRows

__all__ = ["ItemToItem"]

WHOLE_HISTORY = 10**9
EXPLAINED = 5
"""The last items of a history that may be given as the reason."""


class ItemToItem:
    """Scores items by `matrix[chosen, item]` summed over the last items the user chose, weighted by recency.

    `last` items count, the newest with weight 1, each older one `decay` times the one after it. Items the user
    disliked are left out.
    """

    def __init__(self, name: str, matrix: SparseRows, *, last: int, decay: float) -> None:
        self.name = name
        self._matrix = matrix
        self._last = last
        self._decay = decay

    @classmethod
    def knn(
        cls,
        interactions: Interactions,
        n_items: int,
        *,
        last: int = 10,
        decay: float = 0.8,
        neighbours: int | None = None,
    ) -> ItemToItem:
        """Item-kNN: cosine between the items' columns of people, of the nearest `neighbours` of each item."""
        matrix = together(interactions, n_items, neighbours or neighbours_kept(n_items))
        return cls("knn", SparseRows(matrix), last=last, decay=decay)

    @classmethod
    def transition(
        cls,
        interactions: Interactions,
        n_items: int,
        *,
        last: int = 5,
        decay: float = 0.8,
        window: int = 20,
        fading: float = 0.9,
        backwards: float = 0.5,
        damping: float = 0.25,
    ) -> ItemToItem:
        """Chosen within the next `window` choices, each step further away counting `fading` times the one before.

        The opposite order counts `backwards` as much; counts are divided by (people of both items) ** `damping`,
        where 0.5 would be the cosine and less leans to popular items.
        """
        counts = followed_by(interactions, n_items, window, fading)
        counts = (counts + backwards * counts.T).tocsr()
        people = np.maximum(np.bincount(interactions.items, minlength=n_items), 1)
        matrix = pruned(scaled(counts, people**-damping), 0, neighbours_kept(n_items))
        return cls("transition", SparseRows(matrix), last=last, decay=decay)

    @classmethod
    def ease(cls, interactions: Interactions, n_items: int, *, neighbours: int | None = None) -> ItemToItem:
        """EASE over the whole history, with the strongest weights of each item."""
        matrix = ease_weights(interactions, n_items, neighbours or neighbours_kept(n_items))
        return cls("ease", SparseRows(matrix), last=WHOLE_HISTORY, decay=1.0)

    def over_all(self, name: str) -> ItemToItem:
        """The same matrix applied to the whole history, old and new alike."""
        return ItemToItem(name, self._matrix, last=WHOLE_HISTORY, decay=1.0)

    @classmethod
    def load(cls, name: str, path: Path) -> ItemToItem:
        """What `save` wrote. Raises OSError, ValueError or KeyError."""
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

        with np.load(path, allow_pickle=False) as parts:
            matrix = csr_matrix((parts["data"], parts["indices"], parts["indptr"]))
            matrix.resize((len(parts["indptr"]) - 1,) * 2)
            return cls(name, SparseRows(matrix), last=int(parts["last"]), decay=float(parts["decay"]))

    def save(self, path: Path) -> None:
        rows = self._matrix
        np.savez(path, data=rows.data, indices=rows.indices, indptr=rows.indptr, last=self._last, decay=self._decay)

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        row = self._matrix.weighted(*self._recent(history))
        scores = np.zeros(self._matrix.size, dtype=np.float32)
        scores[row.columns] = row.values
        return scores

    def glance(self, user_id: str, history: History, *, query: str = "", count: int) -> Glance:
        row = self._matrix.weighted(*self._recent(history))
        if not len(row.columns):
            return Glance.silent()
        moments = Moments.of_sparse(row.values, self._matrix.size)
        return Glance(
            best=row.columns[highest(row.values, count)], at=lambda wanted: moments.standardise(row.at(wanted))
        )

    def support(self, history: History, positions: Positions) -> NDArray[np.float32]:
        kept = np.flatnonzero(history.likings >= 0)[-min(self._last, EXPLAINED) :]
        recent, weights = self._recent(history)
        support = np.zeros((len(positions), len(history)), dtype=np.float32)
        for place, chosen, weight in zip(kept, recent[-EXPLAINED:], weights[-EXPLAINED:], strict=True):
            support[:, place] = weight * self._matrix.row(int(chosen)).at(positions)
        return support

    def _recent(self, history: History) -> tuple[Positions, NDArray[np.float32]]:
        positions = history.positions[history.likings >= 0][-self._last :]
        ages = np.arange(len(positions))[::-1]
        return positions, (self._decay**ages).astype(np.float32)
