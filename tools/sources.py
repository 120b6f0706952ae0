"""Reading the rows of a source one by one, in bounded memory: JSONL, CSV, Parquet, or a MovieLens folder.

A row that cannot be read is yielded as a problem, so that it is reported and the rest is still imported.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from .columns import Cell, normalised
from .errors import ImportRefused

__all__ = ["Row", "RowProblem", "read_rows", "read_table"]

MAX_ROW_BYTES = 100_000
PARQUET_BATCH = 1000
"""Rows in memory at once."""
TAGS_PER_ITEM = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that could be read; `number` is its line in the file, from 1."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row that was left out, or the cell that made it so. `column` is empty when the whole row is meant."""

    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"row {self.row}{', ' + self.column if self.column else ''}: {self.reason}"


Rows = Iterator[Row | RowProblem]


def read_rows(source: Path) -> Rows:
    """The rows of a source. Raises ImportRefused when the path is not one of the kinds that can be read."""
    if (source / "movies.csv").is_file():
        return _movielens(source)
    return read_table(source)


def read_table(source: Path) -> Rows:
    """The rows of a file, by what its name ends with. Raises ImportRefused."""
    if not source.is_file():
        raise ImportRefused(f"{source.name}: not a file, nor a folder with movies.csv; pass a .jsonl or .csv file")
    reader = _READERS.get(source.suffix.lower())
    if reader is None:
        raise ImportRefused(f"{source.name}: unknown kind of file {source.suffix!r}; pass one of {', '.join(_READERS)}")
    return reader(source)


def csv_rows(path: Path) -> Rows:
    """The rows of a CSV file with a header; comma, semicolon or tab are recognised."""
    skipped: list[RowProblem] = []
    with path.open("rb") as file:
        lines = _texts(file, skipped)
        header_line = next(lines, "")
        delimiter = max(",;\t", key=header_line.count)
        header = [normalised(name) for name in next(csv.reader([header_line], delimiter=delimiter), [])]
        reader = csv.reader((line for line in lines), delimiter=delimiter)
        while (row := _next_row(reader, header)) is not None:
            yield from skipped
            skipped.clear()
            if isinstance(row, RowProblem) or row.cells:
                yield row
        yield from skipped


def _next_row(reader: Iterator[list[str]], header: list[str]) -> Row | RowProblem | None:
    number = getattr(reader, "line_num", 0) + 2
    try:
        cells = next(reader)
    except StopIteration:
        return None
    except csv.Error as error:
        return RowProblem(row=number, column="", reason=f"is not CSV: {error}")
    if len(cells) > len(header):
        return RowProblem(row=number, column="", reason=f"has {len(cells)} cells under {len(header)} columns")
    return Row(number=number, cells=dict(zip(header, cells, strict=False)))


def _jsonl(path: Path) -> Rows:
    with path.open("rb") as file:
        for number, line in _lines(file):
            if isinstance(line, RowProblem) or line.strip():
                yield line if isinstance(line, RowProblem) else _json_row(number, line)


def _json_row(number: int, line: str) -> Row | RowProblem:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        return RowProblem(row=number, column="", reason=f"is not JSON ({type(error).__name__})")
    if not isinstance(value, dict):
        return RowProblem(row=number, column="", reason="is not a JSON object")
    return Row(number=number, cells={normalised(name): cell for name, cell in value.items()})


def _parquet(path: Path) -> Rows:
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError:
        raise ImportRefused(f"{path.name}: reading Parquet needs pyarrow: pip install 'tailored[parquet]'") from None
    return _parquet_rows(path, parquet)


def _parquet_rows(path: Path, parquet: Any) -> Rows:
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=PARQUET_BATCH):
                for cells in batch.to_pylist():
                    number += 1
                    yield _table_row(number, cells)
    except (OSError, ValueError) as error:  # pyarrow's errors are these
        raise ImportRefused(f"{path.name}: is not Parquet, or damaged after row {number} ({error})") from error


def _table_row(number: int, cells: Mapping[str, Cell]) -> Row | RowProblem:
    if sum(len(cell) for cell in cells.values() if isinstance(cell, str | bytes)) > MAX_ROW_BYTES:
        return RowProblem(row=number, column="", reason=f"is longer than {MAX_ROW_BYTES:,} bytes")
    binary = next((name for name, cell in cells.items() if isinstance(cell, bytes)), None)
    if binary is not None:
        return RowProblem(row=number, column=normalised(binary), reason="is binary data")
    return Row(number=number, cells={normalised(name): cell for name, cell in cells.items()})


def _texts(file: BinaryIO, skipped: list[RowProblem]) -> Iterator[str]:
    for _, line in _lines(file):
        if isinstance(line, str):
            yield line
        else:
            skipped.append(line)
            yield "\n"


def _lines(file: BinaryIO) -> Iterator[tuple[int, str | RowProblem]]:
    number = 0
    while line := file.readline(MAX_ROW_BYTES + 1):
        number += 1
        yield number, _decoded(file, line, number)


def _decoded(file: BinaryIO, line: bytes, number: int) -> str | RowProblem:
    if len(line) > MAX_ROW_BYTES:
        _skip_line(file, line)
        return RowProblem(row=number, column="", reason=f"is longer than {MAX_ROW_BYTES:,} bytes")
    if b"\0" in line:
        return RowProblem(row=number, column="", reason="is binary data")
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        return RowProblem(row=number, column="", reason=f"is not UTF-8 (byte {error.start})")


def _skip_line(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(MAX_ROW_BYTES)


def _movielens(folder: Path) -> Rows:
    tags = _movielens_tags(folder / "tags.csv")
    for row in csv_rows(folder / "movies.csv"):
        yield row if isinstance(row, RowProblem) else _movie(row, tags)


def _movie(row: Row, tags: Mapping[str, Counter[str]]) -> Row:
    title = str(row.cells.get("title", "")).strip()
    year = re.search(r"\((\d{4})\)$", title)
    genres = str(row.cells.get("genres", ""))
    cells: dict[str, Cell] = {
        "id": row.cells.get("movieid"),
        "title": re.sub(r"^(.+?), (The|An?)((?: \([^()]*\))*)$", r"\2 \1\3", title),
        "genres": [] if genres.startswith("(") else genres.split("|"),
        "year": float(year[1]) if year else None,
    }
    if tagged := tags.get(str(cells["id"])):
        cells["tags"] = [tag for tag, _ in tagged.most_common(TAGS_PER_ITEM)]
    return Row(number=row.number, cells=cells)


def _movielens_tags(path: Path) -> dict[str, Counter[str]]:
    tags: dict[str, Counter[str]] = {}
    for row in csv_rows(path) if path.is_file() else ():
        if isinstance(row, Row) and (tag := str(row.cells.get("tag", "")).strip().lower()):
            tags.setdefault(str(row.cells.get("movieid")), Counter())[tag] += 1
    return tags


_READERS: Mapping[str, Callable[[Path], Rows]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".parquet": _parquet,
}
