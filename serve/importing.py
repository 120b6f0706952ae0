"""`tailored import`: a catalog from a file, with what was left out and why."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..agent.build import open_embedder
from ..agent.settings import Settings
from ..memory.lock import FolderLock
from ..tools import Catalog, CatalogIndex, ImportReport, import_catalog
from .progress import pull_progress

__all__ = ["import_source"]

PROBLEMS_SHOWN = 10


def import_source(settings: Settings, source: Path) -> int:
    """Import, embed, and say what came of it; the exit status."""
    console = Console()
    embedder = open_embedder(settings, progress=pull_progress())
    folder = settings.data_dir / "catalog"
    with FolderLock(settings.data_dir), console.status("reading") as status:
        report = import_catalog(source, folder, progress=lambda rows: status.update(f"reading: {rows} rows"))
        catalog = Catalog.open(folder)
        CatalogIndex.open(
            catalog, embedder, progress=lambda items: status.update(f"embedding: {items} of {report.n_items} items")
        )
        catalog.close()
    _print(console, report)
    return 0


def _print(console: Console, report: ImportReport) -> None:
    facets = ", ".join(f"{name} ({kind})" for name, kind in report.facets.items())
    console.print(f"{report.n_items} items with {facets or 'no facets'}; {report.n_interactions} interactions.")
    if not report.n_problems:
        return
    table = Table("row", "column", "why it was left out", title=f"{report.n_problems} problems")
    for problem in report.problems[:PROBLEMS_SHOWN]:
        table.add_row(str(problem.row), problem.column, Text(problem.reason))
    console.print(table)
    if report.n_problems > PROBLEMS_SHOWN:
        console.print(f"… and {report.n_problems - PROBLEMS_SHOWN} more.")
