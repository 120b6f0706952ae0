"""A store whose writes are durable at once, in front of one that takes its time.

Chroma needs 6 to 40 ms to make one turn durable and hardly more for a hundred records, and no other thread of the
process runs meanwhile. So a write goes into a journal first (below 1 ms), and a thread carries what has gathered there
into the store behind in moments in which nothing is written.

After a crash, what the journal still holds is carried out again. That is right at whatever point the process died:
each user's writes are in order, and repeating them ends in the same state. Erased stays erased, because the intent to
erase is written in the transaction that drops what waits, is then carried out, and only then taken out.
"""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import groupby, takewhile
from pathlib import Path
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Self

from .errors import MemoryFault, StoreUnavailable
from .journal import Journal, Op, Write
from .pace import Pace
from .store import (
    Compactable,
    Entry,
    MemoryStore,
    Pausable,
    check_entries,
    check_ids,
    check_user_id,
    holds_deleted_bytes,
)

__all__ = ["JournaledStore"]

_log = logging.getLogger(__name__)

MAX_WAITING = 20_000
FLUSH_AT = 2_000
"""So many waiting writes are carried out at once."""
CHUNK = 2_000
"""Writes carried out at once. Chroma takes 860 records a second in portions of 50 and 2,900 in portions of 2,000."""
CLEAN_AT_ONCE = 500
"""Waiting writes up to which a deletion cleans the journal before it returns: a few milliseconds."""
COMPACT_SHARE = 0.05
"""Of the time at most so much is spent on compacting: a large store is copied seldom."""
FIRST_RETRY_S = 0.5
LONGEST_RETRY_S = 30.0
_LANES = 64


