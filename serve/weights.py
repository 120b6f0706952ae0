"""`tailored models`: list, pull and verify weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.filesize import decimal
from rich.text import Text

from ..agent.models.errors import HashMismatch, WeightsUnavailable
from ..agent.models.weights import list_models, pull, verify
from .failures import FAILED, report
from .progress import pull_progress

__all__ = ["print_models", "pull_models", "verify_models"]


def print_models(models_dir: Path) -> None:
    # Lines, not a table: they are read at any width, and by programs.
    console = Console(soft_wrap=True)
    for files in list_models(models_dir):
        weights = files.weights
        facts = ", ".join(
            (weights.kind, decimal(weights.size), weights.licence, "here" if files.present else "not here")
        )
        console.print(Text.assemble((weights.name, "bold"), f"  {facts}"))
        console.print(f"  {weights.purpose}", style="dim", highlight=False)
    console.print(f"Here means in {models_dir}; `tailored models pull NAME` brings one.", highlight=False, markup=False)


def pull_models(models_dir: Path, names: Sequence[str]) -> None:
    for name in names:
        folder = pull(name, models_dir, progress=pull_progress())
        Console().print(f"{name}: {folder}", soft_wrap=True, highlight=False)


def verify_models(models_dir: Path, names: Sequence[str]) -> int:
    """The exit status: 1 when a file is missing or not the one the manifest pins."""
    status = 0
    console = Console()
    for name in names or [files.weights.name for files in list_models(models_dir) if files.present]:
        try:
            with console.status(f"hashing {name}"):
                verify(name, models_dir)
        except (HashMismatch, WeightsUnavailable) as error:
            report(error)
            status = FAILED
        else:
            console.print(f"{name}: every file is the one the manifest pins")
    return status
