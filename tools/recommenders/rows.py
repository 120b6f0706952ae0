"""Rows of a large sparse matrix, added up without scipy's overhead: this is done several times for every list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..fusion import Scores
from .base import Positions

__all__ = ["SparseRow", "SparseRows"]

SPREAD = 4
"""A row is added up in an array as long as the catalog when that is at most so many times the cells to add."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SparseRow:
    """The values that are not 0, by their sorted columns, both of shape (n,)."""

    columns: Positions
    values: Scores

    def at(self, wanted: Positions) -> Scores:
        """The values of some columns, 0 where there is none."""
        if not len(self.columns):
            return np.zeros(len(wanted), np.float32)
        wanted = wanted.astype(self.columns.dtype, copy=False)  # otherwise all columns are converted for the search
        places = np.minimum(np.searchsorted(self.columns, wanted), len(self.columns) - 1)
        return np.where(self.columns[places] == wanted, self.values[places], np.float32(0))


class SparseRows:
    """A square matrix by rows, its columns sorted in each."""

    def __init__(self, matrix: Any) -> None:
        matrix.sort_indices()
        self.indptr: NDArray[Any] = matrix.indptr
        self.indices: NDArray[np.int32] = matrix.indices
        self.data: Scores = matrix.data
        self.size = int(matrix.shape[0])

    def row(self, number: int) -> SparseRow:
        inside = slice(self.indptr[number], self.indptr[number + 1])
        return SparseRow(columns=self.indices[inside], values=self.data[inside])  # type: ignore[arg-type]

    def weighted(self, numbers: Positions, weights: Scores) -> SparseRow:
        """The weighted sum of some rows."""
        rows = [self.row(int(number)) for number in numbers]
        if not rows:
            return SparseRow(columns=np.zeros(0, np.int64), values=np.zeros(0, np.float32))
        if self.size <= SPREAD * sum(len(row.columns) for row in rows):
            return self._spread(rows, weights)
        columns = np.concatenate([row.columns for row in rows])
        values = np.concatenate([weight * row.values for row, weight in zip(rows, weights, strict=True)])
        found, places = np.unique(columns, return_inverse=True)
        return SparseRow(columns=found.astype(np.int64), values=np.bincount(places, weights=values).astype(np.float32))

    def _spread(self, rows: Sequence[SparseRow], weights: Scores) -> SparseRow:
        total = np.zeros(self.size, np.float32)
        for row, weight in zip(rows, weights, strict=True):
            total[row.columns] += weight * row.values  # a column stands in a row only once
        found: Positions = np.flatnonzero(total)
        return SparseRow(columns=found, values=total[found])
