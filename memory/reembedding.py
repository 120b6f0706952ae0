"""Moving a store to another embedding model: every record is embedded anew from its stored text.

The new vectors gather beside the old ones, in the next generation of shards, and the store is switched over in one
step when all are there. Killed before, it goes on where it was when it is run again; opening the store for anything
else meanwhile drops what was gathered, so that nothing forgotten or erased in between comes back with it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .chroma import ChromaStore
from .chroma_client import EmbeddedClient
from .chroma_rows import row_of
from .chroma_shards import Shards, pages
from .codec import loads
from .embedders.base import Embedder
from .entries import entries_of
from .errors import StoreUnavailable
from .journaled import JournaledStore

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.api.types import GetResult

__all__ = ["reembed", "reembed_folder"]

PAGE = 256
"""Records embedded at once: at most so many are done again after a crash."""

Progress = Callable[[int], None]


def reembed_folder(folder: Path, journal: Path, embedder: Embedder, *, progress: Progress = lambda done: None) -> int:
    """Move the store in a folder of this machine to the embedder's space; says how many records were embedded.

    0 when it is there already. `progress` is told how many records are done. Raises StoreLocked, StoreUnavailable,
    EmbeddingFailed.
    """
    _carry_out(folder, journal)
    embedded = EmbeddedClient.open(folder)
    try:
        n_embedded = reembed(embedded.client, embedder, progress=progress)
    finally:
        embedded.close()
    store = ChromaStore.open(folder, space=embedder.space, dimension=embedder.dimension)
    try:
        if store.wants_compacting:
            store.compact()
    finally:
        store.close()
    return n_embedded


def reembed(client: ClientAPI, embedder: Embedder, *, progress: Progress = lambda done: None) -> int:
    """As `reembed_folder`, for a server's store. Nobody else may use it meanwhile."""
    old = Shards.found(client)
    if old is None:
        raise StoreUnavailable("there are no memories here to embed anew")
    old.tidy(keep_newer=True)
    if (old.layout.space, old.layout.dimension) == (embedder.space, embedder.dimension):
        return 0
    new = old.successor(space=embedder.space, dimension=embedder.dimension)
    new.drop_foreign()
    n_embedded = n_done = 0
    for number, shard in old.all():
        target = new.numbered(number)
        for page in pages(shard, PAGE):
            n_embedded += _copy(page, target, embedder)
            n_done += len(page["ids"])
            progress(n_done)
    new.switch()
    old.discard()
    return n_embedded


def _copy(page: GetResult, target: Collection, embedder: Embedder) -> int:
    """How many of the page's rows were not in the target yet."""
    there = set(target.get(ids=page["ids"], include=[])["ids"])
    missing = [(id_, row) for id_, row in zip(page["ids"], page["metadatas"] or (), strict=True) if id_ not in there]
    if not missing:
        return 0
    entries = entries_of([loads(str(row["record"])) for _, row in missing], embedder)
    rows = [row_of(entry.record.user_id, entry, embedder.dimension) for entry in entries]
    target.upsert(
        ids=[id_ for id_, _, _ in rows],
        embeddings=np.stack([vector for _, vector, _ in rows]),
        metadatas=[metadata for _, _, metadata in rows],
    )
    return len(rows)


def _carry_out(folder: Path, journal: Path) -> None:
    """What waits in the journal has vectors of the old space: into the store with it first."""
    store = ChromaStore.open_as_it_is(folder, keep_newer=True)
    JournaledStore.open(store, journal, dimension=store.dimension).close()
