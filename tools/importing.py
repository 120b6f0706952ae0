"""Turning a file of items into a catalog.

The source is read twice, row by row: once to see what its columns are, once to write. Rows that do not fit are left
out and reported; when more than half do not fit, or nothing can be an id or a title, nothing is written at all.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from array import array
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .catalog import CURRENT, DATABASE, INTERACTIONS
from .columns import CellRefused, Columns, ColumnsBuilder, convert
from .errors import CatalogUnavailable, ImportRefused
from .interactions import Interactions
from .items import FacetKind, FacetValue
from .sources import Row, RowProblem, csv_rows, read_rows

__all__ = ["ImportReport", "import_catalog"]

PROBLEMS_KEPT = 1000
MAX_ID = 200
MAX_TITLE = 500
PROGRESS_EVERY = 1000

SCHEMA = """
CREATE TABLE items (position INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, title TEXT, text TEXT, facets TEXT);
CREATE TABLE facets (name TEXT PRIMARY KEY, kind TEXT, n_values INTEGER);
CREATE TABLE facet_values (facet TEXT, value, position INTEGER, PRIMARY KEY (facet, value, position)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did. `problems` holds the first 1,000 of `n_problems` rows or cells that were left out."""

    n_items: int
    n_interactions: int
    facets: Mapping[str, FacetKind]
    problems: tuple[RowProblem, ...]
    n_problems: int


class _RowRefused(Exception):
    def __init__(self, problem: RowProblem) -> None:
        self.problem = problem


@dataclass(slots=True)
class _Problems:
    kept: list[RowProblem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: RowProblem) -> None:
        self.count += 1
        if len(self.kept) < PROBLEMS_KEPT:
            self.kept.append(problem)


def import_catalog(source: Path, into: Path, *, progress: Callable[[int], None] = lambda rows: None) -> ImportReport:
    """Read `source` (.jsonl, .csv, or a MovieLens folder) into a catalog in the folder `into`, replacing what is there.

    `progress` is told how many rows were written so far. Raises ImportRefused, with the old catalog untouched, when
    the source is not fit; CatalogUnavailable when the folder cannot be written.
    """
    columns = _look(source)
    try:
        into.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="catalog-", dir=into))
        try:
            report = _write(source, folder, columns, progress)
            _make_current(into, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except (OSError, sqlite3.Error) as error:
        raise CatalogUnavailable(f"the catalog cannot be written ({error})") from error
    return report


def _look(source: Path) -> Columns:
    builder, n_rows, n_bad, first = ColumnsBuilder(), 0, 0, ""
    for row in read_rows(source):
        n_rows += 1
        if isinstance(row, Row):
            builder.add(row.cells)
        else:
            n_bad += 1
            first = first or str(row)
    _check_share(source, n_bad, n_rows, first)
    columns = builder.build()
    if columns is None:
        raise ImportRefused(
            f"{source.name}: no column for the id or the title among {', '.join(sorted(builder.seen)[:20])}; "
            "name them `id` and `title`"
        )
    return columns


def _check_share(source: Path, n_bad: int, n_rows: int, first: str) -> None:
    if n_rows == 0:
        raise ImportRefused(f"{source.name}: no rows")
    if 2 * n_bad > n_rows:
        raise ImportRefused(f"{source.name}: {n_bad} of {n_rows} rows cannot be used; the first: {first}")


def _write(source: Path, folder: Path, columns: Columns, progress: Callable[[int], None]) -> ImportReport:
    problems = _Problems()
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
        n_items = n_rows = 0
        for row in read_rows(source):
            n_rows += 1
            problem = row if isinstance(row, RowProblem) else _add(db, n_items, row, columns)
            if problem:
                problems.add(problem)
            else:
                n_items += 1
            if n_rows % PROGRESS_EVERY == 0:
                progress(n_rows)
        _check_share(source, problems.count, n_rows, str(next(iter(problems.kept), "")))
        _finish(db, columns)
        n_interactions = _write_interactions(source / "ratings.csv", folder, db, problems)
    _flush(folder / DATABASE)
    progress(n_rows)
    return ImportReport(
        n_items=n_items,
        n_interactions=n_interactions,
        facets=columns.facets,
        problems=tuple(problems.kept),
        n_problems=problems.count,
    )


def _add(db: sqlite3.Connection, position: int, row: Row, columns: Columns) -> RowProblem | None:
    try:
        item_id = _name(row, columns.id, MAX_ID)
        title = _name(row, columns.title, MAX_TITLE)
        values = {name: _cell(row, name, kind) for name, kind in columns.facets.items()}
        text = " ".join(str(_cell(row, name, "text") or "") for name in columns.prose).strip()
    except _RowRefused as refusal:
        return refusal.problem
    facets = {name: value for name, value in values.items() if value is not None and value != ()}
    try:
        db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?)", (position, item_id, title, text, json.dumps(facets)))
    except sqlite3.IntegrityError:
        return RowProblem(row=row.number, column=columns.id, reason=f"id {item_id!r} was there before")
    db.executemany("INSERT OR IGNORE INTO facet_values VALUES (?, ?, ?)", _index_rows(facets, position))
    return None


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


def _index_rows(facets: Mapping[str, FacetValue], position: int) -> list[tuple[str, str | float, int]]:
    rows: list[tuple[str, str | float, int]] = []
    for name, value in facets.items():
        for one in value if isinstance(value, tuple) else (value,):
            rows.append((name, one.casefold() if isinstance(one, str) else float(one), position))
    return rows


def _finish(db: sqlite3.Connection, columns: Columns) -> None:
    for name, kind in columns.facets.items():
        (n_values,) = db.execute("SELECT count(DISTINCT value) FROM facet_values WHERE facet = ?", [name]).fetchone()
        db.execute("INSERT INTO facets VALUES (?, ?, ?)", (name, kind, n_values))
    db.commit()


def _write_interactions(path: Path, folder: Path, db: sqlite3.Connection, problems: _Problems) -> int:
    if not path.is_file():
        return 0
    positions = dict(db.execute("SELECT id, position FROM items"))
    people: dict[str, int] = {}
    codes, items, values, times = array("i"), array("i"), array("f"), array("q")
    for row in csv_rows(path):
        rating = _rating(row, positions)
        if isinstance(rating, RowProblem):
            problems.add(rating)
            continue
        person, position, value, time = rating
        codes.append(people.setdefault(person, len(people)))
        items.append(position)
        values.append(value)
        times.append(time)
    Interactions(
        people=np.array(codes, np.int32),
        items=np.array(items, np.int32),
        values=np.array(values, np.float32),
        times=np.array(times, np.int64),
    ).sorted().save(folder / INTERACTIONS)
    return len(items)


def _rating(row: Row | RowProblem, positions: Mapping[str, int]) -> tuple[str, int, float, int] | RowProblem:
    if isinstance(row, RowProblem):
        return row
    item_id = str(row.cells.get("movieid"))
    if item_id not in positions:
        return RowProblem(row=row.number, column="movieId", reason=f"no item {item_id[:MAX_ID]!r} in the catalog")
    try:
        value, time = float(str(row.cells.get("rating"))), int(str(row.cells.get("timestamp")))
    except ValueError:
        return RowProblem(row=row.number, column="rating", reason="rating or timestamp is not a number")
    if not -(2**63) <= time < 2**63:
        return RowProblem(row=row.number, column="timestamp", reason="timestamp does not fit into 64 bits")
    if not 0 < value <= 5:
        return RowProblem(row=row.number, column="rating", reason=f"rating {value} is not between 0 and 5")
    return str(row.cells.get("userid")), positions[item_id], value, time


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _make_current(into: Path, folder: Path) -> None:
    pointer = into / f"{folder.name}.pointer"
    pointer.write_text(folder.name, "utf-8")
    os.replace(pointer, into / CURRENT)
    for old in into.glob("catalog-*"):
        if old != folder and old.is_dir():
            shutil.rmtree(old, ignore_errors=True)
