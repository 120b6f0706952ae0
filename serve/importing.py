"""`tailored import` and `tailored catalog`: a catalog from a file, with what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from ..agent.build import open_embedder
from ..agent.settings import Settings
from ..memory import Embedder
from ..memory.lock import FolderLock
from ..tools import Catalog, CatalogIndex, Facet, ImportReport, import_catalog, remove_items, update_catalog
from ..tools.recommenders import standard
from .progress import pull_progress

__all__ = ["import_source", "remove_from_catalog", "show_catalog"]

PROBLEMS_SHOWN = 10
EXAMPLES = 6


def import_source(settings: Settings, source: Path, *, update: bool = False, interactions: Path | None = None) -> int:
    """Import, embed, learn, and say what came of it; the exit status."""
    console = Console()
    embedder = open_embedder(settings, progress=pull_progress())
    folder = settings.data_dir / "catalog"
    bring_in = update_catalog if update else import_catalog
    with FolderLock(settings.data_dir), console.status("reading") as status:
        report = bring_in(
            source, folder, interactions=interactions, progress=lambda rows: status.update(f"reading: {rows} rows")
        )
        _prepare(folder, embedder, status)
    _print(console, report)
    return 0


def remove_from_catalog(settings: Settings, ids: Sequence[str]) -> int:
    """Take items out, and say how many are left; the exit status."""
    console = Console()
    folder = settings.data_dir / "catalog"
    with FolderLock(settings.data_dir):
        left = remove_items(folder, ids)
    console.print(f"{len(set(ids))} items removed; {left} are left.")
    return 0


def show_catalog(settings: Settings) -> int:
    """What the catalog has; the exit status."""
    console = Console()
    with closing(Catalog.open(settings.data_dir / "catalog")) as catalog:
        console.print(
            f"{len(catalog)} items; {len(catalog.interactions())} interactions of {catalog.interactions().n_people} people."
        )
        table = Table("facet", "kind", "values", "for example")
        for facet in catalog.facets.values():
            table.add_row(Text(facet.name), facet.kind, str(facet.n_values), Text(_examples(catalog, facet)))
        console.print(table)
    return 0


def _prepare(folder: Path, embedder: Embedder, status: Status) -> None:
    """What the first list would wait for: the items' vectors, and what recommenders learn."""
    with closing(Catalog.open(folder)) as catalog:
        index = CatalogIndex.open(
            catalog, embedder, progress=lambda items: status.update(f"embedding: {items} of {len(catalog)} items")
        )
        status.update("learning what goes together")
        standard(index)


def _examples(catalog: Catalog, facet: Facet) -> str:
    values = catalog.values(facet.name)
    if facet.kind == "number":
        return f"{values[0]:g} to {values[-1]:g}" if values else ""
    if facet.kind == "flag":
        return "true, false"
    return ", ".join(str(value) for value in values[:EXAMPLES])


def _print(console: Console, report: ImportReport) -> None:
    facets = ", ".join(f"{name} ({kind})" for name, kind in report.facets.items())
    console.print(f"{report.n_items} items with {facets or 'no facets'}; {report.n_interactions} interactions.")
    if report.n_changed or report.n_added < report.n_items:
        console.print(f"{report.n_added} added, {report.n_changed} changed.")
    if not report.n_problems:
        return
    table = Table("row", "column", "why it was left out", title=f"{report.n_problems} problems")
    for problem in report.problems[:PROBLEMS_SHOWN]:
        table.add_row(str(problem.row), problem.column, Text(problem.reason))
    console.print(table)
    if report.n_problems > PROBLEMS_SHOWN:
        console.print(f"… and {report.n_problems - PROBLEMS_SHOWN} more.")
