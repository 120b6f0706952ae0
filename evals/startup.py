"""How long the package and the command keep people waiting before they do anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import perf_counter

from ..agent.settings import Settings
from .report import Bar, Report

__all__ = ["measure"]

RUNS = 7


def measure(settings: Settings, data: Path | None) -> Report:
    """Medians of fresh processes; the interpreter's own start is counted in for the command, not for the import."""
    bare = _seconds("-c", "pass")
    imported = _seconds("-c", "import tailored") - bare
    helped = _seconds("-m", "tailored.main", "--help")
    return Report(
        title="start",
        figures={"python -c pass, s": bare},
        bars=(
            Bar(name="import tailored", value=imported, most=0.3, unit="s"),
            Bar(name="tailored --help", value=helped, most=0.5, unit="s"),
        ),
    )


def _seconds(*arguments: str) -> float:
    times = []
    for _ in range(RUNS):
        started = perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        times.append(perf_counter() - started)
    return sorted(times)[RUNS // 2]
