from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from tailored.memory.chroma import ChromaStore
from tailored.memory.errors import StoreLocked, StoreUnavailable
from tailored.memory.journal import Journal
from tailored.memory.journaled import JournaledStore
from tailored.memory.pace import Pace
from tailored.memory.ram import InMemoryStore
from tailored.memory.store import Entry, MemoryStore

from .conformance import DIMENSION, MemoryStoreTests, OpenStore, ids, turn, unit

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


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


def open_on(
    behind: MemoryStore, path: Path, *, flush_after_s: float = LATER, max_waiting: int = 1000
) -> JournaledStore:
    journal = Journal(path)
    return JournaledStore(
        behind, journal, dimension=DIMENSION, pace=Pace(flush_after_s=flush_after_s), max_waiting=max_waiting
    )


@pytest.fixture
def store(behind: Behind, path: Path) -> Iterator[JournaledStore]:
    store = open_on(behind, path)
    yield store
    behind.broken.clear()
    behind.breaks_after.clear()
    behind.may_put.set()
    store.close()


class TestJournaledInMemoryStore(MemoryStoreTests):
    durable = False

    @pytest.fixture
    def open_store(self, path: Path) -> OpenStore:
        return lambda: JournaledStore.open(InMemoryStore(dimension=DIMENSION), path, dimension=DIMENSION)


class TestJournaledChroma(MemoryStoreTests):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: JournaledStore.open(
            ChromaStore.open(tmp_path, space="test", dimension=DIMENSION), tmp_path / "journal", dimension=DIMENSION
        )


# Carrying out.


def test_writes_reach_the_inner_store_by_themselves(behind: Behind, path: Path) -> None:
    store = open_on(behind, path, flush_after_s=0.01)

    store.put("ada", [turn("ada", "1"), turn("ada", "2")])

    eventually(lambda: store.pending == 0)
    assert ids(behind.load("ada")) == ["1", "2"]
    store.close()


def test_gathered_writes_of_a_user_are_carried_out_at_once(store: JournaledStore, behind: Behind) -> None:
    for n in range(100):
        store.put("ada", [turn("ada", str(n), seconds=n)])

    waiting = store.pending
    store.flush()

    assert (waiting, store.pending, behind.n_puts) == (100, 0, 1)
    assert len(behind.load("ada")) == 100


def test_many_waiting_writes_do_not_wait_for_more(behind: Behind, path: Path) -> None:
    store = open_on(behind, path, max_waiting=30)

    store.put("ada", [turn("ada", str(n)) for n in range(30)])

    eventually(lambda: store.pending == 0)
    assert len(behind.load("ada")) == 30
    store.close()


def test_nothing_is_carried_out_while_somebody_writes(behind: Behind, path: Path) -> None:
    store = open_on(behind, path, flush_after_s=0.5)

    for n in range(20):
        store.put("ada", [turn("ada", str(n))])
        time.sleep(0.05)

    assert store.pending == 20
    eventually(lambda: store.pending == 0)
    store.close()


def test_loading_one_user_leaves_the_others_waiting(store: JournaledStore, behind: Behind) -> None:
    store.put("ada", [turn("ada", "1")])
    store.put("bob", [turn("bob", "1")])

    loaded = store.load("ada")

    assert ids(loaded) == ["1"]
    assert store.pending == 1
    assert behind.load("bob") == []


def test_deleting_counts_what_waits_and_what_is_stored_once(store: JournaledStore) -> None:
    store.put("ada", [turn("ada", "stored"), turn("ada", "both")])
    store.flush()
    store.put("ada", [turn("ada", "both", content="newer"), turn("ada", "waiting"), turn("ada", "kept")])

    assert store.delete("ada", ["stored", "both", "waiting", "no such"]) == 3
    assert ids(store.load("ada")) == ["kept"]


def test_erasing_takes_what_waits_and_what_is_stored(store: JournaledStore, behind: Behind) -> None:
    store.put("ada", [turn("ada", "stored"), turn("ada", "both")])
    store.flush()
    store.put("ada", [turn("ada", "both", content="newer"), turn("ada", "waiting")])

    store.erase("ada")

    assert store.load("ada") == []
    assert behind.load("ada") == []


