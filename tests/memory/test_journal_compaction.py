from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tailored.memory.journal import Journal
from tailored.memory.journaled import JournaledStore
from tailored.memory.pace import Pace
from tailored.memory.ram import InMemoryStore

from .conformance import DIMENSION, ids, turn
from .journaled import LATER, Behind, eventually, open_on


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
