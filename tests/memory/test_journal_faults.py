from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tailored.memory.errors import StoreUnavailable
from tailored.memory.journaled import JournaledStore

from .conformance import DIMENSION, ids, turn
from .journaled import Behind, eventually, open_on


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


def test_damaged_file_is_a_clear_error(behind: Behind, path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)

    with pytest.raises(StoreUnavailable, match=r"journal\.sqlite3"):
        JournaledStore.open(behind, path, dimension=DIMENSION)


def test_folder_that_is_a_file_is_a_clear_error(behind: Behind, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")

    with pytest.raises(StoreUnavailable, match="data"):
        JournaledStore.open(behind, tmp_path / "data" / "journal", dimension=DIMENSION)