def test_compacting_carries_out_and_compacts_the_inner_store(store: JournaledStore, behind: Behind) -> None:
    store.put("ada", [turn("ada", "1")])

    store.compact()

    assert behind.n_compacted == 1
    assert ids(behind.load("ada")) == ["1"]


def test_what_was_deleted_is_compacted_by_itself(behind: Behind, path: Path) -> None:
    behind.has_deleted = True
    pace = Pace(clean_after_s=0.01, compact_after_s=0.05)

    with closing(JournaledStore(behind, Journal(path), dimension=DIMENSION, pace=pace)) as store:
        store.put("ada", [turn("ada", "1")])
        store.flush()

        eventually(lambda: behind.n_compacted == 1)


def test_what_was_deleted_is_compacted_though_somebody_always_writes(behind: Behind, path: Path) -> None:
    behind.has_deleted = True
    pace = Pace(flush_after_s=0.01, compact_within_s=0.2)
    store = JournaledStore(behind, Journal(path), dimension=DIMENSION, pace=pace, max_waiting=1000)
    until, number = time.monotonic() + 20, 0

    while not behind.n_compacted and time.monotonic() < until:
        store.put("ada", [turn("ada", str(number % 10))])
        number += 1
    compacted_while_writing = behind.n_compacted
    store.close()

    assert compacted_while_writing == 1
    assert number > 1


def test_closing_compacts_what_was_deleted(behind: Behind, path: Path) -> None:
    store = open_on(behind, path)
    behind.has_deleted = True

    store.close()

    assert behind.n_compacted == 1


def test_compacting_is_fine_with_a_store_that_cannot(path: Path) -> None:
    store = open_on(InMemoryStore(dimension=DIMENSION), path)
    store.put("ada", [turn("ada", "1")])

    store.compact()

    assert store.pending == 0
    store.close()


def test_writers_and_readers_of_several_users(behind: Behind, path: Path) -> None:
    store = open_on(behind, path, flush_after_s=0.001)

    def write(user: str) -> list[str]:
        seen = []
        for n in range(150):
            store.put(user, [turn(user, "same", content=str(n)), turn(user, f"own {n}", seconds=n)])
            if n % 10 == 0:
                seen.append(store.load(user)[0].record.text)
                store.delete(user, [f"own {n}"])
        return seen

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(write, map(str, range(8))))
    store.close()

    assert seen == [[str(n) for n in range(0, 150, 10)]] * 8
    for user in map(str, range(8)):
        texts = {entry.record.id: entry.record.text for entry in behind.load(user)}
        assert texts["same"] == "149"
        assert len(texts) == 1 + 150 - 15


# When the inner store fails.


def test_writing_goes_on_while_the_inner_store_fails(behind: Behind, path: Path) -> None:
    behind.broken = {"put"}
    store = open_on(behind, path, flush_after_s=0.001)

    store.put("ada", [turn("ada", "1")])
    time.sleep(0.05)
    store.put("ada", [turn("ada", "2")])
    waiting = store.pending
    behind.broken = set()

    eventually(lambda: store.pending == 0)
    assert waiting == 2
    assert ids(behind.load("ada")) == ["1", "2"]
    store.close()


