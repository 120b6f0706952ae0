"""The vectors of a catalog on disk: one file for each embedding model, filled bit by bit.

Beside each lies a file with the hash of what every item said when it was embedded, 0 where it was not yet. So a run
that was cut short goes on where it was, and a new version of a catalog takes over the vectors of all items that say
what they said before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..memory.embedders.base import Embedder, Vectors
from ..memory.errors import EmbeddingFailed
from .catalog import Catalog
from .errors import CatalogUnavailable, SearchFailed
from .folders import whole_file

__all__ = ["carry_vectors", "open_vectors", "space_name"]

EMBED_BATCH = 64
COPIED_AT_ONCE = 20_000
SAVED_EVERY = 16
"""Batches between two times the vectors are written down for good."""

Keys = NDArray[np.int64]


def open_vectors(
    catalog: Catalog, embedder: Embedder, *, progress: Callable[[int], None] = lambda items: None
) -> Vectors:
    """The vectors of all items, shape (number of items, dimension), embedding those that have none first.

    Raises CatalogUnavailable when the files cannot be read or written, SearchFailed when the embedder fails; what was
    embedded until then is kept.
    """
    path = catalog.folder / f"vectors-{space_name(embedder)}.npy"
    shape = (len(catalog), embedder.dimension)
    try:
        if not path.is_file():
            _create(path, shape)
        _fill(catalog, embedder, path, progress)
        # A plain view of the map: indexing numpy's own class for it takes several times as long.
        vectors: Vectors = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    except (OSError, ValueError) as error:
        raise CatalogUnavailable(f"the catalog's vectors cannot be read or written ({error})") from error
    if vectors.shape != shape:
        raise CatalogUnavailable(f"{path.name} does not fit the catalog: delete the file to embed it again")
    return vectors


def space_name(embedder: Embedder) -> str:
    """What stands for an embedding model in the names of files."""
    return hashlib.sha256(embedder.space.encode()).hexdigest()[:16]


def carry_vectors(old: Path, new: Path, keys: Keys) -> None:
    """Take over from the catalog in the folder `old` what is known of the items in `new`, which have these hashes."""
    for path in sorted(old.glob("vectors-*.npy")):
        try:
            vectors, known = np.load(path, mmap_mode="r"), np.load(_keys_of(path))
        except (OSError, ValueError):
            continue  # embedded again when it is needed
        order = np.argsort(known, kind="stable")
        places = order[np.minimum(np.searchsorted(known, keys, sorter=order), len(known) - 1)]
        found = np.flatnonzero(known[places] == keys)
        target = _create(new / path.name, (len(keys), vectors.shape[1]))
        for start in range(0, len(found), COPIED_AT_ONCE):
            part = found[start : start + COPIED_AT_ONCE]
            target[part] = vectors[places[part]]
        target.flush()
        taken = np.zeros(len(keys), np.int64)
        taken[found] = keys[found]
        _write_keys(new / path.name, taken)


def _fill(catalog: Catalog, embedder: Embedder, path: Path, progress: Callable[[int], None]) -> None:
    wanted, known = catalog.keys(), np.load(_keys_of(path), allow_pickle=False)
    if known.shape != wanted.shape:
        raise ValueError(f"{path.name} does not fit the catalog: delete the file to embed it again")
    missing = np.flatnonzero(known != wanted)
    if not len(missing):
        return
    vectors = np.lib.format.open_memmap(path, mode="r+")
    try:
        for number, start in enumerate(range(0, len(missing), EMBED_BATCH), start=1):
            part = missing[start : start + EMBED_BATCH]
            vectors[part] = _embedded(catalog, embedder, part.tolist())
            known[part] = wanted[part]
            progress(len(catalog) - len(missing) + start + len(part))
            if number % SAVED_EVERY == 0:
                vectors.flush()
                _write_keys(path, known)
    finally:
        vectors.flush()
        _write_keys(path, known)


def _embedded(catalog: Catalog, embedder: Embedder, positions: Sequence[int]) -> Vectors:
    try:
        return embedder.embed([item.document for item in catalog.items(positions)])
    except EmbeddingFailed as error:
        raise SearchFailed("the catalog's items could not be embedded: check the embedding model") from error


def _create(path: Path, shape: tuple[int, int]) -> np.memmap[Any, np.dtype[np.float32]]:
    _write_keys(path, np.zeros(shape[0], np.int64))
    return np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=shape)


def _keys_of(path: Path) -> Path:
    return path.with_suffix(".keys")


def _write_keys(path: Path, keys: Keys) -> None:
    with whole_file(_keys_of(path)) as file:
        np.save(file, keys)
