"""The catalog as the agent uses it: opened when first needed, or empty when none was imported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..memory import Embedder, Interaction, Memory, StandingPreference
from ..tools import Catalog, CatalogIndex, Picker
from ..tools.errors import CatalogNotFound, UnknownItem
from .attribution import attributed, is_of_assistant
from .guard import TitleFilter, TitleGuard
from .learning.profile import ItemSketch
from .titles import Titles

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

__all__ = ["Shelf"]

RECALLED = 6
"""Memories that a tool returns."""
RECALL_TOKENS = 600
"""Twice what a tool returns: half of what is found may be left out."""


class Shelf:
    """Items to find and recommend, in the data folder's `catalog`."""

    def __init__(self, folder: Path, embedder: Embedder, memory: Memory) -> None:
        self._folder = folder
        self._embedder = embedder
        self._memory = memory
        self._picker: Picker | None = None
        self._guard: TitleGuard | None = None
        self._titles: Titles | None = None
        self._lock = Lock()

    @property
    def stocked(self) -> bool:
        """Whether a catalog was imported."""
        return (self._folder / "CURRENT").is_file()

    def tools(self) -> list[BaseTool]:
        """The tools of a turn; none without a catalog."""
        if not self.stocked:
            return []
        from ..tools.toolbox import build_tools

        return build_tools(self.picker(), self)

    def words(self) -> frozenset[str]:
        """Label values such as genres: a question that names one is probably about items."""
        if not self.stocked:
            return frozenset()
        catalog = self.picker().index.catalog
        labels = (name for name, facet in catalog.facets.items() if facet.kind == "labels")
        return frozenset(str(value) for name in labels for value in catalog.values(name))

    def picker(self) -> Picker:
        """Raises CatalogNotFound when nothing was imported."""
        from ..tools.recommenders import standard

        with self._lock:
            if self._picker is None:
                index = CatalogIndex.open(Catalog.open(self._folder), self._embedder)
                self._picker = Picker(index, standard(index))
            return self._picker

    def watch(self, allowed: Sequence[str]) -> TitleFilter | None:
        """A filter that keeps titles nobody looked up out of a reply; None without a catalog."""
        if not self.stocked:
            return None
        picker = self.picker()
        with self._lock:
            if self._guard is None:
                self._guard = TitleGuard(item.title for item in picker.index.catalog)
            return self._guard.watch(allowed)

    def find(self, title: str) -> tuple[str, str]:
        """The id of the item called `title`, and its title with the year; see `Titles.find` for what is compared.

        Raises UnknownItem, AmbiguousItem, or CatalogNotFound.
        """
        catalog = self.picker().index.catalog
        with self._lock:
            if self._titles is None:
                self._titles = Titles((item.id, item.label) for item in catalog)
            return self._titles.find(title)

    def check(self, item_id: str) -> None:
        """Raises UnknownItem, or CatalogNotFound."""
        self.picker().index.catalog.position(item_id)

    def sketch(self, item_id: str) -> ItemSketch | None:
        """What a profile says of an item; None for one that is no longer in the catalog."""
        try:
            catalog = self.picker().index.catalog
            [item] = catalog.items([catalog.position(item_id)])
        except (CatalogNotFound, UnknownItem):
            return None
        return ItemSketch(title=item.label, facets=item.labels)

    def interactions(self, user_id: str) -> Sequence[Interaction]:
        """For the tools: what the user did with items."""
        return self._memory.records(user_id, Interaction)

    def standing(self, user_id: str) -> Sequence[str]:
        """For the tools: what the user said outright."""
        return [record.statement for record in self._memory.records(user_id, StandingPreference)]

    def recall(self, user_id: str, query: str) -> Sequence[str]:
        """For the tools: what is remembered that fits the query, each with who said it.

        The assistant's own words are no knowledge about the user: they are returned where nothing else is found.
        """
        hits = self._memory.recall(user_id, query, limit=2 * RECALLED, budget_tokens=RECALL_TOKENS).hits
        by_user = [hit for hit in hits if not is_of_assistant(hit.record)]
        return [attributed(hit) for hit in (by_user or hits)[:RECALLED]]

    def close(self) -> None:
        with self._lock:
            if self._picker is not None:
                self._picker.index.catalog.close()
                self._picker = self._guard = self._titles = None
