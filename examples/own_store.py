"""Bring your own store: the five methods of `MemoryStore`. This one is a table in SQLite.

python examples/own_store.py
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tailored import Assistant
from tailored.memory import Entry, StoreUnavailable, check_user_id
from tailored.memory.codec import dumps, loads
from tailored.memory.store import check_entries, check_ids

PUT = (
    "INSERT INTO entries VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO UPDATE SET record = excluded.record, vector = excluded.vector"
)
SCHEMA = "CREATE TABLE IF NOT EXISTS entries (user TEXT, id TEXT, record TEXT, vector BLOB, PRIMARY KEY (user, id))"


class SQLiteStore:
    """Every method takes the user first, and none can name all users."""

    def __init__(self, path: Path, *, dimension: int) -> None:
        self._dimension = dimension
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False)
        self._db.execute("PRAGMA secure_delete = ON")  # what is erased leaves no bytes
        self._db.execute(SCHEMA)

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        checked = check_entries(check_user_id(user_id), entries, dimension=self._dimension)
        with self._opened() as db:
            db.executemany(PUT, [(user_id, entry.record.id, dumps(entry.record), _blob(entry)) for entry in checked])

    def load(self, user_id: str) -> list[Entry]:
        query = "SELECT record, vector FROM entries WHERE user = ? ORDER BY rowid"
        check_user_id(user_id)
        with self._opened() as db:
            rows = db.execute(query, (user_id,)).fetchall()
        entries = [Entry(record=loads(record), vector=_vector(blob)) for record, blob in rows]
        return sorted(entries, key=lambda entry: entry.record.created)

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        pairs = [(check_user_id(user_id), record_id) for record_id in check_ids(ids)]
        with self._opened() as db:
            return sum(db.execute("DELETE FROM entries WHERE user = ? AND id = ?", pair).rowcount for pair in pairs)

    def erase(self, user_id: str) -> None:
        check_user_id(user_id)
        with self._opened() as db:
            db.execute("DELETE FROM entries WHERE user = ?", (user_id,))

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """The database, one call at a time; all of what a call changes, or nothing."""
        try:
            with self._lock, self._db:
                yield self._db
        except sqlite3.Error as error:
            raise StoreUnavailable(f"the store is closed or cannot be used: {error}") from error


def _blob(entry: Entry) -> bytes | None:
    return None if entry.vector is None else entry.vector.tobytes()


def _vector(blob: bytes | None) -> np.ndarray | None:
    return None if blob is None else np.frombuffer(blob, np.float32)


if __name__ == "__main__":
    store = SQLiteStore(Path("memories.sqlite3"), dimension=384)  # of the default embedder's vectors
    with Assistant.open("./data", store=store) as assistant:
        ada = assistant.user("ada")
        assistant.record_turn("ada", "My sister Carla plays the cello", "How nice!")
        print(ada.search("What does my sister play?", limit=1)[0].text)
    store.close()
