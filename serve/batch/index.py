"""Which lines of the input are still to be answered, and whose turn is next.

The index lies in a temporary database of SQLite's own, on the disk and without a name: a batch of a million lines
needs no more memory than one of ten, and after a crash nothing of it is left.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

__all__ = ["Index", "Pending"]

_SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE, next INTEGER, busy INTEGER DEFAULT 0, doubt INTEGER);
CREATE TABLE lines (
    number INTEGER PRIMARY KEY, custom_id TEXT UNIQUE, user INTEGER, start INTEGER, size INTEGER, chat INTEGER,
    done INTEGER DEFAULT 0, record TEXT, fault TEXT
);
"""
_INDEXES = """
CREATE INDEX waiting ON lines (user, number) WHERE NOT done;
UPDATE users SET next = (SELECT min(number) FROM lines WHERE user = users.id AND NOT done);
CREATE INDEX left_behind ON lines (record) WHERE record IS NOT NULL;
CREATE INDEX ready ON users (next) WHERE next IS NOT NULL AND NOT busy;
"""
_TAKE = """
SELECT lines.number, start, size, users.id, doubt FROM users JOIN lines ON lines.number = users.next
WHERE users.next IS NOT NULL AND NOT busy ORDER BY users.next LIMIT 1
"""
_NEXT = "(SELECT min(number) FROM lines WHERE user = users.id AND NOT done)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A line to answer now."""

    number: int
    """From 1."""
    start: int
    size: int
    """Where it is in the input file, in bytes."""
    in_doubt: bool
    """Whether an earlier run may have begun with it."""


class Index:
    """Used by one thread. First `add` the lines and `mark` those that are answered, then `begin`, then take them."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(_SCHEMA)

    def add(self, number: int, custom_id: str, user_id: str, *, start: int, size: int, chat: bool) -> int | None:
        """A line of the input; the number of an earlier line with the same id, if there is one."""
        self._db.execute("INSERT OR IGNORE INTO users (name) VALUES (?)", (user_id,))
        added = self._db.execute(
            "INSERT OR IGNORE INTO lines (number, custom_id, user, start, size, chat) "
            "VALUES (?, ?, (SELECT id FROM users WHERE name = ?), ?, ?, ?)",
            (number, custom_id, user_id, start, size, chat),
        )
        return None if added.rowcount else self._number(custom_id)

    def add_malformed(self, number: int, custom_id: str | None, fault: str) -> int | None:
        """As `add`, for a line that cannot be run: why is kept until it is written down."""
        added = self._db.execute(
            "INSERT OR IGNORE INTO lines (number, custom_id, fault) VALUES (?, ?, ?)", (number, custom_id, fault)
        )
        return None if added.rowcount else self._number(custom_id)

    def mark(self, custom_id: str | None, number: int | None, record_id: str | None) -> None:
        """A line that an earlier run has answered, by its id, or by its number where no id could be read.

        Ids that are not in the input are nobody's business.
        """
        if custom_id is not None:
            self._db.execute("UPDATE lines SET done = 1, record = ? WHERE custom_id = ?", (record_id, custom_id))
        else:
            self._db.execute("UPDATE lines SET done = 1 WHERE number = ? AND custom_id IS NULL", (number,))

    def malformed(self) -> Iterator[tuple[int, str | None, str]]:
        """Number, id and fault of the malformed lines that are not written down yet."""
        yield from self._db.execute(
            "SELECT number, custom_id, fault FROM lines WHERE fault IS NOT NULL AND NOT done ORDER BY number"
        )

    def begin(self, *, resumed: bool) -> None:
        self._db.execute("UPDATE users SET doubt = ?", (resumed,))
        self._db.executescript(_INDEXES)

    def take(self) -> Pending | None:
        """The first line that waits, of those whose user has none in work; None when every such user is done or busy."""
        row = self._db.execute(_TAKE).fetchone()
        if row is None:
            return None
        number, start, size, user, doubt = row
        self._db.execute("UPDATE users SET busy = 1, doubt = 0 WHERE id = ?", (user,))
        return Pending(number=number, start=start, size=size, in_doubt=bool(doubt))

    def finish(self, number: int, record_id: str | None) -> None:
        """The line is answered, for good or ill: the next one of its user may be taken."""
        self._db.execute("UPDATE lines SET done = 1, record = ? WHERE number = ?", (record_id, number))
        self._db.execute(
            f"UPDATE users SET busy = 0, next = {_NEXT} WHERE id = (SELECT user FROM lines WHERE number = ?)", (number,)
        )

    def record_of(self, custom_id: str, user_id: str) -> str | None:
        """The id of the record that a line of the same user has left; None where there is none."""
        row = self._db.execute(
            "SELECT record FROM lines JOIN users ON users.id = lines.user WHERE custom_id = ? AND name = ?",
            (custom_id, user_id),
        ).fetchone()
        return row[0] if row else None

    def knows(self, record_id: str) -> bool:
        """Whether a line has left this record."""
        return self._db.execute("SELECT 1 FROM lines WHERE record = ? LIMIT 1", (record_id,)).fetchone() is not None

    def left(self) -> tuple[int, int, int, int]:
        """What is not done: chats, edits and interactions, malformed lines; and how many users the first two are of."""
        row = self._db.execute(
            "SELECT count(*) FILTER (WHERE chat), count(*) FILTER (WHERE NOT chat), "
            "count(*) FILTER (WHERE fault IS NOT NULL), count(DISTINCT user) FROM lines WHERE NOT done"
        ).fetchone()
        chats, others, malformed, users = row
        return chats, others, malformed, users

    def spread(self, limit: int) -> Iterator[Pending]:
        """Chats that are not done, at most so many, from all over the file."""
        step = -(-self.left()[0] // limit) or 1
        rows = self._db.execute("SELECT number, start, size FROM lines WHERE chat AND NOT done ORDER BY number")
        for number, start, size in islice(rows, 0, None, step):
            yield Pending(number=number, start=start, size=size, in_doubt=False)

    def _number(self, custom_id: str | None) -> int:
        [number] = self._db.execute("SELECT number FROM lines WHERE custom_id = ?", (custom_id,)).fetchone()
        return int(number)

    def counts(self) -> tuple[int, int, int]:
        """Lines in all, lines that are done, and users."""
        lines, done = self._db.execute("SELECT count(*), coalesce(sum(done), 0) FROM lines").fetchone()
        [users] = self._db.execute("SELECT count(*) FROM users").fetchone()
        return int(lines), int(done), int(users)

    def close(self) -> None:
        self._db.close()
