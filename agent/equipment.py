"""What the owner's settings add to the catalog's picker and to the tools: their recommender, exploring, search."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import numpy as np

from ..memory import Embedder, Memory
from ..tools import CatalogIndex, Picker
from ..tools.recommenders import Arm, Asked, Owned, Scored, over_http, standard
from ..tools.recommenders.exploring import Explorer
from ..tools.reservoir import Reservoir
from .settings import ToolsSettings

__all__ = ["Recommend", "picker_maker", "reservoir"]

Recommend = Callable[[Asked], Scored]


def picker_maker(
    settings: ToolsSettings, recommend: Recommend | None, closing: ExitStack
) -> Callable[[CatalogIndex], Picker]:
    """What makes a picker of an index. `recommend` is the owner's callable; without it the settings' address counts."""
    if recommend is None and settings.recommender_url:
        import httpx2

        client = closing.enter_context(httpx2.Client(timeout=settings.recommender_timeout_s))
        recommend = over_http(client, settings.recommender_url)

    def make(index: CatalogIndex) -> Picker:
        owned = (
            [Owned(index.catalog, recommend, timeout_s=settings.recommender_timeout_s, name="the owner's recommender")]
            if recommend
            else []
        )
        fused = standard(index, *(Arm(recommender=one, weight=settings.recommender_weight) for one in owned))
        explorer = Explorer(np.random.default_rng()) if settings.exploring_slots else None
        return Picker(index, fused, explorer=explorer, exploring_slots=settings.exploring_slots)

    return make


def reservoir(settings: ToolsSettings, embedder: Embedder, memory: Memory) -> Reservoir | None:
    """The search backend of the settings with what users found before; None where there is none."""
    if settings.search is None:
        return None
    from ..tools.backends import open_backend

    return Reservoir(open_backend(settings.search), embedder, clock=memory.clock)
