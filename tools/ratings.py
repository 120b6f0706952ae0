"""Reading who chose what: the interactions that recommenders learn from.

A file has one row for each time somebody chose an item: who, which item and, where known, a rating and when. People
become numbers here; what the source calls them goes nowhere.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from .columns import Cell
from .errors import ImportRefused
from .interactions import Interactions
from .sources import Row, RowProblem, read_table

__all__ = ["read_interactions"]

PERSON_NAMES = ("user", "user_id", "userid", "person", "person_id", "customer_id", "visitorid")
ITEM_NAMES = ("item", "item_id", "itemid", "movie_id", "movieid", "product_id", "asin", "sku", "id")
VALUE_NAMES = ("rating", "value", "score", "stars")
TIME_NAMES = ("timestamp", "time", "date", "created", "created_at")
LONGEST = 200
"""Characters of an id that a report shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    person: str
    item: str
    value: str | None
    time: str | None

    @classmethod
    def of(cls, path: Path, row: Row) -> _Columns:
        person, item = _first(PERSON_NAMES, row), _first(ITEM_NAMES, row)
        if person is None or item is None:
            raise ImportRefused(
                f"{path.name}: no column for the person or the item among {', '.join(sorted(row.cells)[:20])}; "
                "name them `user` and `item`"
            )
        return cls(person=person, item=item, value=_first(VALUE_NAMES, row), time=_first(TIME_NAMES, row))


def read_interactions(path: Path, positions: Mapping[str, int], problem: Callable[[RowProblem], None]) -> Interactions:
    """The interactions of a file (.csv, .jsonl, .parquet) with the items at these positions.

    A row that cannot be used is handed to `problem`. Raises ImportRefused when the columns do not tell who or what.
    """
    people: dict[str, int] = {}
    codes, items, values, times = array("i"), array("i"), array("f"), array("q")
    columns: _Columns | None = None
    for row in read_table(path):
        if isinstance(row, RowProblem):
            problem(row)
            continue
        columns = columns or _Columns.of(path, row)
        event = _event(row, columns, positions)
        if isinstance(event, RowProblem):
            problem(event)
            continue
        person, position, value, time = event
        codes.append(people.setdefault(person, len(people)))
        items.append(position)
        values.append(value)
        times.append(time)
    return Interactions(
        people=np.array(codes, np.int32),
        items=np.array(items, np.int32),
        values=np.array(values, np.float32),
        times=np.array(times, np.int64),
    ).sorted()


def _event(row: Row, columns: _Columns, positions: Mapping[str, int]) -> tuple[str, int, float, int] | RowProblem:
    def refused(column: str, reason: str) -> RowProblem:
        return RowProblem(row=row.number, column=column, reason=reason)

    item_id = _name(row.cells.get(columns.item))
    if item_id not in positions:
        return refused(columns.item, f"no item {item_id[:LONGEST]!r} in the catalog")
    value = _value(row.cells.get(columns.value)) if columns.value else 1.0
    if value is None:
        return refused(columns.value or "", "is not a number above 0")
    time = _time(row.cells.get(columns.time)) if columns.time else 0
    if time is None:
        return refused(columns.time or "", "is neither seconds since 1970 nor a date, or does not fit into 64 bits")
    person = _name(row.cells.get(columns.person))
    return (person, positions[item_id], value, time) if person else refused(columns.person, "is missing")


def _name(cell: Cell) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell if cell is not None else "")


def _value(cell: Cell) -> float | None:
    try:
        value = float(str(cell))
    except ValueError:
        return None
    return value if math.isfinite(value) and value > 0 else None


def _time(cell: Cell) -> int | None:
    if isinstance(cell, datetime):
        return int((cell if cell.tzinfo else cell.replace(tzinfo=UTC)).timestamp())
    text = str(cell).strip()
    try:
        seconds = int(float(text)) if text.replace(".", "", 1).lstrip("-").isdigit() else _seconds(text)
    except (ValueError, OverflowError):
        return None
    return seconds if -(2**63) <= seconds < 2**63 else None


def _seconds(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _first(names: tuple[str, ...], row: Row) -> str | None:
    return next((name for name in names if name in row.cells), None)
