"""The durable store: records and vectors in Chroma.

`user_id` is in each row's metadata and in each query's filter, and a row's id is made from the user's id and the
record's, so that two users' records never share one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from time import sleep
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np

from .chroma_client import DATABASE, EmbeddedClient, chroma_errors
from .chroma_files import Indexes, collections_with_deletions
from .chroma_room import check_room
from .chroma_rows import as_vectors, entry_of, only, placeholders, row_id, row_of
from .chroma_shards import SHARDS, Shards
from .errors import StoreUnavailable
from .gate import Gate
from .store import Entry, check_entries, check_ids, check_user_id

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI
    from chromadb.api.types import GetResult

__all__ = ["ChromaStore"]

T = TypeVar("T")

RETRY_AFTER_S = (0.01, 0.03, 0.1, 0.3, 1.0)
HARMLESS = ("read", "pause")
"""What needs no room on the disk."""
LOOK_UP = 500
"""Ids looked up by one query: its time grows with their square (5,000 take 9 s)."""


class ChromaStore:
    """MemoryStore on Chroma collections.

    `open` is the way in; the constructor takes the shards, how many rows one call may have, what to call on `close`, and
    for those in a folder of this machine, that folder and how to get another client on it.
    """

    def __init__(
        self,
        shards: Shards,
        *,
        max_batch: int,
        release: Callable[[], None] | None = None,
        folder: Path | None = None,
        reopened: Callable[[], ClientAPI] | None = None,
    ) -> None:
        self._shards = shards
        self._dimension = shards.layout.dimension
        self._max_batch = max_batch
        self._release = release
        self._folder = folder
        self._reopened = reopened
        self._indexes = None if folder is None else Indexes(folder)
        self._closed = self._lost = False
        self._renewing = Lock()
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
        embedded = EmbeddedClient.open(folder, timeout_s=timeout_s)
        try:
            with chroma_errors(f"cannot open the data folder {folder}"):
                shards = Shards.open(embedded.client, space=space, dimension=dimension, n_shards=n_shards)
                shards.tidy()
                return cls._of(shards, embedded, folder)
        except BaseException:
            embedded.close()
            raise

    @classmethod
    def open_as_it_is(cls, path: Path | str, *, timeout_s: float = 0, keep_newer: bool = False) -> Self:
        """The store in a folder, whatever the space of its vectors: to erase, export or copy, not to recall.

        Raises StoreUnavailable when nothing is stored there; otherwise as `open`.
        """
        folder = Path(path).resolve()
        if not (folder / DATABASE).is_file():
            raise StoreUnavailable(f"there are no memories in {folder}: is it the right data folder?")
        embedded = EmbeddedClient.open(folder, timeout_s=timeout_s)
        try:
            with chroma_errors(f"cannot open the data folder {folder}"):
                shards = Shards.found(embedded.client)
                if shards is None:
                    raise StoreUnavailable(f"there are no memories in {folder}: is it the right data folder?")
                shards.tidy(keep_newer=keep_newer)
                return cls._of(shards, embedded, folder)
        except BaseException:
            embedded.close()
            raise

    @classmethod
    def _of(cls, shards: Shards, embedded: EmbeddedClient, folder: Path) -> Self:
        batch = embedded.client.get_max_batch_size()
        return cls(shards, max_batch=batch, release=embedded.close, folder=folder, reopened=embedded.reopened)

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
            self._wipe_begun()

    def load(self, user_id: str) -> list[Entry]:
        """See MemoryStore."""
        where = only(user_id)
        with self._gate.shared(), self._calling("read"):
            found = self._rows(user_id, where)
        if found is None:
            return []
        rows = zip(found["metadatas"] or (), as_vectors(found["embeddings"], self._dimension), strict=True)
        # Chroma gives rows in the order in which they were first written, and sorting keeps that among equals.
        return sorted((entry_of(row, vector) for row, vector in rows), key=lambda entry: entry.record.created)

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        """See MemoryStore."""
        check_user_id(user_id)
        keys = [row_id(user_id, record_id) for record_id in check_ids(ids)]
        with self._writing, self._calling("delete"):
            shard = self._shards.of(user_id)
            if shard is None:
                return 0
            return sum(self._delete_rows(shard, user_id, part) for part in _parts(keys, LOOK_UP))

    def erase(self, user_id: str) -> None:
        """See MemoryStore. `compact` takes the bytes off the disk, too."""
        where = only(user_id)
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
        if self._folder is None or self._indexes is None:
            raise StoreUnavailable(
                "a server's files cannot be compacted from here: stop it and run `tailored compact ITS_FOLDER` there"
            )
        with self._writing, self._calling("compact"):
            for number in sorted(self._shards.layout.uncompacted | self._logged()):
                copy = self._shards.copied(number)
                with self._gate.alone():
                    self._shards.replace(number, copy)
            with self._database(self._folder) as database:
                self._indexes.remove_unused(database)
                self._indexes.wipe()
                database.execute("VACUUM")
            # Only now: a process that dies before does it all again.
            self._shards.note_compacted()
            with self._gate.alone():
                self._renew()

    def _renew(self) -> None:
        """Go on with another client, used by nobody yet: Chroma keeps the indexes of deleted collections in RAM, 2.3 MB
        each, as long as there are few enough."""
        if self._reopened is not None:
            self._lost = True
            self._shards = self._shards.by(self._reopened())
            self._lost = False

    def _logged(self) -> set[int]:
        """Shards from which a server deleted something."""
        if self._folder is None:
            return set()
        with self._database(self._folder) as database:
            ids = collections_with_deletions(database)
        return {number for number, shard in self._shards.all() if str(shard.id) in ids}

    @contextmanager
    def _database(self, folder: Path) -> Iterator[sqlite3.Connection]:
        # Alone, because Chroma has an SQLite of its own: two in one process do not see each other's locks.
        with self._gate.alone(), closing(sqlite3.connect(folder / DATABASE)) as database:
            yield database

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
            if closed:
                return
            try:
                self._wipe_begun()
            finally:
                if self._release:
                    self._release()

    def _wipe_begun(self) -> None:
        if self._indexes and self._indexes.begun():
            with self._gate.alone():
                self._indexes.wipe()

    def _rows(self, user_id: str, where: Any) -> GetResult | None:
        shard = self._shards.of(user_id)
        if shard is None:
            return None
        for pause_s in RETRY_AFTER_S:
            found = shard.get(where=where, include=["metadatas", "embeddings"])
            if len(found["ids"]) == len(as_vectors(found["embeddings"], self._dimension)):
                return found
            # Chroma reads rows and vectors one after the other, and somebody was writing between: it left some out.
            sleep(pause_s)
        raise StoreUnavailable("some of the user's vectors are missing in Chroma while others write: try again")

    def _delete_rows(self, shard: Collection, user_id: str, keys: list[str]) -> int:
        there = shard.get(ids=keys, where=only(user_id), include=[])["ids"]
        if there:
            self._discard(shard, user_id, there)
        return len(there)

    def _discard(self, shard: Collection, user_id: str, keys: list[str]) -> None:
        if self._folder is None:
            # A server's files cannot be compacted from here, and its index would keep the vectors: overwrite them.
            for part in _parts(keys, self._max_batch):
                shard.update(ids=part, embeddings=placeholders(part, self._dimension))
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
        if self._folder is not None and verb not in HARMLESS:
            check_room(self._folder, copied=verb == "compact")
        with chroma_errors(f"cannot {verb} memories"):
            if self._lost:
                with self._renewing:
                    if self._lost:
                        self._renew()
            yield


def _parts(rows: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
