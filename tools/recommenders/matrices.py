"""Sparse matrices of what goes together, counted from interactions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..interactions import Interactions

__all__ = [
    "ease_fits",
    "ease_weights",
    "followed_by",
    "neighbours_kept",
    "people_by_items",
    "pruned",
    "scaled",
    "together",
]

ROWS_AT_ONCE = 1000
NEIGHBOURS = 1000
CELLS = 40_000_000
"""Of one matrix: 320 MB."""
EASE_REGULARISATION = 200.0
EASE_PEOPLE = 8000
EASE_WORK = 1e11
"""People times items times items: some 10 s."""


def neighbours_kept(n_items: int) -> int:
    """How many neighbours of each item are kept, so that a matrix grows with the catalog and not with its square."""
    return int(np.clip(CELLS // max(n_items, 1), 40, NEIGHBOURS))


def people_by_items(interactions: Interactions, n_items: int) -> Any:
    """1 where a person chose an item, however often."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    ones = np.ones(len(interactions), dtype=np.float32)
    matrix = csr_matrix((ones, (interactions.people, interactions.items)), shape=(interactions.n_people, n_items))
    matrix.data[:] = 1
    return matrix


def together(interactions: Interactions, n_items: int, neighbours: int) -> Any:
    """The cosines between items' columns of people, of the nearest neighbours of each item."""
    from scipy.sparse import diags, vstack

    chosen = people_by_items(interactions, n_items)
    norms = np.sqrt(np.maximum(np.asarray(chosen.sum(axis=0)).ravel(), 1))
    columns = (chosen @ diags((1 / norms).astype(np.float32))).tocsr()
    rows = columns.T.tocsr()
    blocks = (
        pruned((rows[start : start + ROWS_AT_ONCE] @ columns).tocsr(), start, neighbours)
        for start in range(0, n_items, ROWS_AT_ONCE)
    )
    return vstack(list(blocks), format="csr")


def followed_by(interactions: Interactions, n_items: int, window: int, fading: float) -> Any:
    """How often one item came after another, up to `window` choices later, each step counting `fading` times less."""
    from scipy.sparse import csr_matrix

    counts = csr_matrix((n_items, n_items), dtype=np.float32)
    for gap in range(1, window + 1):
        same = interactions.people[:-gap] == interactions.people[gap:]
        before, after = interactions.items[:-gap][same], interactions.items[gap:][same]
        weights = np.full(len(before), fading ** (gap - 1), dtype=np.float32)
        counts = counts + csr_matrix((weights, (before, after)), shape=(n_items, n_items))
    return counts


def scaled(counts: Any, factors: NDArray[np.float64]) -> Any:
    """Rows and columns times the items' factors."""
    from scipy.sparse import diags

    scale = diags(factors.astype(np.float32))
    return (scale @ counts @ scale).tocsr()


def pruned(block: Any, first_row: int, neighbours: int) -> Any:
    """The highest `neighbours` values of each row, without the diagonal; `first_row` is the number of the first."""
    from scipy.sparse import csr_matrix

    counts = np.diff(block.indptr)
    rows = np.repeat(np.arange(block.shape[0]), counts)
    kept = block.indices != rows + first_row
    for row in np.flatnonzero(counts > neighbours):
        inside = slice(block.indptr[row], block.indptr[row + 1])
        values = np.where(kept[inside], block.data[inside], -np.inf)
        kept[inside] = False
        kept[inside.start + np.argpartition(-values, neighbours)[:neighbours]] = True
    indptr = np.concatenate([[0], np.cumsum(np.bincount(rows[kept], minlength=block.shape[0]))])
    return csr_matrix((block.data[kept], block.indices[kept], indptr), shape=block.shape)


def ease_fits(interactions: Interactions, n_items: int) -> bool:
    """Whether there are few enough people and items for EASE."""
    return interactions.n_people <= EASE_PEOPLE and float(interactions.n_people) * n_items**2 <= EASE_WORK


def ease_weights(interactions: Interactions, n_items: int, neighbours: int) -> Any:
    """The strongest weights of EASE in each row.

    It is solved among people instead of items (the push-through identity), which is the same and quick when people
    are few: (X'X + aI)^-1 = (I - X'(XX' + aI)^-1 X) / a.
    """
    from scipy.sparse import vstack

    chosen = people_by_items(interactions, n_items).toarray()
    inner = np.linalg.inv((chosen @ chosen.T).astype(np.float64) + EASE_REGULARISATION * np.eye(len(chosen)))
    solved = inner.astype(np.float32) @ chosen
    diagonal = 1 - np.einsum("ui,ui->i", chosen, solved)
    blocks = []
    for start in range(0, n_items, ROWS_AT_ONCE):
        weights = (chosen[:, start : start + ROWS_AT_ONCE].T @ solved) / diagonal
        blocks.append(_strongest(weights, start, neighbours))
    return vstack(blocks, format="csr")


def _strongest(block: NDArray[np.float32], first_row: int, neighbours: int) -> Any:
    from scipy.sparse import csr_matrix

    rows = np.arange(len(block))
    block[rows, first_row + rows] = 0
    kept = min(neighbours, block.shape[1] - 1)
    columns = np.argpartition(-np.abs(block), kept, axis=1)[:, :kept]  # what speaks against an item counts as well
    indptr = np.arange(len(block) + 1) * kept
    return csr_matrix((np.take_along_axis(block, columns, axis=1).ravel(), columns.ravel(), indptr), shape=block.shape)
