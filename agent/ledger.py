"""What each user has cost, in one SQLite file: numbers for each purpose, never a text.

Several processes may write at once. A charge survives the end of the process, not a power cut: it is no memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal, get_args

from .errors import LedgerUnavailable

__all__ = ["PURPOSES", "Ledger", "Purpose", "Spent"]

Purpose = Literal["chat", "learn", "embed"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""Replies, learning in the background, and vectors for both."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS spent (
    user_id TEXT NOT NULL, purpose TEXT NOT NULL,
    calls INTEGER NOT NULL, prompt INTEGER NOT NULL, cached INTEGER NOT NULL, written INTEGER NOT NULL,
    seconds REAL NOT NULL,
    PRIMARY KEY (user_id, purpose)
) WITHOUT ROWID
"""
_CHARGE = """
INSERT INTO spent VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id, purpose) DO UPDATE SET
    calls = calls + excluded.calls, prompt = prompt + excluded.prompt, cached = cached + excluded.cached,
    written = written + excluded.written, seconds = seconds + excluded.seconds
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Calls of a model (for `embed`: of the embedder), tokens, and seconds waited for it."""

    calls: int = 0
    prompt: int = 0
    cached: int = 0
    """How many of `prompt` the server took from its prefix cache."""
    written: int = 0
    seconds: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            calls=self.calls + other.calls,
            prompt=self.prompt + other.prompt,
            cached=self.cached + other.cached,
            written=self.written + other.written,
            seconds=self.seconds + other.seconds,
        )


class Ledger:
    """The file `path`, made when missing; safe to share between threads and processes.

    Raises LedgerUnavailable when the file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        with self._named_errors():
            self._db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            try:
                # Deleted rows are overwritten: an erased user's id must not stay readable in the file.
                for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "secure_delete = ON"):
                    self._db.execute(f"PRAGMA {pragma}")
                self._db.execute(_SCHEMA)
            except sqlite3.Error:
                self._db.close()
                raise

    def charge(self, user_id: str, purpose: Purpose, spent: Spent) -> None:
        """Add to what was spent on a user."""
        row = (user_id, purpose, spent.calls, spent.prompt, spent.cached, spent.written, spent.seconds)
        with self._used() as db:
            db.execute(_CHARGE, row)

    def of(self, user_id: str) -> Mapping[Purpose, Spent]:
        """What was spent on a user, for each purpose that cost anything."""
        return self.all().get(user_id, {})

    def all(self) -> Mapping[str, Mapping[Purpose, Spent]]:
        """What was spent on every user; for the operator."""
        with self._used() as db:
            rows = db.execute("SELECT * FROM spent ORDER BY user_id, purpose").fetchall()
        books: dict[str, dict[Purpose, Spent]] = {}
        for user_id, purpose, calls, prompt, cached, written, seconds in rows:
            spent = Spent(calls=calls, prompt=prompt, cached=cached, written=written, seconds=seconds)
            books.setdefault(user_id, {})[purpose] = spent
        return books

    def erase(self, user_id: str) -> None:
        """Forget a user; afterwards nothing of them is left in the ledger's files."""
        with self._used() as db:
            if db.execute("DELETE FROM spent WHERE user_id = ?", (user_id,)).rowcount:
                # secure_delete does not reach copies of rows that SQLite moved between pages.
                db.execute("VACUUM")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._named_errors():
            yield self._db

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LedgerUnavailable(
                f"the ledger {self.path} cannot be used ({error}): check the folder and its disk"
            ) from error
