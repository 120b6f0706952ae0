"""A catalog on disk: items and their facets in SQLite, read-only once it was imported.

Each import writes a new folder beside the old one; `CURRENT` names the one that counts and is replaced in one step,
so that a reader sees the old catalog or the new one and never half of either.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import CatalogNotFound, CatalogUnavailable, UnknownFacet, UnknownItem
from .interactions import Interactions
from .items import Facet, Item

__all__ = ["CURRENT", "DATABASE", "INTERACTIONS", "Catalog", "Mask"]

CURRENT = "CURRENT"
DATABASE = "catalog.sqlite"
INTERACTIONS = "interactions.npz"
BATCH = 500
"""Rows asked for at once: SQLite allows 999 parameters in its oldest supported build."""

Mask = NDArray[np.bool_]


class Catalog:
    """The items of an imported catalog. Positions number them from 0 in the order of the source.

    Safe to use from several threads. Every method raises CatalogUnavailable when the files cannot be read.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._lock = threading.Lock()
        with self._reading() as db:
            self.ids: tuple[str, ...] = tuple(row[0] for row in db.execute("SELECT id FROM items ORDER BY position"))
            rows = db.execute("SELECT name, kind, n_values FROM facets ORDER BY rowid").fetchall()
        self.facets: Mapping[str, Facet] = {n: Facet(name=n, kind=k, n_values=v) for n, k, v in rows}
        self._positions = {item_id: position for position, item_id in enumerate(self.ids)}

    @classmethod
    def open(cls, root: Path) -> Catalog:
        """The catalog last imported into `root`. Raises CatalogNotFound when there is none."""
        current = root / CURRENT
        if not current.is_file():
            raise CatalogNotFound("no catalog in this data folder: import one first (a .jsonl or .csv file of items)")
        folder = root / current.read_text("utf-8").strip()
        try:
            uri = f"{(folder / DATABASE).resolve().as_uri()}?mode=ro"
            return cls(folder, sqlite3.connect(uri, uri=True, check_same_thread=False))
        except sqlite3.Error as error:
            raise CatalogUnavailable(f"the catalog cannot be opened ({error}): import it again") from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._positions

    def position(self, item_id: str) -> int:
        """Where the item stands. Raises UnknownItem."""
        try:
            return self._positions[item_id]
        except KeyError:
            raise UnknownItem(f"the catalog has no item with id {item_id!r}: use an id that a tool returned") from None

    def items(self, positions: Sequence[int]) -> list[Item]:
        """The items at these positions, in this order."""
        found: dict[int, Item] = {}
        with self._reading() as db:
            for start in range(0, len(positions), BATCH):
                part = [int(p) for p in positions[start : start + BATCH]]
                marks = ",".join("?" * len(part))
                query = f"SELECT position, id, title, text, facets FROM items WHERE position IN ({marks})"
                found |= {row[0]: _item(row) for row in db.execute(query, part)}
        return [found[int(p)] for p in positions]

    def __iter__(self) -> Iterator[Item]:
        for start in range(0, len(self), BATCH):
            yield from self.items(range(start, min(start + BATCH, len(self))))

    def facet(self, name: str) -> Facet:
        """The facet of that name. Raises UnknownFacet, which lists those there are."""
        if name not in self.facets:
            known = ", ".join(str(facet) for facet in self.facets.values()) or "none"
            raise UnknownFacet(f"no facet {name[:40]!r}; the catalog's facets are: {known}")
        return self.facets[name]

    def values(self, name: str) -> list[str | float]:
        """The different values of a facet, sorted; texts and labels in lower case, flags as 0 and 1."""
        with self._reading() as db:
            rows = db.execute("SELECT DISTINCT value FROM facet_values WHERE facet = ? ORDER BY value", [name])
            return [row[0] for row in rows]

    def having(self, name: str, value: str | float) -> Mask:
        """Which items have this value (texts in lower case), shape (number of items,)."""
        return self._mask("facet = ? AND value = ?", [name, value])

    def between(self, name: str, low: float, high: float) -> Mask:
        """Which items have a number in [low, high], shape (number of items,)."""
        return self._mask("facet = ? AND value BETWEEN ? AND ?", [name, low, high])

    def interactions(self) -> Interactions:
        """The interactions that came with the source; none when it had none."""
        path = self.folder / INTERACTIONS
        try:
            return Interactions.load(path) if path.is_file() else Interactions.none()
        except (OSError, ValueError, KeyError) as error:
            raise CatalogUnavailable(f"the catalog's interactions cannot be read ({type(error).__name__})") from error

    def _mask(self, where: str, arguments: list[Any]) -> Mask:
        mask = np.zeros(len(self), dtype=np.bool_)
        with self._reading() as db:
            rows = db.execute(f"SELECT position FROM facet_values WHERE {where}", arguments).fetchall()
        mask[[row[0] for row in rows]] = True
        return mask

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except sqlite3.Error as error:
                raise CatalogUnavailable(f"the catalog cannot be read ({error}): import it again") from error


def _item(row: tuple[int, str, str, str, str]) -> Item:
    _, item_id, title, text, facets = row
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(facets).items()}
    return Item(id=item_id, title=title, text=text, facets=values)
