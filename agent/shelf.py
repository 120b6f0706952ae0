"""The catalog as the agent uses it: opened when first needed, or empty when none was imported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..memory import Embedder, Interaction, Memory, StandingPreference
from ..tools import Candidate, Catalog, CatalogIndex, Picker, Wish
from ..tools.aversions import aversions
from ..tools.errors import CatalogNotFound, CatalogUnavailable, UnknownItem
from ..tools.filters import Condition, NoneOf, parse_filters
from ..tools.reading import Reader
from ..tools.steering import Steering, merged
from ..tools.subject import Subject, subject_of
from .attribution import is_of_assistant
from .guard import TitleFilter, TitleGuard
from .learning.profile import ItemSketch
from .named import Named
from .notes import newest_first, note
from .titles import Titles

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from ..tools.tastes import LabelTaste

__all__ = ["Shelf"]

RECALLED = 6
"""Memories that a tool returns."""
RECALL_TOKENS = 600
"""Twice what a tool returns: half of what is found may be left out."""


class Shelf:
    """Items to find and recommend, in the data folder's `catalog`."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder,
        memory: Memory,
        *,
        make_picker: Callable[[CatalogIndex], Picker] | None = None,
    ) -> None:
        self._folder = folder
        self._make_picker = make_picker or _picker
        self._embedder = embedder
        self._memory = memory
        self._picker: Picker | None = None
        self._guard: TitleGuard | None = None
        self._titles: Titles | None = None
        self._named: tuple[Picker, Named] | None = None
        self._subject: tuple[Picker, Subject | None] | None = None
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
        with self._lock:
            if self._picker is None:
                self._picker = self._opened()
            return self._picker

    def _opened(self) -> Picker:
        catalog = Catalog.open(self._folder)
        try:
            return self._make_picker(CatalogIndex.open(catalog, self._embedder))
        except CatalogUnavailable:
            if not catalog.replaced:
                raise
            return self._opened()  # a new import took its files away while it was being opened

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

    def reader(self) -> Reader | None:
        """Reads what messages want of this catalog's items; None without a catalog."""
        return Reader(self.picker().index.catalog, self._meant) if self.stocked else None

    def named(self) -> Named | None:
        """Tells what of this catalog a message names; None without a catalog."""
        if not self.stocked:
            return None
        picker = self.picker()
        with self._lock:
            if self._named is None or self._named[0] is not picker:
                self._named = (picker, Named.of(picker.index.catalog))
            return self._named[1]

    def subject(self) -> Subject | None:
        """What the items are called, where that can be told."""
        if not self.stocked:
            return None
        picker = self.picker()
        with self._lock:
            if self._subject is None or self._subject[0] is not picker:
                self._subject = (picker, subject_of(picker.index.catalog))
            return self._subject[1]

    def _meant(self, title: str) -> tuple[str, str] | None:
        try:
            return self.find(title)
        except UnknownItem:
            return None

    def check(self, item_id: str) -> None:
        """Raises UnknownItem, or CatalogNotFound."""
        self.picker().index.catalog.position(item_id)

    def recommend(
        self,
        user_id: str,
        *,
        query: str = "",
        count: int = 5,
        include: Mapping[str, Condition] | None = None,
        exclude: Mapping[str, Condition] | None = None,
    ) -> list[Candidate]:
        """Items for a user outside of talk, best first. Raises CatalogNotFound, InvalidRequest, UnknownFacet."""
        picker, steering = self.picker(), self.steering(user_id, query)
        wish = Wish(
            query=steering.rest if steering else query,
            filter=parse_filters(include or {}, exclude or {}),
            count=count,
            steering=steering,
        )
        return picker.pick(user_id, self.interactions(user_id), wish)

    def steering(self, user_id: str, wish: str) -> Steering:
        """What a wish asks of a list, and what the user refuses outright. Raises CatalogNotFound."""
        catalog = self.picker().index.catalog
        refused = aversions(self.standing(user_id), catalog)
        limits = tuple(limit for limit in refused.filters if isinstance(limit, NoneOf))
        return merged(Steering(must=limits), Reader(catalog, self._meant).read(wish))

    def sketch(self, item_id: str) -> ItemSketch | None:
        """What a profile says of an item; None for one that is no longer in the catalog."""
        try:
            catalog = self.picker().index.catalog
            [item] = catalog.items([catalog.position(item_id)])
        except (CatalogNotFound, UnknownItem):
            return None
        return ItemSketch(title=item.label, facets=item.labels)

    def tastes(self, user_id: str) -> tuple[LabelTaste, ...]:
        """How the user takes to labels such as genres, by what they did with items; best liked first."""
        from ..tools.tastes import tastes

        sketch = cache(self.sketch)
        return tastes(self.interactions(user_id), lambda item_id: item.facets if (item := sketch(item_id)) else ())

    def interactions(self, user_id: str) -> Sequence[Interaction]:
        """For the tools: what the user did with items."""
        return self._memory.records(user_id, Interaction)

    def standing(self, user_id: str) -> Sequence[str]:
        """For the tools: what the user said outright."""
        return [record.statement for record in self._memory.records(user_id, StandingPreference)]

    def recall(self, user_id: str, query: str) -> Sequence[str]:
        """For the tools: what is remembered that fits the query, each with its time and who said it.

        The assistant's own words are no knowledge about the user: they are returned where nothing else is found.
        """
        hits = self._memory.recall(user_id, query, limit=2 * RECALLED, budget_tokens=RECALL_TOKENS).hits
        by_user = [hit for hit in hits if not is_of_assistant(hit.record)]
        now = self._memory.clock()
        kept = newest_first((by_user or hits)[:RECALLED], now)
        return [note(hit, kept, now) for hit in kept]

    def renew(self) -> None:
        """Open the catalog anew when it is needed next; turns that run go on with the one they have."""
        with self._lock:
            self._picker = self._guard = self._titles = self._named = None

    def close(self) -> None:
        with self._lock:
            if self._picker is not None:
                self._picker.index.catalog.close()
                self._picker = self._guard = self._titles = self._named = None


def _picker(index: CatalogIndex) -> Picker:
    from ..tools.recommenders import standard

    return Picker(index, standard(index))
