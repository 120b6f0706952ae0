"""The queue of learning jobs: one SQLite file that outlives crashes.

A job is leased, done and acknowledged; whoever dies in between loses the lease and the job is taken again, so a
handler may run twice and has to bear it. Jobs of one user are never run at the same time. A job that keeps failing is
set aside and listed. Jobs carry ids of records, never text, so that erasing a user leaves nothing behind.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ...memory.together import Together
from .errors import QueueUnavailable, UnknownJob
from .jobs import Job, NewJob, QueueCounts, check_job

__all__ = ["Job", "JobQueue", "NewJob", "QueueCounts"]

MAX_TRIES = 5
SHARED = 64
"""So many callers at most share a transaction."""
FIRST_DELAY_S = 5.0
LONGEST_DELAY_S = 3600.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'leased', 'poisoned')),
    tries INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL,
    error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS jobs_by_due ON jobs (state, due, id);
CREATE INDEX IF NOT EXISTS jobs_by_user ON jobs (user_id, state);
"""

_NEXT = """
SELECT id FROM jobs AS job
WHERE state IN ('waiting', 'leased') AND due <= :now
  AND NOT EXISTS (SELECT 1 FROM jobs WHERE user_id = job.user_id AND state = 'leased' AND due > :now)
ORDER BY due, id LIMIT 1
"""


