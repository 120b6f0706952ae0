"""Finding items by words and by meaning, under filters.

Vectors lie beside the catalog in one file for each embedding model and are scanned exactly: 10,000 items take about
a millisecond. The word index is rebuilt from the catalog when it is opened, so that it cannot go stale.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from ..memory.embedders.base import Embedder, Vectors
from ..memory.errors import EmbeddingFailed
from .catalog import Catalog
from .errors import CatalogUnavailable, SearchFailed
from .filters import AllOf, Filter, mask_of
from .fusion import Scores, fused
from .items import Item
from .lexicon import Lexicon

__all__ = ["CatalogIndex", "Hit"]

EMBED_BATCH = 64
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

    def __init__(self, catalog: Catalog, embedder: Embedder, vectors: Vectors, lexicon: Lexicon) -> None:
        self.catalog = catalog
        self.vectors = vectors
        self._embedder = embedder
        self._lexicon = lexicon

    @classmethod
    def open(
        cls, catalog: Catalog, embedder: Embedder, *, progress: Callable[[int], None] = lambda items: None
    ) -> CatalogIndex:
        """The index of a catalog, embedding its items first when this embedder never has.

        `progress` is told how many items are embedded. Raises CatalogUnavailable when the vectors cannot be read or
        written, SearchFailed when the embedder fails.
        """
        path = catalog.folder / f"vectors-{hashlib.sha256(embedder.space.encode()).hexdigest()[:16]}.npy"
        try:
            if not path.is_file():
                _embed_all(catalog, embedder, path, progress)
            vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise CatalogUnavailable(f"the catalog's vectors cannot be read or written ({error})") from error
        if vectors.shape != (len(catalog), embedder.dimension):
            raise CatalogUnavailable(f"{path.name} does not fit the catalog: delete the file to embed it again")
        return cls(catalog, embedder, vectors, Lexicon.of(item.document for item in catalog))

    def relevance(self, query: str) -> Scores:
        """How well each item fits the query, by words and by meaning; all zeros for an empty query."""
        query = query[:MAX_QUERY].strip()
        if not query:
            return np.zeros(len(self.catalog), dtype=np.float32)
        by_meaning = self.vectors @ self._embed(query)
        return fused([(1.0, by_meaning), (1.0, self._lexicon.scores(query))], len(self.catalog))

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

    def _embed(self, text: str) -> Vectors:
        try:
            return np.asarray(self._embedder.embed([text])[0])
        except EmbeddingFailed as error:
            raise SearchFailed("the search words could not be embedded: try again, or leave the query empty") from error


def _embed_all(catalog: Catalog, embedder: Embedder, path: Path, progress: Callable[[int], None]) -> None:
    handle, name = tempfile.mkstemp(suffix=".part", dir=path.parent)
    os.close(handle)
    shape = (len(catalog), embedder.dimension)
    try:
        vectors = np.lib.format.open_memmap(name, mode="w+", dtype=np.float32, shape=shape)
        items, done = iter(catalog), 0
        while texts := [item.document for item in islice(items, EMBED_BATCH)]:
            vectors[done : done + len(texts)] = embedder.embed(texts)
            done += len(texts)
            progress(done)
        vectors.flush()
        os.replace(name, path)
    except EmbeddingFailed as error:
        raise SearchFailed("the catalog's items could not be embedded: check the embedding model") from error
    finally:
        Path(name).unlink(missing_ok=True)
