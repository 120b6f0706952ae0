"""Putting items that few people know into the last places of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..memory.records import Interaction
from .catalog import Catalog
from .recommenders import Judged
from .recommenders.exploring import Explorer

__all__ = ["Exploration", "Shown", "times_shown"]

NEW_SHARE = 0.5
"""An item is new when no more people chose it than chose the item in the middle of the catalog."""
CONSIDERED = 50

Shown = Mapping[int, tuple[int, int]]
"""How often a position was shown to the user, and how often picked thereupon."""


class Exploration:
    """Keeps `slots` places of a list for new items; `popularity` has shape (number of items,)."""

    def __init__(self, explorer: Explorer, popularity: NDArray[np.float32], slots: int) -> None:
        self._explorer = explorer
        self._new = popularity <= np.quantile(popularity, NEW_SHARE)
        self._slots = slots

    def mixed(self, judged: Judged, rows: Sequence[int], shown: Shown) -> tuple[list[int], dict[int, float]]:
        """The rows of a list with the last places explored, never all of them; and the chances of the explored ones."""
        slots = min(self._slots, len(rows) - 1)
        kept = list(rows[: len(rows) - slots]) if slots > 0 else list(rows)
        offered = [row for row in self._offered(judged) if row not in kept] if slots > 0 else []
        if not offered:
            return list(rows), {}
        scores = judged.scores[offered].astype(float)
        expected = 1 / (1 + np.exp(-(scores - scores.mean()) / max(float(scores.std()), 1e-9)))
        counts = np.array([shown.get(int(judged.positions[row]), (0, 0)) for row in offered], float)
        explored = self._explorer.choose(counts[:, 0], counts[:, 1], expected, slots)
        chances = {offered[one.row]: one.propensity for one in explored}
        left = [row for row in rows if row not in kept and row not in chances]
        return [*kept, *chances, *left][: len(rows)], chances

    def _offered(self, judged: Judged) -> list[int]:
        """The new items that come into question, best first."""
        new = np.flatnonzero(self._new[judged.positions])
        return [int(row) for row in new[np.argsort(-judged.scores[new], kind="stable")[:CONSIDERED]]]


def times_shown(catalog: Catalog, interactions: Sequence[Interaction]) -> Shown:
    """What exploring slots showed one user (`shown` events), and how much of it was picked."""
    counts: dict[int, tuple[int, int]] = {}
    for event in interactions:
        if event.item_id in catalog and event.event in ("shown", "picked"):
            position = catalog.position(event.item_id)
            shown, picked = counts.get(position, (0, 0))
            counts[position] = (shown + (event.event == "shown"), picked + (event.event == "picked"))
    return counts
