"""Which column of a source is what: roles by name, kinds of facets by looking at the values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from .items import FacetKind, FacetValue

__all__ = ["Cell", "CellRefused", "Columns", "ColumnsBuilder", "convert", "normalised"]

Cell = object
ColumnKind = FacetKind | Literal["prose"]

ID_NAMES = ("id", "item_id", "itemid", "movie_id", "movieid", "product_id", "asin", "sku")
TITLE_NAMES = ("title", "name", "product_name", "product_title", "item_name")
TEXT_NAMES = ("text", "description", "overview", "summary", "plot", "abstract")
MISSING = ("", "n/a", "null")
FLAGS = {"true": True, "false": False}
NUMBER_SHARE = 0.95
"""A column is a number when at least this share of its values are; the others are reported as problems."""
PROSE_LENGTH = 80
"""Values longer than this on average are text to be searched, not values to filter by."""


class CellRefused(ValueError):
    """A cell does not fit its column; the message is the reason in the import report."""


@dataclass(slots=True)
class _Seen:
    values: int = 0
    flags: int = 0
    numbers: int = 0
    lists: int = 0
    length: int = 0

    def add(self, cell: Cell) -> None:
        self.values += 1
        self.flags += isinstance(cell, bool) or (isinstance(cell, str) and cell.strip().lower() in FLAGS)
        self.numbers += _number(cell) is not None
        self.lists += isinstance(cell, list | tuple) or (isinstance(cell, str) and "|" in cell)
        self.length += len(cell) if isinstance(cell, str) else 0

    @property
    def kind(self) -> ColumnKind:
        if self.lists:
            return "labels"
        if self.flags == self.values:
            return "flag"
        if self.numbers >= NUMBER_SHARE * self.values:
            return "number"
        return "prose" if self.length > PROSE_LENGTH * self.values else "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The roles of a source's columns: `facets` maps each facet's column to its kind; `prose` are searched as text."""

    id: str
    title: str
    prose: tuple[str, ...]
    facets: Mapping[str, FacetKind]


@dataclass(slots=True)
class ColumnsBuilder:
    """Looks at rows one by one and then says what their columns are."""

    seen: dict[str, _Seen] = field(default_factory=dict)

    def add(self, cells: Mapping[str, Cell]) -> None:
        for name, cell in cells.items():
            if not _missing(cell):
                self.seen.setdefault(name, _Seen()).add(cell)

    def build(self) -> Columns | None:
        """The columns, or None when no column can be the id or the title."""
        item_id = _first(ID_NAMES, self.seen)
        title = _first(TITLE_NAMES, self.seen)
        if item_id is None or title is None:
            return None
        kinds = {name: seen.kind for name, seen in self.seen.items() if name not in (item_id, title)}
        prose = tuple(n for n, kind in kinds.items() if n in TEXT_NAMES or kind == "prose")
        facets: dict[str, FacetKind] = {n: k for n, k in kinds.items() if k != "prose" and n not in prose}
        return Columns(id=item_id, title=title, prose=prose, facets=facets)


def normalised(name: str) -> str:
    """A column's name as a facet's: lower case, words joined by underscores."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")


def convert(cell: Cell, kind: FacetKind) -> FacetValue | None:
    """The cell as a value of its facet, or None when it is missing. Raises CellRefused when it does not fit."""
    if _missing(cell):
        return None
    if not _is_unicode(cell):
        raise CellRefused("is not Unicode text (half of a surrogate pair)")
    if isinstance(cell, Mapping):
        raise CellRefused("is an object; only texts, numbers, true/false and lists of texts can be facets")
    return _CONVERTERS[kind](cell)


def _to_number(cell: Cell) -> float:
    number = _number(cell)
    if number is None:
        raise CellRefused("is not a number, although the column's other values are")
    if not math.isfinite(number):
        raise CellRefused("is not a finite number")
    return number


def _to_labels(cell: Cell) -> tuple[str, ...]:
    parts: Iterable[Cell] = cell if isinstance(cell, list | tuple) else str(cell).split("|")
    if any(isinstance(part, list | tuple | Mapping) for part in parts):
        raise CellRefused("is a list of lists or objects; only lists of texts can be facets")
    labels = (" ".join(str(part).split()) for part in parts)
    return tuple(dict.fromkeys(label for label in labels if label))


def _to_flag(cell: Cell) -> bool:
    return cell if isinstance(cell, bool) else FLAGS[str(cell).strip().lower()]


def _to_text(cell: Cell) -> str:
    if isinstance(cell, float) and not math.isfinite(cell):
        raise CellRefused("is not a finite number")
    return " ".join(str(cell).split())


_CONVERTERS: Mapping[FacetKind, Callable[[Cell], FacetValue]] = {
    "number": _to_number,
    "labels": _to_labels,
    "flag": _to_flag,
    "text": _to_text,
}


def _number(cell: Cell) -> float | None:
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    try:
        return float(cell)
    except (ValueError, OverflowError):
        return None


def _is_unicode(cell: Cell) -> bool:
    """JSON can escape half of a surrogate pair, which no file or database takes."""
    try:
        "".join(str(part) for part in (cell if isinstance(cell, list | tuple) else (cell,))).encode()
    except UnicodeEncodeError:
        return False
    return True


def _missing(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)


def _first(names: Iterable[str], seen: Mapping[str, _Seen]) -> str | None:
    return next((name for name in names if name in seen), None)
