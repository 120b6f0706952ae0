"""Finding near vectors among many without looking at all of them.

The vectors are divided into cells around centres (k-means); a search looks at the cells nearest to it. What it must
know of all of them, mean and spread of their cosines with a vector, follows from their mean and covariance exactly.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..memory.embedders.base import Vectors
from .errors import CatalogUnavailable
from .folders import whole_file
from .fusion import Moments

if TYPE_CHECKING:
    Positions = NDArray[np.int64]

__all__ = ["FEWEST", "Cells", "products"]

FEWEST = 5000
"""Fewer vectors are scanned: that takes a millisecond."""
SAMPLE_PER_CELL = 40
ROUNDS = 8
ROWS_AT_ONCE = 50_000
LOOKED_AT = 5
"""Vectors that are compared for each that is wanted."""
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """`centres` has shape (cells, dimension); `order` lists the positions cell by cell, those of cell c from
    `starts[c]` to `starts[c + 1]`; `mean` and `covariance` are of all vectors."""

    centres: Vectors
    order: NDArray[np.int32]
    starts: NDArray[np.int64]
    mean: Vectors
    covariance: Vectors

    @classmethod
    def open(cls, path: Path, vectors: Vectors) -> Cells:
        """Those in the file, made and written when it is not there. Raises CatalogUnavailable."""
        try:
            if not path.is_file():
                cls.of(vectors).save(path)
            with np.load(path, allow_pickle=False) as parts:
                return cls(**{name: parts[name] for name in cls.__slots__})
        except (OSError, ValueError, KeyError) as error:
            raise CatalogUnavailable(f"the catalog's vectors cannot be read or written ({error})") from error

    @classmethod
    def of(cls, vectors: Vectors) -> Cells:
        centres = _centres(vectors)
        cell_of = np.concatenate([_nearest(part, centres) for part in _blocks(vectors)])
        mean = np.sum([part.sum(axis=0) for part in _blocks(vectors)], axis=0) / len(vectors)
        squares = np.sum([part.T @ part for part in _blocks(vectors)], axis=0) / len(vectors)
        return cls(
            centres=centres,
            order=np.argsort(cell_of, kind="stable").astype(np.int32),
            starts=np.concatenate([[0], np.cumsum(np.bincount(cell_of, minlength=len(centres)))]),
            mean=mean.astype(np.float32),
            covariance=(squares - np.outer(mean, mean)).astype(np.float32),
        )

    def save(self, path: Path) -> None:
        with whole_file(path) as file:
            np.savez(file, **{name: getattr(self, name) for name in self.__slots__})

    def near(self, vector: Vectors, vectors: Vectors, count: int) -> Positions:
        """About the `count` positions whose vectors are nearest, in any order."""
        nearest = np.argsort(-products(self.centres, vector))
        enough = int(np.searchsorted(np.cumsum(np.diff(self.starts)[nearest]), LOOKED_AT * count)) + 1
        looked_at = np.concatenate([self.order[self.starts[c] : self.starts[c + 1]] for c in nearest[:enough]])
        if len(looked_at) <= count:
            return looked_at.astype(np.int64)
        cosines = products(vectors[looked_at], vector)
        return looked_at[np.argpartition(-cosines, count)[:count]].astype(np.int64)

    def moments(self, vector: Vectors) -> Moments:
        """Mean and deviation of the products of all vectors with this one."""
        spread = float(products(self.covariance, vector) @ vector)
        return Moments(mean=float(self.mean @ vector), deviation=max(spread, 0.0) ** 0.5)


def products(vectors: Vectors, vector: Vectors) -> Vectors:
    """`vectors @ vector` for a few thousand of them, in this thread: BLAS divides even this among all cores and then
    waits for the slowest, which on a busy machine takes ten times as long."""
    return np.asarray(np.einsum("ij,j->i", vectors, vector))


def _centres(vectors: Vectors) -> Vectors:
    from scipy.cluster.vq import kmeans2  # type: ignore[import-untyped]

    rng = np.random.default_rng(SEED)
    n_cells = int(len(vectors) ** 0.5)
    sample = np.sort(rng.choice(len(vectors), min(len(vectors), SAMPLE_PER_CELL * n_cells), replace=False))
    points = np.asarray(vectors[sample])
    start = points[rng.choice(len(points), n_cells, replace=False)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # an empty cell does no harm
        centres, _ = kmeans2(points, start, iter=ROUNDS, minit="matrix", missing="warn")
    return np.asarray(centres, np.float32)


def _nearest(part: Vectors, centres: Vectors) -> NDArray[np.int64]:
    return np.asarray(np.argmax(part @ centres.T - (centres**2).sum(axis=1) / 2, axis=1))


def _blocks(vectors: Vectors) -> list[Vectors]:
    return [vectors[start : start + ROWS_AT_ONCE] for start in range(0, len(vectors), ROWS_AT_ONCE)]
