"""Writes that wait for a slow store, in a small SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Literal, NamedTuple

import numpy as np

from .codec import dumps, loads
from .errors import StoreLocked, StoreUnavailable
from .store import Entry

__all__ = ["Journal", "Write"]

_PRAGMAS = (
    # Two processes would carry out the same writes in different orders: the second one is refused.
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "temp_store = MEMORY",
)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS writes (
    seq INTEGER PRIMARY KEY, user_id TEXT NOT NULL, op TEXT NOT NULL, record_id TEXT NOT NULL, record TEXT NOT NULL,
    vector BLOB
);
CREATE INDEX IF NOT EXISTS writes_of_user ON writes (user_id);
"""
_INSERT = "INSERT INTO writes (user_id, op, record_id, record, vector) VALUES (?, ?, ?, ?, ?)"
_OLDEST = "SELECT seq, op, record_id, record, vector FROM writes WHERE user_id = ? ORDER BY seq LIMIT ?"
_PUTS = "SELECT seq, record_id FROM writes WHERE user_id = ? AND op = 'put'"

Op = Literal["put", "delete", "erase"]
_Row = tuple[str, Op, str, str, bytes | None]


class Write(NamedTuple):
    """One waiting change: a `put` has the record and, if it is searched, its vector; an `erase` has no record id."""

    seq: int
    op: Op
    record_id: str
    record: str
    vector: bytes | None

    def entry(self) -> Entry:
        """What is to be put. Raises InvalidRecord when a newer version wrote it."""
        vector = None if self.vector is None else np.frombuffer(self.vector, "<f4").astype(np.float32)
        return Entry(record=loads(self.record), vector=vector)


class Journal:
    """The waiting writes of all users in the file `path`, made when it is missing; thread-safe, one process at a time.

    What a method changed is durable when it returns. Raises StoreLocked when the file is open elsewhere,
    StoreUnavailable when it cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        with self._named_errors():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
            try:
                for pragma in _PRAGMAS:
                    self._db.execute(f"PRAGMA {pragma}")
                self._db.executescript(_SCHEMA)
                self._waiting = self._count()
            except BaseException:
                self._db.close()
                raise

    @property
    def waiting(self) -> int:
        """How many writes there are, of all users together."""
        return self._waiting

    def append(self, user_id: str, entries: Iterable[Entry]) -> None:
        """Add puts, all or none. Raises InvalidRecord for a record that cannot be written."""
        rows = [_put(user_id, entry) for entry in entries]
        with self._changing():
            self._insert(rows)

    def withdraw(self, user_id: str, ids: Collection[str] | None) -> tuple[list[str], range]:
        """In one transaction, drop the waiting puts of these ids and add the intent to delete them from the store.

        With None: drop all that waits for the user, and add the intent to erase. Gives the ids whose puts were
        dropped and the numbers of the intents, for `remove` when they are carried out.
        """
        with self._changing():
            puts = self._db.execute(_PUTS, (user_id,)).fetchall()
            dropped = {seq: record_id for seq, record_id in puts if ids is None or record_id in ids}
            if ids is None:
                self._delete("user_id = ?", [(user_id,)])
                intents = self._insert([(user_id, "erase", "", "", None)])
            else:
                self._delete("seq = ?", [(seq,) for seq in dropped])
                intents = self._insert([(user_id, "delete", record_id, "", None) for record_id in ids])
        return list(dict.fromkeys(dropped.values())), intents

    def oldest(self, user_id: str, limit: int) -> list[Write]:
        """The user's oldest writes, in order."""
        with self._lock, self._named_errors():
            return [Write(*row) for row in self._db.execute(_OLDEST, (user_id, limit))]

    def users(self) -> list[str]:
        """Whose writes wait, the longest waiting first."""
        with self._lock, self._named_errors():
            rows = self._db.execute("SELECT user_id FROM writes GROUP BY user_id ORDER BY min(seq)")
            return [user_id for (user_id,) in rows]

    def remove(self, user_id: str, seqs: range) -> None:
        """Take out the user's writes of these numbers: they are carried out."""
        with self._changing():
            self._delete("user_id = ? AND seq >= ? AND seq < ?", [(user_id, seqs.start, seqs.stop)])

    def clean(self) -> None:
        """Take the bytes of what was removed off the disk."""
        with self._lock, self._named_errors():
            # The file is written anew: deleted rows are overwritten, but not the copies that SQLite leaves behind
            # when it moves a row to another page.
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        with self._lock:
            self._db.close()

    # Within a transaction.

    def _insert(self, rows: list[_Row]) -> range:
        self._db.executemany(_INSERT, rows)
        self._waiting += len(rows)
        last: int = self._db.execute("SELECT coalesce(max(seq), 0) FROM writes").fetchone()[0]
        return range(last - len(rows) + 1, last + 1)

    def _delete(self, where: str, arguments: list[tuple[str | int, ...]]) -> None:
        self._waiting -= self._db.executemany(f"DELETE FROM writes WHERE {where}", arguments).rowcount

    def _count(self) -> int:
        n_writes: int = self._db.execute("SELECT count(*) FROM writes").fetchone()[0]
        return n_writes

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._lock, self._named_errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                self._waiting = self._count()
                raise

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
                raise StoreLocked(f"the journal {self.path} is open elsewhere: close it there") from error
            raise StoreUnavailable(f"the journal {self.path} cannot be used: {error}") from error
        except OSError as error:
            raise StoreUnavailable(f"the journal's folder {self.path.parent} cannot be made: {error}") from error


def _put(user_id: str, entry: Entry) -> _Row:
    vector = None if entry.vector is None else np.asarray(entry.vector, "<f4").tobytes()
    return user_id, "put", entry.record.id, dumps(entry.record), vector
