"""Learning from rejections with a reason: items with a refused aspect go down, softly.

Soft, because a hard filter on one careless word never recovers; a hard "no" is a filter (bot-play critiquing).
"""

from __future__ import annotations

import numpy as np

from ..catalog import Catalog
from ..fusion import Scores
from .base import History

__all__ = ["Critiques"]


class Critiques:
    """Minus one for each refused aspect that is a label or text value of the item."""

    name = "critiques"

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._facets = [facet.name for facet in catalog.facets.values() if facet.kind in ("labels", "text")]

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        scores = np.zeros(len(self._catalog), dtype=np.float32)
        for aspect in history.refused:
            for facet in self._facets:
                scores -= self._catalog.having(facet, aspect)
        return scores