class JobQueue:
    """A durable queue in the file `path` (made when missing); safe to share between threads and processes.

    Every method blocks for at most some milliseconds and raises QueueUnavailable when the file cannot be used.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], float] = time.time, max_tries: int = MAX_TRIES, timeout_s: float = 10.0
    ) -> None:
        self.path = path
        self._clock = clock
        self._max_tries = max_tries
        self._lock = threading.Lock()
        # A sync of the disk takes some 4 ms: turns that end at the same time share one.
        self._add_together = Together(self._add_all, at_most=SHARED)
        with self._named_errors():
            self._db = sqlite3.connect(path, timeout=timeout_s, isolation_level=None, check_same_thread=False)
            self._prepare()

    def _prepare(self) -> None:
        try:
            # Deleted rows are overwritten: an erased user's id must not stay readable in the file.
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error:
            self._db.close()
            raise

    def enqueue(
        self,
        user_id: str,
        kind: str,
        payload: Sequence[str] = (),
        *,
        delay_s: float = 0.0,
        block: int | None = None,
    ) -> int:
        """Add a job and return its id, durable when this returns; the same job already waiting is not added twice.

        It is due after `delay_s`, or with all of its kind as soon as `block` of them wait for the user.
        Raises PayloadRefused unless `payload` is a few ids (letters, digits and `.:@/+=-_`, at most 200 each).
        """
        check_job(user_id, kind, payload)
        job = NewJob(user_id=user_id, kind=kind, payload=tuple(payload), delay_s=delay_s, block=block)
        return self._add_together([job])[0]

    def enqueue_all(self, jobs: Sequence[NewJob]) -> list[int]:
        """As `enqueue`, for several jobs: all or none are added."""
        for job in jobs:
            check_job(job.user_id, job.kind, job.payload)
        return self._add_together(jobs)

    def _add_all(self, jobs: Sequence[NewJob]) -> list[int]:
        with self._transaction() as db:
            return [self._add(db, job) for job in jobs]

    def _add(self, db: sqlite3.Connection, job: NewJob) -> int:
        row = (job.user_id, job.kind, json.dumps(job.payload))
        same = db.execute(
            "SELECT id FROM jobs WHERE user_id = ? AND kind = ? AND payload = ? AND state = 'waiting'", row
        ).fetchone()
        if same:
            return int(same[0])
        due = self._clock() + job.delay_s
        added = db.execute("INSERT INTO jobs (user_id, kind, payload, due) VALUES (?, ?, ?, ?)", (*row, due))
        if job.block is not None:
            self._complete(db, job.user_id, job.kind, job.block)
        return int(added.lastrowid or 0)

    def hasten(self) -> None:
        """Make every job due that waits for company and not for another try."""
        with self._transaction() as db:
            now = self._clock()
            db.execute("UPDATE jobs SET due = ? WHERE state = 'waiting' AND tries = 0 AND due > ?", (now, now))

    def lease(self, seconds: float) -> Job | None:
        """Take the next due job for `seconds`, or None when none is due. Nobody else gets it before they are over."""
        with self._transaction() as db:
            now = self._clock()
            while found := db.execute(_NEXT, {"now": now}).fetchone():
                db.execute(
                    "UPDATE jobs SET state = 'leased', tries = tries + 1, due = ? WHERE id = ?",
                    (now + seconds, found[0]),
                )
                job = _job(db.execute(f"{_SELECT} WHERE id = ?", found).fetchone())
                if job.tries <= self._max_tries:
                    return job
                # It was leased too often without an answer: whatever it does kills its worker.
                self._poison(db, job, job.error or "WorkerDied")
            return None

    def join(self, job: Job, seconds: float, *, limit: int) -> list[Job]:
        """Take with a job that is tried for the first time up to `limit` of its user and kind that were never tried,
        due or not, oldest first: together they are one piece of work. What failed before is tried alone."""
        if job.tries > 1:
            return []
        with self._transaction() as db:
            rows = db.execute(f"{_SELECT} WHERE {_UNTRIED} ORDER BY id LIMIT ?", (job.user_id, job.kind, limit))
            found = [row[0] for row in rows.fetchall()]
            change = "UPDATE jobs SET state = 'leased', tries = 1, due = ? WHERE id = ?"
            db.executemany(change, [(self._clock() + seconds, id_) for id_ in found])
            return [_job(db.execute(f"{_SELECT} WHERE id = ?", (id_,)).fetchone()) for id_ in found]

    def extend(self, job: Job, seconds: float) -> bool:
        """Keep a job for longer; False when the lease was lost."""
        with self._transaction() as db:
            due = self._clock() + seconds
            return db.execute(f"UPDATE jobs SET due = ? WHERE {_HELD}", (due, job.id, job.lease)).rowcount > 0

    def ack(self, job: Job) -> bool:
        """The job is done and goes. False when the lease was lost, so that somebody else does it again."""
        with self._transaction() as db:
            return db.execute(f"DELETE FROM jobs WHERE {_HELD}", (job.id, job.lease)).rowcount > 0

    def fail(self, job: Job, error: str) -> bool:
        """The job failed with the error of that name: try it later, or set it aside after the last try.

        `error` is the name of a class, never a message: messages may quote what a user wrote.
        """
        with self._transaction() as db:
            if not db.execute(f"SELECT 1 FROM jobs WHERE {_HELD}", (job.id, job.lease)).fetchone():
                return False
            if job.tries >= self._max_tries:
                self._poison(db, job, error)
                return True
            due = self._clock() + min(FIRST_DELAY_S * 2 ** (job.tries - 1), LONGEST_DELAY_S)
            db.execute("UPDATE jobs SET state = 'waiting', due = ?, error = ? WHERE id = ?", (due, error, job.id))
            return True

    def release(self, job: Job) -> bool:
        """Give a job back untried, because the worker is stopping."""
        with self._transaction() as db:
            change = "state = 'waiting', tries = tries - 1, due = ?"
            return (
                db.execute(f"UPDATE jobs SET {change} WHERE {_HELD}", (self._clock(), job.id, job.lease)).rowcount > 0
            )

    def cancel(self, user_id: str) -> int:
        """Drop all jobs of a user, running ones included (their `ack` gives False); says how many.

        Afterwards nothing of the user is left in the queue's files.
        """
        with self._transaction() as db:
            dropped = db.execute("DELETE FROM jobs WHERE user_id = ?", (user_id,)).rowcount
        with self._lock, self._named_errors():
            # secure_delete does not reach copies of rows that SQLite moved between pages.
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return dropped

    def holds(self, job: Job) -> bool:
        """Is the lease still ours? To be asked just before writing what a job found."""
        with self._transaction() as db:
            return db.execute(f"SELECT 1 FROM jobs WHERE {_HELD}", (job.id, job.lease)).fetchone() is not None

    def counts(self, user_id: str | None = None) -> QueueCounts:
        """How many jobs there are of a user; without one, of all users together."""
        asked = "SELECT state, COUNT(*) FROM jobs WHERE ? IS NULL OR user_id = ? GROUP BY state"
        with self._transaction() as db:
            return QueueCounts(**dict(db.execute(asked, (user_id, user_id)).fetchall()))

    def poisoned(self) -> list[Job]:
        """The jobs set aside, oldest first; for the operator, since they name users and records."""
        return self._in_state("poisoned")

    def leased(self) -> list[Job]:
        """The jobs that somebody has taken, oldest first; for the operator."""
        return self._in_state("leased")

    def _in_state(self, state: str) -> list[Job]:
        with self._transaction() as db:
            return [_job(row) for row in db.execute(f"{_SELECT} WHERE state = ? ORDER BY id", (state,))]

    def retry(self, job_id: int) -> None:
        """Give a job that was set aside all its tries again. Raises UnknownJob."""
        with self._transaction() as db:
            change = "UPDATE jobs SET state = 'waiting', tries = 0, due = ? WHERE id = ? AND state = 'poisoned'"
            if not db.execute(change, (self._clock(), job_id)).rowcount:
                raise UnknownJob(f"no job {job_id} was set aside: `tailored worker --status` lists those that were")

    def drop(self, job_id: int) -> None:
        """Give up a job that was set aside. Raises UnknownJob."""
        with self._transaction() as db:
            if not db.execute("DELETE FROM jobs WHERE id = ? AND state = 'poisoned'", (job_id,)).rowcount:
                raise UnknownJob(f"no job {job_id} was set aside: `tailored worker --status` lists those that were")

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._named_errors():
            # IMMEDIATE: a transaction that reads first and then writes would fail under another writer.
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise QueueUnavailable(
                f"the queue {self.path} cannot be used ({error}): check the folder and its disk"
            ) from error

    def _complete(self, db: sqlite3.Connection, user_id: str, kind: str, block: int) -> None:
        """Make the untried jobs of a user and kind due when there are as many as a block."""
        (count,) = db.execute(f"SELECT COUNT(*) FROM jobs WHERE {_UNTRIED}", (user_id, kind)).fetchone()
        if count >= block:
            now = self._clock()
            change = f"UPDATE jobs SET due = ? WHERE {_UNTRIED} AND due > ?"
            db.execute(change, (now, user_id, kind, now))

    @staticmethod
    def _poison(db: sqlite3.Connection, job: Job, error: str) -> None:
        db.execute("UPDATE jobs SET state = 'poisoned', error = ? WHERE id = ?", (error, job.id))


_HELD = "id = ? AND tries = ? AND state = 'leased'"
_UNTRIED = "user_id = ? AND kind = ? AND state = 'waiting' AND tries = 0"
_SELECT = "SELECT id, user_id, kind, payload, tries, error FROM jobs"


def _job(row: tuple[int, str, str, str, int, str]) -> Job:
    id_, user_id, kind, payload, tries, error = row
    return Job(id=id_, user_id=user_id, kind=kind, payload=tuple(json.loads(payload)), tries=tries, error=error)
