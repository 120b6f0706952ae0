"""Writing a catalog's database, row by row: a new one, or a copy of an old one that is brought up to date."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .catalog import DATABASE
from .columns import CellRefused, Columns, convert
from .items import FacetKind, FacetValue, Item
from .sources import Row, RowProblem

__all__ = ["CatalogWriter"]

MAX_ID = 200
MAX_TITLE = 500

SCHEMA = """
CREATE TABLE items
    (position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, title TEXT, text TEXT, facets TEXT, key INTEGER);
CREATE TABLE facets (name TEXT PRIMARY KEY, kind TEXT, n_values INTEGER);
CREATE TABLE prose (name TEXT PRIMARY KEY);
CREATE TABLE facet_values (facet TEXT, value, position INTEGER, PRIMARY KEY (facet, value, position)) WITHOUT ROWID;
"""
# What is written is a new folder that nobody reads before it is whole.
FAST = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"


class _RowRefused(Exception):
    def __init__(self, problem: RowProblem) -> None:
        self.problem = problem


class CatalogWriter:
    """The database of one new catalog. Items get positions in the order they come; one that was there keeps its own."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        [(self._next,)] = db.execute("SELECT coalesce(max(position) + 1, 0) FROM items")
        self._written: set[int] = set()
        self.n_added = 0
        self.n_changed = 0

    @classmethod
    @contextmanager
    def open(cls, folder: Path, old: Path | None = None) -> Iterator[CatalogWriter]:
        """Write into `folder`, beginning with what the catalog in the folder `old` has."""
        if old is not None:
            shutil.copyfile(old / DATABASE, folder / DATABASE)
        db = sqlite3.connect(folder / DATABASE)
        try:
            db.executescript(FAST + ("" if old else SCHEMA))
            yield cls(db)
            db.commit()
        finally:
            db.close()

    @property
    def n_items(self) -> int:
        [(count,)] = self._db.execute("SELECT count(*) FROM items")
        return int(count)

    def fitting(self, columns: Columns) -> Columns:
        """The columns of a source as this catalog knows them: what it has of a facet stays the kind it is."""
        known: dict[str, FacetKind] = dict(self._db.execute("SELECT name, kind FROM facets"))
        prose = {row[0] for row in self._db.execute("SELECT name FROM prose")}
        searched = [name for name in (*columns.prose, *columns.facets) if _is_prose(name, columns, known, prose)]
        facets = {
            name: known.get(name, columns.facets.get(name, "text"))
            for name in (*columns.facets, *columns.prose)
            if name not in searched
        }
        return Columns(id=columns.id, title=columns.title, prose=tuple(searched), facets=facets)

    def add(self, row: Row, columns: Columns) -> RowProblem | None:
        """Write an item, in place of what was there under its id; or say why not."""
        try:
            item = _item(row, columns)
        except _RowRefused as refusal:
            return refusal.problem
        position = self._position(item.id)
        if position in self._written:
            return RowProblem(row=row.number, column=columns.id, reason=f"id {item.id!r} was there before")
        self._write(item, position)
        return None

    def remove(self, ids: Collection[str]) -> NDArray[np.int64]:
        """Leave these items out; what is left is numbered anew. Gives the new positions of the old ones, -1 for gone."""
        before = self._next
        self._db.execute("CREATE TEMP TABLE gone (id TEXT PRIMARY KEY)")
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?)", ((item_id,) for item_id in ids))
        self._db.executescript(
            """
            CREATE TEMP TABLE moved AS SELECT position AS old, row_number() OVER (ORDER BY position) - 1 AS new
                FROM items WHERE id NOT IN (SELECT id FROM gone);
            CREATE UNIQUE INDEX temp.moved_old ON moved (old);
            CREATE TEMP TABLE kept AS SELECT facet, value, new FROM facet_values JOIN moved ON old = position;
            DELETE FROM facet_values;
            INSERT INTO facet_values SELECT facet, value, new FROM kept;
            DELETE FROM items WHERE id IN (SELECT id FROM gone);
            UPDATE items SET position = -1 - (SELECT new FROM moved WHERE old = position);
            UPDATE items SET position = -1 - position;
            """
        )
        moved = np.full(before, -1, np.int64)
        for old, new in self._db.execute("SELECT old, new FROM moved"):
            moved[old] = new
        return moved

    def finish(self, columns: Columns | None = None) -> Mapping[str, FacetKind]:
        """Write down what facets there are, those of `columns` among them."""
        kinds: dict[str, FacetKind] = dict(self._db.execute("SELECT name, kind FROM facets ORDER BY rowid"))
        kinds |= columns.facets if columns else {}
        counts = dict(self._db.execute("SELECT facet, count(DISTINCT value) FROM facet_values GROUP BY facet"))
        for name, kind in kinds.items():
            self._db.execute(
                "INSERT INTO facets VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET n_values = excluded.n_values",
                (name, kind, counts.get(name, 0)),
            )
        prose = columns.prose if columns else ()
        self._db.executemany("INSERT OR IGNORE INTO prose VALUES (?)", ((name,) for name in prose))
        return kinds

    def positions(self) -> Mapping[str, int]:
        return dict(self._db.execute("SELECT id, position FROM items"))

    def _position(self, item_id: str) -> int:
        found = self._db.execute("SELECT position FROM items WHERE id = ?", [item_id]).fetchone()
        return self._next if found is None else int(found[0])

    def _write(self, item: Item, position: int) -> None:
        if position == self._next:
            self._next += 1
            self.n_added += 1
        else:
            self._unindex(position)
            self.n_changed += 1
        self._written.add(position)
        values = (position, item.id, item.title, item.text, json.dumps(dict(item.facets)), _key(item))
        self._db.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?)", values)
        self._db.executemany("INSERT OR IGNORE INTO facet_values VALUES (?, ?, ?)", _index_rows(item.facets, position))

    def _unindex(self, position: int) -> None:
        [(facets,)] = self._db.execute("SELECT facets FROM items WHERE position = ?", [position])
        gone = "DELETE FROM facet_values WHERE facet = ? AND value = ? AND position = ?"
        self._db.executemany(gone, _index_rows(json.loads(facets), position))