def test_failure_is_logged_by_its_name_only(behind: Behind, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    behind.broken = {"put"}
    store = open_on(behind, path, flush_after_s=0.001)

    with caplog.at_level(logging.WARNING):
        store.put("ada", [turn("ada", "1", content="private words")])
        eventually(lambda: bool(caplog.messages))

    behind.broken = set()
    store.close()
    assert "StoreUnavailable" in caplog.text
    assert "private" not in caplog.text


def test_reading_what_cannot_be_carried_out_fails(store: JournaledStore, behind: Behind) -> None:
    behind.broken = {"put"}
    store.put("ada", [turn("ada", "1")])

    with pytest.raises(StoreUnavailable):
        store.load("ada")


HASTY = Pace(flush_after_s=0.001, clean_after_s=0.01, compact_after_s=0.01)


@pytest.mark.parametrize(("compact_within_s", "somebody_writes"), [(LATER, False), (0.01, True)])
def test_compacting_that_failed_pauses(
    behind: Behind, path: Path, compact_within_s: float, somebody_writes: bool
) -> None:
    store = unable_to_compact(behind, path, replace(HASTY, compact_within_s=compact_within_s))
    eventually(lambda: behind.n_compacted >= 1)

    for number in range(50):
        if somebody_writes:
            store.put("ada", [turn("ada", str(number))])
        time.sleep(0.01)
    tried = behind.n_compacted
    store.close()

    assert tried == 1


def test_compacting_that_failed_is_tried_again(behind: Behind, path: Path) -> None:
    store = unable_to_compact(behind, path, replace(HASTY, compact_again_s=0.05))
    eventually(lambda: behind.n_compacted >= 1)

    behind.broken = set()

    eventually(lambda: not behind.has_deleted)
    store.close()


def unable_to_compact(behind: Behind, path: Path, pace: Pace) -> JournaledStore:
    behind.has_deleted = True
    behind.broken = {"compact"}
    return JournaledStore(behind, Journal(path), dimension=DIMENSION, pace=pace)


def test_failure_for_one_user_does_not_stop_the_others(store: JournaledStore, behind: Behind) -> None:
    behind.broken = {"ada"}
    store.put("ada", [turn("ada", "1")])
    store.put("bob", [turn("bob", "1")])

    with pytest.raises(StoreUnavailable):
        store.flush()

    assert ids(behind.load("bob")) == ["1"]
    assert store.pending == 1


def test_closing_says_what_was_not_carried_out_and_keeps_it(behind: Behind, path: Path) -> None:
    behind.broken = {"put"}
    store = open_on(behind, path)
    store.put("ada", [turn("ada", "1"), turn("ada", "2")])

    with pytest.raises(StoreUnavailable, match=r"2 writes .*journal\.sqlite3"):
        store.close()
    store.close()

    assert behind.closed
    behind.broken = set()
    again = open_on(behind, path)
    assert ids(again.load("ada")) == ["1", "2"]
    again.close()


def test_full_journal_makes_a_writer_wait(behind: Behind, path: Path) -> None:
    store = open_on(behind, path, flush_after_s=0.001, max_waiting=3)
    behind.may_put.clear()
    store.put("ada", [turn("ada", str(n)) for n in range(3)])

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(store.put, "ada", [turn("ada", "late", seconds=1)])
        time.sleep(0.1)
        waited = not late.done()
        behind.may_put.set()
        late.result(timeout=20)

    assert waited
    assert len(store.load("ada")) == 4
    store.close()


def test_full_journal_refuses_while_the_inner_store_fails(behind: Behind, path: Path) -> None:
    behind.broken = {"put"}
    store = open_on(behind, path, flush_after_s=0.001, max_waiting=3)
    store.put("ada", [turn("ada", str(n)) for n in range(3)])

    with pytest.raises(StoreUnavailable, match="3 writes wait"):
        store.put("ada", [turn("ada", "late")])

    behind.broken = set()
    store.close()
    assert ids(behind.load("ada")) == ["0", "1", "2"]


# What a crash leaves: the inner store fails before or after doing what it was asked, and the journal is opened again.


@pytest.mark.parametrize("moment", ["broken", "breaks_after"])
def test_erasure_cut_short_is_finished_at_the_next_opening(behind: Behind, path: Path, moment: str) -> None:
    store = open_on(behind, path)
    store.put("ada", [turn("ada", "stored")])
    store.flush()
    store.put("ada", [turn("ada", "waiting")])
    setattr(behind, moment, {"erase"})

    store.erase("ada")
    with pytest.raises(StoreUnavailable):
        store.close()

    setattr(behind, moment, set())
    again = open_on(behind, path)
    assert again.load("ada") == []
    again.close()
    assert behind.load("ada") == []


@pytest.mark.parametrize("moment", ["broken", "breaks_after"])
def test_deletion_cut_short_is_finished_at_the_next_opening(behind: Behind, path: Path, moment: str) -> None:
    store = open_on(behind, path)
    store.put("ada", [turn("ada", "gone"), turn("ada", "kept")])
    store.flush()
    store.put("ada", [turn("ada", "gone", content="newer")])
    setattr(behind, moment, {"delete"})

    with pytest.raises(StoreUnavailable):
        store.delete("ada", ["gone"])
    with pytest.raises(StoreUnavailable):
        store.close()

    setattr(behind, moment, set())
    again = open_on(behind, path)
    assert ids(again.load("ada")) == ["kept"]
    again.close()


def test_writes_carried_out_but_still_in_the_journal_are_repeated_harmlessly(behind: Behind, path: Path) -> None:
    store = open_on(behind, path)
    store.put("ada", [turn("ada", "1", content="old")])
    store.put("ada", [turn("ada", "1", content="new"), turn("ada", "2")])
    behind.breaks_after = {"put"}

    with pytest.raises(StoreUnavailable):
        store.close()

    behind.breaks_after = set()
    again = open_on(behind, path)
    assert [entry.record.text for entry in again.load("ada")] == ["new", "hello"]
    again.close()


def test_what_was_put_after_a_failed_erasure_stays(store: JournaledStore, behind: Behind) -> None:
    store.put("ada", [turn("ada", "before")])
    store.flush()
    behind.broken = {"erase"}

    store.erase("ada")
    store.put("ada", [turn("ada", "after")])
    behind.broken = set()

    assert ids(store.load("ada")) == ["after"]


def test_erasing_works_though_what_waits_cannot_be_stored(store: JournaledStore, behind: Behind) -> None:
    behind.broken = {"put"}
    store.put("ada", [turn("ada", "1")])

    store.erase("ada")
    store.flush()

    assert store.pending == 0
    assert store.load("ada") == []


# The file.


def test_second_opener_is_refused_and_its_store_closed(store: JournaledStore, path: Path) -> None:
    second = Behind()

    with pytest.raises(StoreLocked, match="open elsewhere"):
        JournaledStore.open(second, path, dimension=DIMENSION)

    assert second.closed


def test_damaged_file_is_a_clear_error(behind: Behind, path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)

    with pytest.raises(StoreUnavailable, match=r"journal\.sqlite3"):
        JournaledStore.open(behind, path, dimension=DIMENSION)


def test_folder_that_is_a_file_is_a_clear_error(behind: Behind, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")

    with pytest.raises(StoreUnavailable, match="data"):
        JournaledStore.open(behind, tmp_path / "data" / "journal", dimension=DIMENSION)


def test_nothing_is_in_the_files_soon_after_it_was_carried_out(behind: Behind, path: Path) -> None:
    store = open_on(behind, path, flush_after_s=0.01)
    secrets = [b"secret 7", b"ada@x.org", unit(7).tobytes()]
    for _ in range(2):
        behind.may_put.clear()
        store.put("ada@x.org", [turn("ada@x.org", str(n), content=f"secret {n}", seed=n) for n in range(30)])

        assert all(secret in on_disk(path) for secret in secrets)
        behind.may_put.set()

        eventually(lambda: not any(secret in on_disk(path) for secret in secrets))
    store.close()


def test_nothing_of_a_deleted_record_is_in_the_files(store: JournaledStore, path: Path) -> None:
    store.put("ada", [turn("ada", "1", content="secret"), turn("ada", "2", content="public")])

    store.delete("ada", ["1"])

    assert b"secret" not in on_disk(path)
    assert b"public" in on_disk(path)


def test_nothing_of_an_erased_user_is_in_the_files_though_others_wait(tmp_path: Path) -> None:
    # SQLite leaves copies of rows behind when it moves them between pages: after some 3 of 45 such histories.
    left = [seed for seed in range(45) if b"secret of a" in _after_erasing_a(tmp_path / str(seed), seed)]

    assert left == []


def _after_erasing_a(path: Path, seed: int) -> bytes:
    choose = random.Random(seed)
    journal = Journal(path)
    for n in range(60):
        user = choose.choice("abc")
        journal.append(user, [turn(user, str(n), content=f"secret of {user} " * choose.choice([1, 5, 30, 100]))])
        if choose.random() < 0.2:
            journal.withdraw("abc"[n % 3], [str(choose.randrange(n + 1)) for _ in range(8)])
    journal.withdraw("a", None)
    journal.clean()
    content = on_disk(path)
    journal.close()
    return content


def on_disk(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*") if file.exists())


def eventually(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it did not happen within 20 s"
        time.sleep(0.01)
