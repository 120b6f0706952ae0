"""The durable store: records and vectors in Chroma.

One collection holds everybody's records; `user_id` is in each row's metadata and in each query's filter, and a row's
id is made from the user's id and the record's, so that two users' records never share one. The record lies in the
metadata as JSON and not as Chroma's "document": a document is copied into a trigram index as well, which doubles the
file, slows writing down and keeps erased text (measured with chromadb 1.5.9).
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from .codec import dumps, loads
from .embedders.base import Vectors
from .errors import MemoryFault, SpaceMismatch, StoreUnavailable
from .lock import FolderLock
from .store import Entry, check_entries, check_ids, check_user_id

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.types import Metadata

__all__ = ["ChromaStore", "memories_collection"]

T = TypeVar("T")

COLLECTION = "memories"
SYNC_EVERY = 100
"""Rows between two writings of the index. A write reads the rows since the last one again, so that Chroma's 1,000 make
a turn slower (10.7 instead of 6.5 ms at 20,000 rows) and 100,000 make it unusable (190 ms)."""

INDEX: CreateHNSWConfiguration = {
    "space": "cosine",
    "batch_size": SYNC_EVERY,
    "sync_threshold": SYNC_EVERY,
    # Smaller than Chroma's 100 and 16: recall works in RAM, and half the graph is half the time of writing and a fifth
    # of that of erasing. Chroma's own search still finds 95 % of the true ten among random vectors.
    "ef_construction": 40,
    "max_neighbors": 8,
}
LOOK_UP = 500
"""Ids looked up by one query: its time grows with their square (5,000 take 9 s)."""
VACUUM_WAIT_S = 60


class ChromaStore:
    """MemoryStore on a Chroma collection.

    `open` is the way in; the constructor takes a collection made by `memories_collection`, the length of its vectors,
    how many rows one call may have, what to call on `close`, and the folder, where it is one of this machine.
    """

    def __init__(
        self,
        collection: Collection,
        *,
        dimension: int,
        max_batch: int,
        release: Callable[[], None] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._collection = collection
        self._dimension = dimension
        self._max_batch = max_batch
        self._release = release
        self._folder = folder
        self._closed = False
        # Chroma counts the ids it was asked to delete, not those that it found: we look first, then delete.
        self._writing = Lock()

    @classmethod
    def open(cls, path: Path | str, *, space: str, dimension: int, timeout_s: float = 0) -> Self:
        """The store in a folder on this machine, made if it is not there. No other process may have it open.

        Raises StoreLocked when one has (after waiting `timeout_s` seconds), SpaceMismatch when the folder holds
        vectors of another `space`, StoreUnavailable when it cannot be read or written.
        """
        folder = Path(path).resolve()
        lock = FolderLock(folder).acquire(timeout_s=timeout_s)
        try:
            client = _embedded_client(folder)
        except BaseException:
            lock.release()
            raise

        def release() -> None:
            try:
                client.close()  # type: ignore[attr-defined]  # missing from ClientAPI, there in Client
            finally:
                lock.release()

        try:
            collection = memories_collection(client, space=space, dimension=dimension)
            batch = client.get_max_batch_size()
            return cls(collection, dimension=dimension, max_batch=batch, release=release, folder=folder)
        except BaseException:
            release()
            raise

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        """See MemoryStore. On disk when it returns; more than `max_batch` entries are written in several steps."""
        checked = check_entries(check_user_id(user_id), entries, dimension=self._dimension)
        rows = [_row(user_id, entry, self._dimension) for entry in checked]
        with self._writing, self._calling("write"):
            for part in _parts(rows, self._max_batch):
                ids, vectors, metadata = zip(*part, strict=True)
                self._collection.upsert(ids=list(ids), embeddings=np.stack(vectors), metadatas=list(metadata))

    def load(self, user_id: str) -> list[Entry]:
        """See MemoryStore."""
        with self._calling("read"):
            found = self._collection.get(where=_only(user_id), include=["metadatas", "embeddings"])
        rows = zip(found["metadatas"] or (), _as_vectors(found["embeddings"], self._dimension), strict=True)
        # Chroma gives rows in the order in which they were first written, and sorting keeps that among equals.
        return sorted((_entry(row, vector) for row, vector in rows), key=lambda entry: entry.record.created)

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        """See MemoryStore."""
        check_user_id(user_id)
        keys = [_row_id(user_id, record_id) for record_id in check_ids(ids)]
        with self._writing, self._calling("delete"):
            return sum(self._delete_rows(user_id, part) for part in _parts(keys, LOOK_UP))

    def erase(self, user_id: str) -> int:
        """See MemoryStore. Gone for every reader at once; `compact` takes the bytes off the disk, too."""
        with self._writing, self._calling("erase"):
            keys = self._collection.get(where=_only(user_id), include=[])["ids"]
            for part in _parts(keys, self._max_batch):
                self._discard(part)
            return len(keys)

    def compact(self) -> None:
        """Take what was deleted or erased off the disk: until then its bytes lie in unused parts of the files.

        Rewrites the whole database, so that it takes as long as copying it; writing waits meanwhile.
        Raises StoreUnavailable for a store that is not in a folder of this machine.
        """
        if self._folder is None:
            raise StoreUnavailable(
                "only an embedded store can be compacted from here: run `chroma vacuum` at the server"
            )
        with self._writing, self._calling("compact"):
            # The last writes stay in Chroma's queue until as many newer ones push them out.
            fillers = [f"filler-{n}" for n in range(SYNC_EVERY)]
            self._collection.upsert(ids=fillers, embeddings=_placeholders(fillers, self._dimension))
            self._collection.delete(ids=fillers)
            with closing(sqlite3.connect(self._folder / "chroma.sqlite3", timeout=VACUUM_WAIT_S)) as database:
                database.execute("VACUUM")

    def close(self) -> None:
        """See MemoryStore."""
        with self._writing:
            closed, self._closed = self._closed, True
            if not closed and self._release:
                self._release()

    def _delete_rows(self, user_id: str, keys: list[str]) -> int:
        there = self._collection.get(ids=keys, where=_only(user_id), include=[])["ids"]
        if there:
            self._discard(there)
        return len(there)

    def _discard(self, keys: list[str]) -> None:
        # The index only marks a vector as deleted and keeps it in its file: overwrite it first.
        self._collection.update(ids=keys, embeddings=_placeholders(keys, self._dimension))
        self._collection.delete(ids=keys)

    @contextmanager
    def _calling(self, verb: str) -> Iterator[None]:
        if self._closed:
            raise StoreUnavailable("the store is closed: open a new one")
        with _chroma_errors(f"cannot {verb} memories"):
            yield


def memories_collection(client: ClientAPI, *, space: str, dimension: int) -> Collection:
    """The collection of memories, made if it is not there; SpaceMismatch when its vectors are of another space."""
    from chromadb.errors import NotFoundError

    with _chroma_errors("cannot open the collection of memories"):
        try:
            collection = client.get_collection(COLLECTION, embedding_function=None)
        except NotFoundError:
            return client.create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={"hnsw": INDEX},
                metadata={"space": space, "dimension": dimension},
            )
    there = collection.metadata or {}
    if (there.get("space"), there.get("dimension")) != (space, dimension):
        raise SpaceMismatch(
            f"the store holds vectors of {there.get('space')!r} with {there.get('dimension')} dimensions, the embedder "
            f"gives {space!r} with {dimension}: use that embedder again, another folder, or export and import"
        )
    return collection


def _embedded_client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    with _chroma_errors(f"cannot open the data folder {folder}"):
        # _env_file: Chroma would otherwise read a `.env` of the current folder.
        settings = Settings(anonymized_telemetry=False, _env_file=None)  # type: ignore[call-arg]
        return chromadb.PersistentClient(str(folder), settings=settings)


@contextmanager
def _chroma_errors(what: str) -> Iterator[None]:
    """Chroma raises its own errors, ValueError, RuntimeError, OSError and httpx's; callers get StoreUnavailable."""
    try:
        yield
    except MemoryFault:
        raise
    except Exception as error:
        raise StoreUnavailable(f"{what}: {type(error).__name__}; see the cause for Chroma's own words") from error


def _only(user_id: str) -> Any:
    # Chroma answers `where=None` with everybody's rows: no filter is made anywhere else.
    return {"user_id": {"$eq": check_user_id(user_id)}}


def _row_id(user_id: str, record_id: str) -> str:
    # The length keeps ("a", "bc") and ("ab", "c") apart. Short, because Chroma writes all ids again at each sync.
    whole = f"{len(user_id)}:{user_id}{record_id}".encode()
    return hashlib.blake2b(whole, digest_size=16).hexdigest()


def _row(user_id: str, entry: Entry, dimension: int) -> tuple[str, Vectors, Metadata]:
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
