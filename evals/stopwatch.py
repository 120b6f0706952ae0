"""Milliseconds of calls, and their quantiles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

__all__ = ["milliseconds", "quantiles"]


def milliseconds(run: Callable[[], object], *, times: int = 1) -> float:
    """The shortest of so many runs: what made the others longer, other processes did."""
    return min(_once(run) for _ in range(times))


def _once(run: Callable[[], object]) -> float:
    begun = perf_counter()
    run()
    return 1000 * (perf_counter() - begun)


def quantiles(name: str, times: Sequence[float]) -> dict[str, float]:
    """p50 and p95, in ms."""
    return {f"{name} p{share}, ms": float(np.quantile(times, share / 100)) for share in (50, 95)}
