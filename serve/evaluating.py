"""`tailored eval`: benchmarks by name, as a table or as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from ..agent.settings import Settings
from ..evals import CLAIMS, run_claim

__all__ = ["evaluate_claim"]


def evaluate_claim(
    settings: Settings,
    name: str,
    *,
    data: Path | None,
    as_json: bool,
    plot: Path | None = None,
    size: int | None = None,
    cache: Path | None = None,
) -> int:
    """Run a benchmark and print its figures; the exit status is 1 when a bar is missed."""
    console = Console(soft_wrap=True)
    if name == "list":
        for claim in CLAIMS.values():
            needs = "  (needs --data)" if claim.needs_data else ""
            console.print(f"{claim.name:<12} {claim.about}{needs}", markup=False, highlight=False)
        return 0
    report = run_claim(name, settings, data, size=size, cache=cache)
    if as_json:
        console.print(json.dumps(report.figures, indent=2), markup=False, highlight=False)
    else:
        console.print(report.table())
    if plot is not None:
        report.draw(plot)
    return 0 if report.passed else 1
