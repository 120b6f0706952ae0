"""Turning a file of items into a catalog, and bringing a catalog up to date.

The source is read twice, row by row: once to see what its columns are, once to write. Rows that do not fit are left
out and reported; when more than half do not fit, or nothing can be an id or a title, nothing is written at all.
Whatever changes a catalog writes a new one beside it and then takes its place; vectors of items that say what they
said before are taken over.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .catalog import CURRENT, DATABASE, INTERACTIONS, Catalog
from .columns import Columns, ColumnsBuilder
from .errors import CatalogUnavailable, ImportRefused, UnknownItem
from .interactions import Interactions
from .items import FacetKind
from .ratings import read_interactions
from .sources import Row, RowProblem, read_rows
from .vectors import carry_vectors
from .writing import CatalogWriter

__all__ = ["ImportReport", "import_catalog", "remove_items", "update_catalog"]

PROBLEMS_KEPT = 1000
PROGRESS_EVERY = 1000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did; `n_items` and `n_interactions` are there now.

    `problems` holds the first 1,000 of `n_problems` rows or cells that were left out.
    """

    n_items: int
    n_added: int
    n_changed: int
    n_interactions: int
    facets: Mapping[str, FacetKind]
    problems: tuple[RowProblem, ...]
    n_problems: int


@dataclass(slots=True)
class _Problems:
    kept: list[RowProblem] = field(default_factory=list)
    count: int = 0

    def add(self, problem: RowProblem) -> None:
        self.count += 1
        if len(self.kept) < PROBLEMS_KEPT:
            self.kept.append(problem)


def import_catalog(
    source: Path, into: Path, *, interactions: Path | None = None, progress: Progress = lambda rows: None
) -> ImportReport:
    """Read `source` (.jsonl, .csv, .parquet, or a MovieLens folder) into a catalog in the folder `into`, replacing
    what is there.

    `interactions` is a file of who chose what, a MovieLens folder's ratings when not given. `progress` is told how
    many rows were written so far. Raises ImportRefused, with the old catalog untouched, when the source is not fit;
    CatalogUnavailable when the folder cannot be written.
    """
    columns = _look(source)
    with _new_version(into) as (_, folder), CatalogWriter.open(folder) as writer:
        return _write(writer, folder, source, columns, interactions or _ratings_of(source), progress)


def update_catalog(
    source: Path, into: Path, *, interactions: Path | None = None, progress: Progress = lambda rows: None
) -> ImportReport:
    """Add the items of `source` to the catalog in `into`; one whose id is there already takes the old one's place.

    Facets keep their kinds. `interactions` replace those there were, which stay when there is no new file. Raises as
    `import_catalog` does, and CatalogNotFound.
    """
    columns = _look(source)
    with _new_version(into, needs_old=True) as (old, folder), CatalogWriter.open(folder, old) as writer:
        if interactions is None and old is not None and (old / INTERACTIONS).is_file():
            shutil.copyfile(old / INTERACTIONS, folder / INTERACTIONS)
        return _write(writer, folder, source, writer.fitting(columns), interactions, progress)


def remove_items(into: Path, ids: Collection[str]) -> int:
    """Take items out of the catalog in `into`; says how many are left.

    Raises UnknownItem, naming those that are not in it, and ImportRefused when nothing would be left; the catalog is
    then as it was. Raises CatalogNotFound, CatalogUnavailable.
    """
    with _new_version(into, needs_old=True) as (old, folder), CatalogWriter.open(folder, old) as writer:
        known = writer.positions()
        if unknown := [item_id for item_id in ids if item_id not in known]:
            raise UnknownItem(
                f"the catalog has no item with id {', '.join(map(repr, unknown[:5]))}: nothing was removed"
            )
        moved = writer.remove(ids)
        if writer.n_items == 0:
            raise ImportRefused("no item would be left: import another catalog instead")
        writer.finish()
        if old is not None and (old / INTERACTIONS).is_file():
            _moved(Interactions.load(old / INTERACTIONS), moved).save(folder / INTERACTIONS)
        return writer.n_items


def _moved(interactions: Interactions, moved: np.ndarray) -> Interactions:
    kept = interactions.only(moved[interactions.items] >= 0)
    people = np.unique(kept.people, return_inverse=True)[1]
    return Interactions(
        people=people.astype(np.int32),
        items=moved[kept.items].astype(np.int32),
        values=kept.values,
        times=kept.times,
    )


@contextmanager
def _new_version(into: Path, *, needs_old: bool = False) -> Iterator[tuple[Path | None, Path]]:
    """The folder of the catalog there is, if any, and an empty one; it becomes the catalog when all went well."""
    old = None
    if needs_old or (into / CURRENT).is_file():
        old = _current(into)
    try:
        into.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="catalog-", dir=into))
        try:
            yield old, folder
            _take_over(old, folder)
            _flush(folder / DATABASE)
            _make_current(into, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    except (OSError, sqlite3.Error) as error:
        raise CatalogUnavailable(f"the catalog cannot be written ({error})") from error


def _current(into: Path) -> Path:
    catalog = Catalog.open(into)
    catalog.close()
    return catalog.folder


def _take_over(old: Path | None, folder: Path) -> None:
    if old is not None and old.is_dir():
        catalog = Catalog.at(folder)
        carry_vectors(old, folder, catalog.keys())
        catalog.close()


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


def _write(
    writer: CatalogWriter, folder: Path, source: Path, columns: Columns, ratings: Path | None, progress: Progress
) -> ImportReport:
    problems, n_rows = _Problems(), 0
    for n_rows, row in enumerate(read_rows(source), start=1):
        problem = row if isinstance(row, RowProblem) else writer.add(row, columns)
        if problem:
            problems.add(problem)
        if n_rows % PROGRESS_EVERY == 0:
            progress(n_rows)
    _check_share(source, problems.count, n_rows, str(next(iter(problems.kept), "")))
    facets = writer.finish(columns)
    if ratings is not None:
        read_interactions(ratings, writer.positions(), problems.add).save(folder / INTERACTIONS)
    progress(n_rows)
    path = folder / INTERACTIONS
    return ImportReport(
        n_items=writer.n_items,
        n_added=writer.n_added,
        n_changed=writer.n_changed,
        n_interactions=len(Interactions.load(path)) if path.is_file() else 0,
        facets=facets,
        problems=tuple(problems.kept),
        n_problems=problems.count,
    )


def _ratings_of(source: Path) -> Path | None:
    ratings = source / "ratings.csv"
    return ratings if ratings.is_file() else None


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
