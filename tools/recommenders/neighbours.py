"""From item to item: what goes together with the last things the user chose.

Two ways to know what goes together, both counted from other people's interactions:
- item-kNN: chosen by the same people (cosine of the items' columns);
- transition: chosen shortly after (Rendle et al.'s first-order chains, counted over a window with decay).
Only the last few items count, newer ones more: over the whole history the same matrices do much worse.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..fusion import Scores
from ..interactions import Interactions
from .base import History

__all__ = ["ItemToItem"]

ROWS_AT_ONCE = 1000


class ItemToItem:
    """Scores items by `matrix[chosen, item]` summed over the last items the user chose, weighted by recency.

    `last` items count, the newest with weight 1, each older one `decay` times the one after it. Items the user
    disliked are left out.
    """

    def __init__(self, name: str, matrix: Any, *, last: int, decay: float) -> None:
        self.name = name
        self._matrix = matrix
        self._last = last
        self._decay = decay

    @classmethod
    def knn(
        cls, interactions: Interactions, n_items: int, *, last: int = 10, decay: float = 0.8, neighbours: int = 1000
    ) -> ItemToItem:
        """Item-kNN: cosine between the items' columns of people.

        Only the nearest `neighbours` of each item are kept, so that the matrix grows with the catalog and not with
        its square.
        """
        together = _together(_people_by_items(interactions, n_items), neighbours)
        return cls("knn", together, last=last, decay=decay)

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
        counts = _followed_by(interactions, n_items, window, fading)
        counts = (counts + backwards * counts.T).tocsr()
        people = np.maximum(np.bincount(interactions.items, minlength=n_items), 1)
        return cls("transition", _scaled(counts, people**-damping), last=last, decay=decay)

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        positions, weights = self._recent(history)
        if not len(positions):
            return np.zeros(self._matrix.shape[1], dtype=np.float32)
        return np.asarray(weights @ self._matrix[positions], dtype=np.float32)

    def support(self, history: History, position: int) -> NDArray[np.float32]:
        kept = np.flatnonzero(history.likings >= 0)[-self._last :]
        positions, weights = self._recent(history)
        support = np.zeros(len(history), dtype=np.float32)
        if len(kept):
            support[kept] = weights * self._matrix[positions][:, [position]].toarray().ravel()
        return support

    def _recent(self, history: History) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        positions = history.positions[history.likings >= 0][-self._last :]
        ages = np.arange(len(positions))[::-1]
        return positions, (self._decay**ages).astype(np.float32)


def _people_by_items(interactions: Interactions, n_items: int) -> Any:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    ones = np.ones(len(interactions), dtype=np.float32)
    matrix = csr_matrix((ones, (interactions.people, interactions.items)), shape=(interactions.n_people, n_items))
    matrix.data[:] = 1  # a person counts once for an item, however often they came back
    return matrix


def _together(people_by_items: Any, neighbours: int) -> Any:
    from scipy.sparse import diags, vstack

    norms = np.sqrt(np.maximum(np.asarray(people_by_items.sum(axis=0)).ravel(), 1))
    columns = (people_by_items @ diags((1 / norms).astype(np.float32))).tocsr()
    rows = columns.T.tocsr()
    starts = range(0, rows.shape[0], ROWS_AT_ONCE)
    return vstack(
        [_nearest((rows[s : s + ROWS_AT_ONCE] @ columns).tocsr(), s, neighbours) for s in starts], format="csr"
    )


def _nearest(block: Any, first_row: int, neighbours: int) -> Any:
    from scipy.sparse import csr_matrix

    parts, indptr = [], [0]
    for row in range(block.shape[0]):
        inside = slice(block.indptr[row], block.indptr[row + 1])
        index, value = block.indices[inside], block.data[inside]
        others = index != first_row + row
        index, value = index[others], value[others]
        if len(value) > neighbours:
            best = np.argpartition(-value, neighbours)[:neighbours]
            index, value = index[best], value[best]
        parts.append((index, value))
        indptr.append(indptr[-1] + len(index))
    indices = np.concatenate([index for index, _ in parts])
    data = np.concatenate([value for _, value in parts])
    return csr_matrix((data, indices, indptr), shape=block.shape)


def _followed_by(interactions: Interactions, n_items: int, window: int, fading: float) -> Any:
    from scipy.sparse import csr_matrix

    counts = csr_matrix((n_items, n_items), dtype=np.float32)
    for gap in range(1, window + 1):
        same = interactions.people[:-gap] == interactions.people[gap:]
        before, after = interactions.items[:-gap][same], interactions.items[gap:][same]
        weights = np.full(len(before), fading ** (gap - 1), dtype=np.float32)
        counts = counts + csr_matrix((weights, (before, after)), shape=(n_items, n_items))
    return counts


def _scaled(counts: Any, factors: NDArray[np.float64]) -> Any:
    from scipy.sparse import diags

    scale = diags(factors.astype(np.float32))
    return (scale @ counts @ scale).tocsr()
