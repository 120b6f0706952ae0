"""Means of many numbers under paths of names."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["Tally"]


class Tally:
    """Collects shares (0 to 1) and gives their means."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, ...], list[float]] = {}

    def add(self, value: float, *path: str) -> None:
        self._cells.setdefault(path, []).append(value)

    def means(self) -> dict[str, Any]:
        """In percent, as nested dicts."""
        tree: dict[str, Any] = {}
        for (*parents, name), values in self._cells.items():
            branch = tree
            for parent in parents:
                branch = branch.setdefault(parent, {})
            branch[name] = round(100 * float(np.mean(values)), 1)
        return tree
