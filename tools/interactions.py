"""The interactions that came with a catalog: what recommenders are trained on.

People of the source are kept as numbers only: their names or ids never enter the data folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["Interactions"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interactions:
    """Four columns of the same length, sorted by person and then by time (order in the source breaks ties).

    `people` numbers from 0, `items` positions in the catalog, `values` ratings or 1, `times` in seconds since 1970.
    """

    people: NDArray[np.int32]
    items: NDArray[np.int32]
    values: NDArray[np.float32]
    times: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.items)

    @property
    def n_people(self) -> int:
        return int(self.people[-1]) + 1 if len(self) else 0

    def sorted(self) -> Interactions:
        """The same, in the order the class promises."""
        return self.only(np.lexsort((np.arange(len(self)), self.times, self.people)))

    def only(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Interactions:
        """Some of the rows, by mask or by index."""
        return Interactions(
            people=self.people[rows], items=self.items[rows], values=self.values[rows], times=self.times[rows]
        )

    def save(self, path: Path) -> None:
        np.savez_compressed(path, people=self.people, items=self.items, values=self.values, times=self.times)

    @classmethod
    def load(cls, path: Path) -> Interactions:
        with np.load(path, allow_pickle=False) as columns:
            return cls(**{name: columns[name] for name in ("people", "items", "values", "times")})

    @classmethod
    def none(cls) -> Interactions:
        """No interactions at all, for a catalog that came without."""
        return cls(
            people=np.zeros(0, np.int32),
            items=np.zeros(0, np.int32),
            values=np.zeros(0, np.float32),
            times=np.zeros(0, np.int64),
        )
