"""A catalog on disk: items and their facets in SQLite, read-only once it was imported.

Each import writes a new folder beside the old one; `CURRENT` names the one that counts and is replaced in one step,
so that a reader sees the old catalog or the new one and never half of either. A reader of the old one goes on reading
it, its files being gone from the folder but open: the catalog is closed when its last reader lets go of it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

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

TITLES_READ = 10_000
"""Titles read at once."""

MASKS_KEPT = 256
"""Masks remembered, as bits: 32 MB for a million items."""

ITEMS_KEPT = 20_000
"""Items remembered."""

Mask = NDArray[np.bool_]


class Catalog:
    """The items of an imported catalog. Positions number them from 0 in the order of the source.

    Safe to use from several threads. Every method raises CatalogUnavailable when the files cannot be read.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._lock = threading.Lock()
        self._masks: OrderedDict[tuple[str, str | float], NDArray[np.uint8]] = OrderedDict()
        self._items: dict[int, Item] = {}
        self._columns: dict[str, NDArray[np.float64]] = {}
        weakref.finalize(self, connection.close)
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
        return cls.at(root / current.read_text("utf-8").strip())

    @classmethod
    def at(cls, folder: Path) -> Catalog:
        """The catalog in the folder of one import. Raises CatalogUnavailable."""
        try:
            uri = f"{(folder / DATABASE).resolve().as_uri()}?mode=ro"
            return cls(folder, sqlite3.connect(uri, uri=True, check_same_thread=False))
        except sqlite3.Error as error:
            raise CatalogUnavailable(f"the catalog cannot be opened ({error}): import it again") from error

    @property
    def replaced(self) -> bool:
        """Whether another import has taken its place."""
        return not self.folder.is_dir()

    def close(self) -> None:
        """Close it now, for a caller who knows that nobody else reads it."""
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
        wanted = [int(position) for position in positions]
        found = {position: self._items[position] for position in wanted if position in self._items}
        missing = [position for position in wanted if position not in found]
        with self._reading() as db:
            for start in range(0, len(missing), BATCH):
                part = missing[start : start + BATCH]
                marks = ",".join("?" * len(part))
                query = f"SELECT position, id, title, text, facets FROM items WHERE position IN ({marks})"
                found |= {row[0]: _item(row) for row in db.execute(query, part)}
        if len(self._items) > ITEMS_KEPT:
            self._items = {}
        if len(missing) <= BATCH // 5:  # a few are looked at again, all of them in one go are not
            self._items |= {position: found[position] for position in missing}
        return [found[position] for position in wanted]

    def __iter__(self) -> Iterator[Item]:
        for start in range(0, len(self), BATCH):
            yield from self.items(range(start, min(start + BATCH, len(self))))

    def titles(self) -> Iterator[str]:
        """The titles alone, in order: far sooner read than the items."""
        for start in range(0, len(self), TITLES_READ):
            with self._reading() as db:
                query = "SELECT title FROM items WHERE position >= ? AND position < ? ORDER BY position"
                rows = db.execute(query, [start, start + TITLES_READ]).fetchall()
            yield from (row[0] for row in rows)

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
        bits = self._masks.get((name, value))
        if bits is None:
            bits = self._masks[name, value] = np.packbits(self._scan(name, value))
            while len(self._masks) > MASKS_KEPT:
                self._masks.popitem(last=False)
        return np.unpackbits(bits, count=len(self)).view(np.bool_)

    def between(self, name: str, low: float, high: float) -> Mask:
        """Which items have a number in [low, high], shape (number of items,)."""
        column = self.column(name)
        return np.asarray((column >= low) & (column <= high))

    def column(self, name: str) -> NDArray[np.float64]:
        """The numbers of a facet, NaN where an item has none, shape (number of items,). Not to be written to."""
        if name not in self._columns:
            numbers = np.full(len(self), np.nan)
            with self._reading() as db:
                rows = db.execute("SELECT position, value FROM facet_values WHERE facet = ?", [name]).fetchall()
            numbers[[row[0] for row in rows]] = [row[1] for row in rows]
            self._columns[name] = numbers
        return self._columns[name]

    def keys(self) -> NDArray[np.int64]:
        """A hash of what each item says (`Item.document`), shape (number of items,)."""
        with self._reading() as db:
            rows = db.execute("SELECT key FROM items ORDER BY position")
            return np.fromiter((row[0] for row in rows), np.int64, count=len(self))

    def interactions(self) -> Interactions:
        """The interactions that came with the source; none when it had none."""
        path = self.folder / INTERACTIONS
        try:
            return Interactions.load(path) if path.is_file() else Interactions.none()
        except (OSError, ValueError, KeyError) as error:
            raise CatalogUnavailable(f"the catalog's interactions cannot be read ({type(error).__name__})") from error

    def _scan(self, name: str, value: str | float) -> Mask:
        mask = np.zeros(len(self), dtype=np.bool_)
        with self._reading() as db:
            where = "facet = ? AND value = ?"
            rows = db.execute(f"SELECT position FROM facet_values WHERE {where}", [name, value]).fetchall()
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
