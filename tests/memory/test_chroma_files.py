"""What Chroma leaves in its files, and what we do about it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tailored.memory.chroma import ChromaStore
from tailored.memory.chroma_files import Indexes, collections_with_deletions
from tailored.memory.chroma_shards import Layout
from tailored.memory.errors import StoreUnavailable

from .conformance import DIMENSION, ids, turn

SPARE = b"secret that lay in the memory before"


def open_store(folder: Path) -> ChromaStore:
    return ChromaStore.open(folder, space="test", dimension=DIMENSION)


def spoil(folder: Path) -> Path:
    """An index as Chroma begins it when the memory that it sets aside is not clean."""
    [path] = folder.glob("*/data_level0.bin")
    path.write_bytes((SPARE * 1000)[: path.stat().st_size])
    return path


def test_memory_that_chroma_writes_into_a_new_index_is_wiped(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.put("ada", [turn("ada", "1")])
        spoiled = spoil(tmp_path)
        size = spoiled.stat().st_size
    with closing(open_store(tmp_path)) as store:
        store.put("ada", [turn("ada", "2")])
        content = spoiled.read_bytes()
        loaded = ids(store.load("ada"))

    assert content == bytes(size)
    assert loaded == ["1", "2"]


def test_vectors_are_left_as_they_are(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.put("ada", [turn("ada", str(n), seed=n) for n in range(150)])
        before = [entry.vector for entry in store.load("ada")]
        [path] = tmp_path.glob("*/data_level0.bin")
        synced = path.read_bytes()
        Indexes(tmp_path).wipe()

        assert path.read_bytes() == synced
    with closing(open_store(tmp_path)) as store:
        again = [entry.vector for entry in store.load("ada")]

    assert np.allclose(np.stack([v for v in before if v is not None]), np.stack([v for v in again if v is not None]))


def test_each_index_is_wiped_once(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.put("ada", [turn("ada", "1")])
    indexes = Indexes(tmp_path)
    begun = indexes.begun()

    indexes.wipe()

    assert begun
    assert not indexes.begun()


def test_folders_that_are_not_chromas_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "header.bin").write_bytes(bytes(100))
    (tmp_path / "mine" / "data_level0.bin").write_bytes(SPARE)

    Indexes(tmp_path).wipe()

    assert (tmp_path / "mine" / "data_level0.bin").read_bytes() == SPARE


def test_deletions_in_the_log_are_found(tmp_path: Path) -> None:
    with closing(open_store(tmp_path)) as store:
        store.put("ada", [turn("ada", "1")])
        store.put("bob", [turn("bob", "1")])
        store.delete("ada", ["1"])
        with closing(sqlite3.connect(tmp_path / "chroma.sqlite3")) as database:
            found = collections_with_deletions(database)
        deleted_from = str(store._shards.made("ada").id)

    assert found == {deleted_from}


class Hurried:
    """Shards and shard of one user, of whose three rows a reader first gets two vectors."""

    layout = Layout(space="test", dimension=DIMENSION, n_shards=1)

    def __init__(self, n_times: int) -> None:
        self.left = n_times
        self.rows = [turn("ada", str(n), seconds=n) for n in range(3)]

    def of(self, user_id: str) -> Hurried:
        return self

    def get(self, **arguments: object) -> dict[str, Any]:
        from tailored.memory.chroma_rows import row_of

        self.left -= 1
        row_ids, vectors, metadata = zip(*(row_of("ada", row, DIMENSION) for row in self.rows), strict=True)
        return {"ids": row_ids, "metadatas": metadata, "embeddings": vectors[: 2 if self.left >= 0 else 3]}


def test_rows_read_while_another_process_writes_are_read_again() -> None:
    """Chroma's server reads rows and vectors one after the other: `zip() argument 2 is shorter than argument 1`."""
    store = ChromaStore(Hurried(2), max_batch=100)  # type: ignore[arg-type]

    assert ids(store.load("ada")) == ["0", "1", "2"]


def test_vectors_that_stay_away_are_a_clear_error() -> None:
    store = ChromaStore(Hurried(99), max_batch=100)  # type: ignore[arg-type]

    with pytest.raises(StoreUnavailable, match="missing"):
        store.load("ada")