class JournaledStore:
    """MemoryStore that journals writes and carries them out in `inner` from a thread of its own.

    Owns `inner` and `journal`: nobody else writes to them, and `close` closes both. `dimension` is the length of the
    vectors that `inner` takes. While `inner` fails, `put` goes on until `max_waiting` writes wait.
    """

    def __init__(
        self,
        inner: MemoryStore,
        journal: Journal,
        *,
        dimension: int,
        max_waiting: int = MAX_WAITING,
        pace: Pace | None = None,
    ) -> None:
        self._inner = inner
        self._journal = journal
        self._dimension = dimension
        self._max_waiting = max_waiting
        self._pace = pace or Pace()
        self._flush_at = min(FLUSH_AT, max_waiting)
        # Whoever carries out a user's writes holds that user's lane, so that they reach the store in order.
        self._lanes = [Lock() for _ in range(_LANES)]
        self._changed = Condition()
        self._closed = self._stopping = self._stuck = False
        # After a crash the file may hold bytes of what is gone.
        self._dirty = True
        self._last_put = 0.0
        self._flush_by: float | None = None
        self._compact_from = 0.0
        self._compact_by: float | None = None
        self._flusher = Thread(target=self._flush_until_stopped, name="tailored-journal", daemon=True)
        self._flusher.start()
        # The interpreter must not end while the thread is inside the store's native code.
        atexit.register(self._stop)

    @classmethod
    def open(cls, inner: MemoryStore, path: Path, *, dimension: int) -> Self:
        """The store in front of `inner`, with its journal in the file `path`, made when it is missing.

        Raises StoreLocked when the journal is open elsewhere, StoreUnavailable when it cannot be used; `inner` is
        closed then.
        """
        try:
            return cls(inner, Journal(path), dimension=dimension)
        except BaseException:
            inner.close()
            raise

    @property
    def pending(self) -> int:
        """How many writes have not reached the inner store."""
        return self._journal.waiting

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        """See MemoryStore. Waits while too many writes wait; StoreUnavailable when these cannot be carried out."""
        self._check_open()
        checked = check_entries(check_user_id(user_id), entries, dimension=self._dimension)
        if checked:
            self._await_room()
            self._journal.append(user_id, checked)
            self._last_put = monotonic()
            self._wake()

    def load(self, user_id: str) -> list[Entry]:
        """See MemoryStore. What waits for this user is carried out first."""
        self._check_open()
        if self._journal.oldest(check_user_id(user_id), 1):
            self._flush(user_id)
        return self._inner.load(user_id)

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        """See MemoryStore. Should the inner store fail, the records are deleted when it works again."""
        self._check_open()
        check_user_id(user_id)
        named = dict.fromkeys(check_ids(ids))
        return self._withdraw(user_id, named) if named else 0

    def erase(self, user_id: str) -> None:
        """See MemoryStore. The records leave the inner store right after this returns: that takes Chroma longer than
        anybody should wait."""
        self._check_open()
        with self._lane(check_user_id(user_id)):
            self._journal.withdraw(user_id, None)
            if self.pending <= CLEAN_AT_ONCE:
                self._journal.clean()
            self._dirty = True
        self._wake()

    def flush(self) -> None:
        """Carry out everything that waits. Raises what the inner store raised; what it did not take goes on waiting."""
        self._check_open()
        _, failure = self._flush_all(self._journal.users())
        if failure is not None:
            raise failure

    def compact(self) -> None:
        """Take what was deleted or erased off the disk: the journal's bytes, and the inner store's if it can."""
        self.flush()
        self._journal.clean()
        if isinstance(self._inner, Compactable):
            self._inner.compact()

    @property
    def wants_compacting(self) -> bool:
        """See Compactable. They go when nothing is written for some seconds, within ten minutes, or at `close`."""
        return holds_deleted_bytes(self._inner)

    @contextmanager
    def still(self) -> Iterator[None]:
        """See Pausable."""
        self.flush()
        with self._inner.still() if isinstance(self._inner, Pausable) else nullcontext():
            yield

    def close(self) -> None:
        """Carry out what waits, take what was erased off the disk, then close the inner store; once.

        Raises StoreUnavailable when something could not be carried out: it stays in the journal for the next opening.
        """
        with self._changed:
            closed, self._closed = self._closed, True
        if closed:
            return
        self._stop()
        atexit.unregister(self._stop)
        try:
            self._finish()
        finally:
            self._journal.close()
            self._inner.close()

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed: open a new one")

    def _finish(self) -> None:
        _, failure = self._flush_all(self._journal.users())
        if failure is not None:
            raise StoreUnavailable(
                f"{self.pending} writes did not reach the store ({type(failure).__name__}): they wait in "
                f"{self._journal.path} and are carried out when it is opened again"
            ) from failure
        self._journal.clean()
        if self.wants_compacting:
            self._compact_inner()

    # Carrying out.

    def _lane(self, user_id: str) -> Lock:
        return self._lanes[hash(user_id) % _LANES]

    def _withdraw(self, user_id: str, ids: Collection[str]) -> int:
        with self._lane(user_id):
            dropped, intent = self._journal.withdraw(user_id, ids)
            try:
                # What waited is counted here; an older version of it may be in the store.
                self._inner.delete(user_id, dropped)
                others = set(ids).difference(dropped)
                n_gone = len(dropped) + self._inner.delete(user_id, list(others))
                self._journal.remove(user_id, intent)
            finally:
                self._dirty = True
                if self.pending <= CLEAN_AT_ONCE:
                    self._journal.clean()
                self._wake()
        return n_gone

    def _flush(self, user_id: str) -> None:
        while self._flush_chunk(user_id) == CHUNK:
            pass

    def _flush_chunk(self, user_id: str) -> int:
        with self._lane(user_id):
            writes = self._journal.oldest(user_id, CHUNK)
            for op, group in groupby(writes, key=lambda write: write.op):
                same = list(group)
                self._apply(user_id, op, same)
                self._dirty = True
                self._journal.remove(user_id, range(same[0].seq, same[-1].seq + 1))
        self._wake()
        return len(writes)

    def _apply(self, user_id: str, op: Op, writes: list[Write]) -> None:
        if op == "put":
            self._inner.put(user_id, [write.entry() for write in writes])
        elif op == "delete":
            self._inner.delete(user_id, [write.record_id for write in writes])
        else:
            self._inner.erase(user_id)

    def _flush_all(self, users: Iterable[str]) -> tuple[int, Exception | None]:
        """For how many users everything is carried out, and the last failure: one user's does not stop the others."""
        n_flushed, failure = 0, None
        for user_id in users:
            try:
                self._flush(user_id)
                n_flushed += 1
            except Exception as error:
                failure = error
        return n_flushed, failure

    # The thread.

    def _flush_until_stopped(self) -> None:
        failures = 0
        while not self._stopping:
            if self._overdue():
                self._compact_inner()
            if not self.pending:
                self._flush_by = None
                self._idle()
                continue
            if failures:
                self._wait(lambda: False, min(FIRST_RETRY_S * 2 ** min(failures - 1, 10), LONGEST_RETRY_S))
            else:
                self._await_quiet()
            failures = 0 if self._flush_round() else failures + 1

    def _await_quiet(self) -> None:
        self._flush_by = self._flush_by or monotonic() + self._pace.flush_within_s
        while not self._stopping and 0 < self.pending < self._flush_at:
            left = min(self._last_put + self._pace.flush_after_s, self._flush_by) - monotonic()
            if left <= 0:
                return
            self._wait(lambda: not 0 < self.pending < self._flush_at, left)

    def _flush_round(self) -> bool:
        hurried = self.pending >= self._flush_at or (self._flush_by is not None and self._flush_by <= monotonic())
        if hurried:
            self._flush_by = None

        def goes_on(_: str) -> bool:
            quiet = monotonic() - self._last_put >= self._pace.flush_after_s
            return not self._stopping and (hurried or quiet)

        try:
            n_flushed, failure = self._flush_all(takewhile(goes_on, self._journal.users()))
        except MemoryFault as error:
            n_flushed, failure = 0, error
        self._stuck = failure is not None and not n_flushed
        if failure is not None:
            # The name only: a message may quote what a user wrote.
            _log.warning("%d writes wait, the store failed: %s", self.pending, type(failure).__name__)
            self._wake()
        return failure is None

    def _idle(self) -> None:
        """Wait for writes; when none come for a while, clean and compact."""
        self._wait(lambda: self.pending > 0 or self._dirty or self.wants_compacting, None)
        if self._dirty and not self._wait(lambda: self.pending > 0, self._pace.clean_after_s):
            self._dirty = False
            try:
                self._journal.clean()
            except MemoryFault as error:
                _log.warning("the journal could not be cleaned: %s", type(error).__name__)
        pause = max(self._pace.compact_after_s, self._compact_from - monotonic())
        if self.wants_compacting and not self._wait(lambda: self.pending > 0, pause):
            self._compact_inner()

    def _overdue(self) -> bool:
        """Whether compacting has waited long enough for a moment without writes."""
        if not self.wants_compacting:
            self._compact_by = None
            return False
        if self._compact_by is None:
            self._compact_by = monotonic() + self._pace.compact_within_s
        return monotonic() >= max(self._compact_by, self._compact_from)

    def _compact_inner(self) -> None:
        begun = monotonic()
        try:
            self._journal.clean()
            if isinstance(self._inner, Compactable):
                self._inner.compact()
        except MemoryFault as error:
            _log.warning("deleted records could not be taken off the disk yet: %s", type(error).__name__)
            self._compact_from = monotonic() + self._pace.compact_again_s
            return
        self._compact_from = monotonic() + (monotonic() - begun) / COMPACT_SHARE

    def _await_room(self) -> None:
        if self.pending < self._max_waiting:
            return
        self._wait(lambda: self._stuck or self.pending < self._max_waiting, None)
        self._check_open()
        if self._stuck and self.pending >= self._max_waiting:
            raise StoreUnavailable(f"{self.pending} writes wait for a store that fails: repair it and try again")

    def _wait(self, until: Callable[[], bool], timeout_s: float | None) -> bool:
        """Whether it happened in that time; True when the store is being closed, too."""
        with self._changed:
            return self._changed.wait_for(lambda: self._stopping or until(), timeout_s)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _stop(self) -> None:
        self._stopping = True
        self._wake()
        self._flusher.join()
