"""A store behind a journal, and what tests of it share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from tailored.memory.errors import StoreUnavailable
from tailored.memory.journal import Journal
from tailored.memory.journaled import JournaledStore
from tailored.memory.pace import Pace
from tailored.memory.ram import InMemoryStore
from tailored.memory.store import Entry, MemoryStore

from .conformance import DIMENSION

LATER = 3600.0


class Behind:
    """A store that can be told to fail, before it did what it was asked or after; `close` leaves its records there."""

    def __init__(self) -> None:
        self.records = InMemoryStore(dimension=DIMENSION)
        self.broken: set[str] = set()
        self.breaks_after: set[str] = set()
        self.n_puts = 0
        self.n_compacted = 0
        self.has_deleted = False
        self.closed = False
        self.may_put = Event()
        self.may_put.set()

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        self.may_put.wait(20)
        with _failing(self, "put", user_id):
            self.n_puts += 1
            self.records.put(user_id, entries)

    def load(self, user_id: str) -> list[Entry]:
        return self.records.load(user_id)

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        with _failing(self, "delete", user_id):
            return self.records.delete(user_id, ids)

    def erase(self, user_id: str) -> None:
        with _failing(self, "erase", user_id):
            self.records.erase(user_id)

    @property
    def wants_compacting(self) -> bool:
        return self.has_deleted

    def compact(self) -> None:
        self.n_compacted += 1
        with _failing(self, "compact"):
            self.has_deleted = False

    def close(self) -> None:
        self.closed = True


@contextmanager
def _failing(behind: Behind, call: str, user_id: str = "") -> Iterator[None]:
    if {call, user_id} & behind.broken:
        raise StoreUnavailable("the private words of ada")
    yield
    if call in behind.breaks_after:
        raise StoreUnavailable("the private words of ada")


def open_on(
    behind: MemoryStore, path: Path, *, flush_after_s: float = LATER, max_waiting: int = 1000
) -> JournaledStore:
    journal = Journal(path)
    return JournaledStore(
        behind, journal, dimension=DIMENSION, pace=Pace(flush_after_s=flush_after_s), max_waiting=max_waiting
    )


def on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*") if file.exists())


def eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it did not happen within 20 s"
        time.sleep(0.01)
