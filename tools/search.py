"""Finding items by words and by meaning, under filters.

Vectors lie beside the catalog in one file for each embedding model and are scanned exactly: 10,000 items take about
a millisecond. The word index is written beside them the first time the catalog is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..memory.embedders.base import Embedder, Vectors
from ..memory.errors import EmbeddingFailed
from .catalog import Catalog
from .cells import FEWEST, Cells
from .errors import SearchFailed
from .filters import AllOf, Filter, mask_of
from .fusion import Moments, Scores, fused
from .items import Item
from .lexicon import Lexicon
from .vectors import open_vectors, space_name

__all__ = ["CatalogIndex", "Hit"]

MAX_QUERY = 1000
"""Characters of a query that are used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An item that was found; `score` compares hits of one query only."""

    item: Item
    position: int
    score: float


class CatalogIndex:
    """A catalog that can be searched. `vectors` are unit vectors, shape (number of items, dimension)."""

    def __init__(
        self, catalog: Catalog, embedder: Embedder, vectors: Vectors, lexicon: Lexicon, cells: Cells | None = None
    ) -> None:
        self.catalog = catalog
        self.vectors = vectors
        self.lexicon = lexicon
        self._embedder = embedder
        self._cells = cells

    @classmethod
    def open(
        cls, catalog: Catalog, embedder: Embedder, *, progress: Callable[[int], None] = lambda items: None
    ) -> CatalogIndex:
        """The index of a catalog, embedding first the items that this embedder has not embedded before.

        `progress` is told how many items are embedded. Raises CatalogUnavailable when the index cannot be read or
        written, SearchFailed when the embedder fails.
        """
        vectors = open_vectors(catalog, embedder, progress=progress)
        lexicon = Lexicon.open(catalog.folder, (item.document for item in catalog))
        many = len(catalog) >= FEWEST
        cells = Cells.open(catalog.folder / f"cells-{space_name(embedder)}.npz", vectors) if many else None
        return cls(catalog, embedder, vectors, lexicon, cells)

    def relevance(self, query: str) -> Scores:
        """How well each item fits the query, by words and by meaning; all zeros for an empty query."""
        query = query[:MAX_QUERY].strip()
        if not query:
            return np.zeros(len(self.catalog), dtype=np.float32)
        by_meaning = self.vectors @ self.embed(query)
        return fused([(1.0, by_meaning), (1.0, self.lexicon.scores(query))], len(self.catalog))

    def search(
        self, query: str, wish: Filter | None = None, *, without: Collection[str] = (), count: int = 10
    ) -> list[Hit]:
        """The items that pass the filter, but for the ids in `without`, best first; an empty query finds nothing.

        Raises UnknownFacet or InvalidRequest for a filter that does not fit the catalog, SearchFailed.
        """
        allowed = mask_of(self.catalog, wish or AllOf())
        allowed[[self.catalog.position(item_id) for item_id in without if item_id in self.catalog]] = False
        if not query.strip() or not allowed.any():
            return []
        scores = np.where(allowed, self.relevance(query), -np.inf)
        best = np.argsort(-scores, kind="stable")[: min(count, int(allowed.sum()))].tolist()
        items = self.catalog.items(best)
        return [Hit(item=i, position=p, score=float(scores[p])) for i, p in zip(items, best, strict=True)]

    def near(self, vector: Vectors, count: int) -> NDArray[np.int64]:
        """About the `count` positions whose vectors are nearest to this one, in any order."""
        if self._cells is None:
            return np.argsort(-(self.vectors @ vector))[:count]
        return self._cells.near(vector, self.vectors, count)

    def moments(self, vector: Vectors) -> Moments:
        """Mean and deviation of the products of all items' vectors with this one."""
        return Moments.of(self.vectors @ vector) if self._cells is None else self._cells.moments(vector)

    def embed(self, text: str) -> Vectors:
        """The vector of a query. Raises SearchFailed."""
        try:
            return np.asarray(self._embedder.embed([text])[0])
        except EmbeddingFailed as error:
            raise SearchFailed("the search words could not be embedded: try again, or leave the query empty") from error
