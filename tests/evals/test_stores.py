"""The benchmarks of the stores, small: what they print is there, and nothing of it is made up."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tailored.agent.settings import Settings
from tailored.evals import durability, erase, isolation, latency, rivals, sharing
from tailored.evals.durability_steps import after, fill, opened
from tailored.evals.erase import residue
from tailored.evals.errors import DataMissing
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.memory import Memory
from tailored.memory.ram import InMemoryStore
from tailored.memory.store import Entry
from tests.memory.makers import clock, count_words


def test_latency_is_measured_for_each_size_and_drawn(tmp_path: Path) -> None:
    report = latency.measure(Settings(), None, size=1_000)
    report.draw(tmp_path / "latency.png")

    assert list(report.figures) == ["1000"]
    assert all(value > 0 for value in report.figures["1000"].values())
    assert (tmp_path / "latency.png").stat().st_size > 10_000


def test_erasing_leaves_nothing() -> None:
    report = erase.measure(Settings(), None)

    figures = {bar.name: bar.value for bar in report.bars}
    assert figures["texts, ids and vectors left in files"] == 0
    assert figures["memories of others lost"] == 0
    assert report.figures["records on the receipts"] >= 3_000


def test_residue_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_bytes(b"\0\1secret\2")

    assert residue(tmp_path, [b"secret", b"other"]) == {b"secret"}


def test_isolation_on_all_stores() -> None:
    report = isolation.measure(Settings(), None, size=240)

    assert report.passed
    assert len(report.figures) == 3


class Leaking(InMemoryStore):
    """A store that confuses users whose ids differ in case."""

    def load(self, user_id: str) -> list[Entry]:
        return [*super().load(user_id), *(super().load(user_id.upper()) if user_id.islower() else [])]


def test_a_leaking_store_is_found_out() -> None:
    memory = Memory(Leaking(), HashingEmbedder(), clock=clock, count_tokens=count_words, max_bytes=1)
    history = isolation.History(memory, seed=1)

    history.run(300)

    assert history.counts["leaks"] > 0


def test_killed_at_any_moment() -> None:
    report = durability.measure(Settings(), None, size=1)

    assert report.passed
    assert set(report.figures) == {"adding", "changing", "erasing", "compacting", "re-embedding"}
    assert report.figures["adding"]["steps done"] > 0


def test_what_a_crash_lost_or_brought_back_is_found_out(tmp_path: Path) -> None:
    state = fill(tmp_path)
    with closing(opened(tmp_path)) as store:
        store.delete("u1", ["r1", "r2"])
    erased = after("erasing", {"u1": {}, "u10": dict(state["u10"])}, range(0))
    lost: Counter[str] = Counter()
    returned: Counter[str] = Counter()

    durability._compared(tmp_path, state, state, lost)
    durability._compared(tmp_path, erased, erased, returned)

    assert (lost["lost"], lost["returned"]) == (2, 0)
    assert (returned["lost"], returned["returned"]) == (0, len(state["u1"]) - 2)


def test_one_process_finds_what_another_writes() -> None:
    report = sharing.measure(Settings(), None, size=5)

    assert report.passed
    assert report.figures["version check p50, ms"] > 0


def test_rivals_need_an_environment_with_the_rival(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="interpreter"):
        rivals.measure(Settings(), tmp_path / "python")
    with pytest.raises(DataMissing, match="could not run mem0"):
        rivals.measure(Settings(), Path(sys.executable), size=200)
