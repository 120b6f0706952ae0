"""The durable store: records and vectors in Chroma.

`user_id` is in each row's metadata and in each query's filter, and a row's id is made from the user's id and the
record's, so that two users' records never share one. The record lies in the metadata as JSON and not as Chroma's
"document": a document is copied into a trigram index as well, which doubles the file, slows writing down and keeps
erased text (measured with chromadb 1.5.9).
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

import numpy as np

from .chroma_client import DATABASE, chroma_errors, embedded_client
from .chroma_shards import SHARDS, Shards
from .codec import dumps, loads
from .embedders.base import Vectors
from .errors import StoreUnavailable
from .gate import Gate
from .store import Entry, check_entries, check_ids, check_user_id

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.types import GetResult, Metadata

__all__ = ["ChromaStore", "row_of"]

T = TypeVar("T")

LOOK_UP = 500
"""Ids looked up by one query: its time grows with their square (5,000 take 9 s)."""


class ChromaStore:
    """MemoryStore on Chroma collections.

    `open` is the way in; the constructor takes the shards, how many rows one call may have, what to call on `close`,
    and the folder, where it is one of this machine.
    """

    def __init__(
        self,
        shards: Shards,
        *,
        max_batch: int,
        release: Callable[[], None] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._shards = shards
        self._dimension = shards.layout.dimension
        self._max_batch = max_batch
        self._release = release
        self._folder = folder
        self._closed = False
        # Chroma counts the ids it was asked to delete, not those that it found: we look first, then delete.
        self._writing = Lock()
        self._gate = Gate()

    @classmethod
    def open(
        cls, path: Path | str, *, space: str, dimension: int, timeout_s: float = 0, n_shards: int = SHARDS
    ) -> Self:
        """The store in a folder on this machine, made if it is not there. No other process may have it open.

        `n_shards` counts when the store is made: 48 serve some millions of records well.
        Raises StoreLocked when another process has it (after waiting `timeout_s` seconds), SpaceMismatch when the
        folder holds vectors of another `space`, StoreUnavailable when it cannot be read or written.
        """
        folder = Path(path).resolve()
        client, release = embedded_client(folder, timeout_s=timeout_s)
        try:
            with chroma_errors(f"cannot open the data folder {folder}"):
                shards = Shards.open(client, space=space, dimension=dimension, n_shards=n_shards)
                shards.tidy()
                batch = client.get_max_batch_size()
            return cls(shards, max_batch=batch, release=release, folder=folder)
        except BaseException:
            release()
            raise

    @classmethod
    def open_as_it_is(cls, path: Path | str, *, timeout_s: float = 0, keep_newer: bool = False) -> Self:
        """The store in a folder, whatever the space of its vectors: to erase, export or copy, not to recall.

        Raises StoreUnavailable when nothing is stored there; otherwise as `open`.
        """
        folder = Path(path).resolve()
        if not (folder / DATABASE).is_file():
            raise StoreUnavailable(f"there are no memories in {folder}: is it the right data folder?")
        client, release = embedded_client(folder, timeout_s=timeout_s)
        try:
            with chroma_errors(f"cannot open the data folder {folder}"):
                shards = Shards.found(client)
                if shards is None:
                    raise StoreUnavailable(f"there are no memories in {folder}: is it the right data folder?")
                shards.tidy(keep_newer=keep_newer)
                batch = client.get_max_batch_size()
            return cls(shards, max_batch=batch, release=release, folder=folder)
        except BaseException:
            release()
            raise

    @property
    def dimension(self) -> int:
        """Length of the vectors it holds."""
        return self._dimension

    @property
    def space(self) -> str:
        """The embedding model its vectors come from."""
        return self._shards.layout.space

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        """See MemoryStore. On disk when it returns; more than `max_batch` entries are written in several steps."""
        checked = check_entries(check_user_id(user_id), entries, dimension=self._dimension)
        rows = [row_of(user_id, entry, self._dimension) for entry in checked]
        if not rows:
            self._check_open()
            return
        with self._writing, self._calling("write"):
            shard = self._shards.made(user_id)
            for part in _parts(rows, self._max_batch):
                ids, vectors, metadata = zip(*part, strict=True)
                shard.upsert(ids=list(ids), embeddings=np.stack(vectors), metadatas=list(metadata))

    def load(self, user_id: str) -> list[Entry]:
        """See MemoryStore."""
        where = _only(user_id)
        with self._gate.shared(), self._calling("read"):
            found = self._rows(user_id, where)
        if found is None:
            return []
        rows = zip(found["metadatas"] or (), _as_vectors(found["embeddings"], self._dimension), strict=True)
        # Chroma gives rows in the order in which they were first written, and sorting keeps that among equals.
        return sorted((_entry(row, vector) for row, vector in rows), key=lambda entry: entry.record.created)

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        """See MemoryStore."""
        check_user_id(user_id)
        keys = [_row_id(user_id, record_id) for record_id in check_ids(ids)]
        with self._writing, self._calling("delete"):
            shard = self._shards.of(user_id)
            if shard is None:
                return 0
            return sum(self._delete_rows(shard, user_id, part) for part in _parts(keys, LOOK_UP))

    def erase(self, user_id: str) -> None:
        """See MemoryStore. `compact` takes the bytes off the disk, too."""
        where = _only(user_id)
        with self._writing, self._calling("erase"):
            shard = self._shards.of(user_id)
            keys = [] if shard is None else shard.get(where=where, include=[])["ids"]
            if shard is not None and keys:
                self._discard(shard, user_id, keys)

    @property
    def wants_compacting(self) -> bool:
        """See Compactable. Of a server nobody but its operator knows."""
        return self._folder is None or bool(self._shards.layout.uncompacted)

    def compact(self) -> None:
        """Take what was deleted or erased off the disk: until then its bytes lie in unused parts of the files.

        Copies the shards that something was deleted from, then the database file. Writing waits meanwhile, reading while
        the database is copied.
        Raises StoreUnavailable for a store that is not in a folder of this machine.
        """
        if self._folder is None:
            raise StoreUnavailable(
                "only an embedded store can be compacted from here: use `chroma vacuum` at the server"
            )
        with self._writing, self._calling("compact"):
            for number in sorted(self._shards.layout.uncompacted):
                copy = self._shards.copied(number)
                with self._gate.alone():
                    self._shards.replace(number, copy)
            # Alone, because Chroma has an SQLite of its own: two in one process do not see each other's locks.
            with self._gate.alone(), closing(sqlite3.connect(self._folder / DATABASE)) as database:
                _remove_unused_indexes(self._folder, database)
                database.execute("VACUUM")
            # Only now: a process that dies before does it all again.
            self._shards.note_compacted()

    @contextmanager
    def still(self) -> Iterator[None]:
        """See Pausable."""
        with self._writing, self._calling("pause"):
            for _, shard in self._shards.all():
                # Reading brings an index up to date, which may write it: not while it is being copied.
                shard.get(limit=1, include=[])
            yield

    def close(self) -> None:
        """See MemoryStore."""
        with self._writing:
            closed, self._closed = self._closed, True
            if not closed and self._release:
                self._release()

    def _rows(self, user_id: str, where: Any) -> GetResult | None:
        shard = self._shards.of(user_id)
        return None if shard is None else shard.get(where=where, include=["metadatas", "embeddings"])

    def _delete_rows(self, shard: Collection, user_id: str, keys: list[str]) -> int:
        there = shard.get(ids=keys, where=_only(user_id), include=[])["ids"]
        if there:
            self._discard(shard, user_id, there)
        return len(there)

    def _discard(self, shard: Collection, user_id: str, keys: list[str]) -> None:
        if self._folder is None:
            # A server's files cannot be compacted from here, and its index would keep the vectors: overwrite them.
            for part in _parts(keys, self._max_batch):
                shard.update(ids=part, embeddings=_placeholders(part, self._dimension))
        else:
            self._shards.note_deleted(user_id)
        for part in _parts(keys, self._max_batch):
            shard.delete(ids=part)

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed: open a new one")

    @contextmanager
    def _calling(self, verb: str) -> Iterator[None]:
        self._check_open()
        with chroma_errors(f"cannot {verb} memories"):
            yield


def _remove_unused_indexes(folder: Path, database: sqlite3.Connection) -> None:
    """Chroma leaves the index files of a deleted collection behind."""
    used = {segment for (segment,) in database.execute("SELECT id FROM segments")}
    for path in folder.iterdir():
        if path.is_dir() and _is_uuid(path.name) and path.name not in used:
            shutil.rmtree(path)


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _only(user_id: str) -> Any:
    # Chroma answers `where=None` with everybody's rows: no filter is made anywhere else.
    return {"user_id": {"$eq": check_user_id(user_id)}}


def _row_id(user_id: str, record_id: str) -> str:
    # The length keeps ("a", "bc") and ("ab", "c") apart. Short, because Chroma writes all ids again at each sync.
    whole = f"{len(user_id)}:{user_id}{record_id}".encode()
    return hashlib.blake2b(whole, digest_size=16).hexdigest()


def row_of(user_id: str, entry: Entry, dimension: int) -> tuple[str, Vectors, Metadata]:
    """A record as Chroma holds it: the row's id, vector and metadata."""
    row_id = _row_id(user_id, entry.record.id)
    metadata: dict[str, str | bool] = {"user_id": user_id, "record": dumps(entry.record)}
    if entry.vector is not None:
        return row_id, entry.vector, metadata
    return row_id, _placeholder(row_id, dimension), metadata | {"unsearched": True}


def _placeholder(row_id: str, dimension: int) -> Vectors:
    """A vector for a row that is not searched: Chroma wants one, and equal ones would break its graph apart."""
    seed = int.from_bytes(hashlib.blake2b(row_id.encode(), digest_size=8).digest())
    vector = np.random.default_rng(seed).standard_normal(dimension, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def _placeholders(row_ids: list[str], dimension: int) -> Vectors:
    return np.stack([_placeholder(row_id, dimension) for row_id in row_ids])


def _entry(row: Metadata, vector: Vectors) -> Entry:
    return Entry(record=loads(str(row["record"])), vector=None if row.get("unsearched") else vector)


def _as_vectors(embeddings: Any, dimension: int) -> Vectors:
    return np.asarray(embeddings, dtype=np.float32).reshape(-1, dimension)


def _parts(rows: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