def _is_prose(name: str, columns: Columns, known: Mapping[str, FacetKind], prose: Collection[str]) -> bool:
    return name in prose or (name in columns.prose and name not in known)


def _item(row: Row, columns: Columns) -> Item:
    item_id, title = _name(row, columns.id, MAX_ID), _name(row, columns.title, MAX_TITLE)
    values = {name: _cell(row, name, kind) for name, kind in columns.facets.items()}
    text = " ".join(str(_cell(row, name, "text") or "") for name in columns.prose).strip()
    facets = {name: value for name, value in values.items() if value is not None and value != ()}
    return Item(id=item_id, title=title, text=text, facets=facets)


def _cell(row: Row, column: str, kind: FacetKind) -> FacetValue | None:
    try:
        return convert(row.cells.get(column), kind)
    except CellRefused as error:
        raise _RowRefused(RowProblem(row=row.number, column=column, reason=str(error))) from error


def _name(row: Row, column: str, longest: int) -> str:
    name = str(_cell(row, column, "text") or "").removesuffix(".0" if isinstance(row.cells.get(column), float) else "")
    if not name:
        raise _RowRefused(RowProblem(row=row.number, column=column, reason="is missing"))
    if len(name) > longest:
        reason = f"has {len(name)} characters; at most {longest} are allowed"
        raise _RowRefused(RowProblem(row=row.number, column=column, reason=reason))
    return name


def _key(item: Item) -> int:
    """A hash of what is embedded, never 0."""
    return int.from_bytes(blake2b(item.document.encode(), digest_size=8).digest(), "big", signed=True) or 1


def _index_rows(facets: Mapping[str, FacetValue], position: int) -> list[tuple[str, str | float, int]]:
    rows: list[tuple[str, str | float, int]] = []
    for name, value in facets.items():
        for one in value if isinstance(value, tuple | list) else (value,):
            rows.append((name, one.casefold() if isinstance(one, str) else float(one), position))
    return rows
