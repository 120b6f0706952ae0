"""Random histories of several users: each store agrees with one dict per user."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tailored.memory.chroma import ChromaStore
from tailored.memory.ram import InMemoryStore
from tailored.memory.store import MemoryStore

from .conformance import DIMENSION, turn

USERS = ["u1", "u10", "a.b", "a", "A", "a_b", "axb"]
RECORDS = ["1", "10", "a", "A"]

users = st.sampled_from(USERS)
some_ids = st.lists(st.sampled_from(RECORDS), max_size=3)


class Isolation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.store = self.open()
        self.expected: dict[str, dict[str, str]] = {user: {} for user in USERS}
        self.written = 0

    def open(self) -> MemoryStore:
        return InMemoryStore(dimension=DIMENSION)

    @rule(user=users, named=some_ids)
    def put(self, user: str, named: list[str]) -> None:
        entries = [turn(user, record_id, content=f"{user} {self.written} {n}") for n, record_id in enumerate(named)]
        self.written += 1
        self.store.put(user, entries)
        self.expected[user] |= {entry.record.id: entry.record.text for entry in entries}

    @rule(user=users, named=some_ids)
    def delete(self, user: str, named: list[str]) -> None:
        mine = self.expected[user]
        assert self.store.delete(user, named) == len(mine.keys() & set(named))
        self.expected[user] = {key: text for key, text in mine.items() if key not in named}

    @rule(user=users)
    def erase(self, user: str) -> None:
        self.store.erase(user)
        self.expected[user] = {}

    @invariant()
    def everybody_sees_only_his_own(self) -> None:
        for user, mine in self.expected.items():
            assert {entry.record.id: entry.record.text for entry in self.store.load(user)} == mine

    def teardown(self) -> None:
        self.store.close()


class ChromaIsolation(Isolation):
    def open(self) -> MemoryStore:
        self.folder = Path(tempfile.mkdtemp())
        return ChromaStore.open(self.folder, space="test", dimension=DIMENSION)

    def teardown(self) -> None:
        super().teardown()
        shutil.rmtree(self.folder)


TestInMemoryIsolation = Isolation.TestCase
TestInMemoryIsolation.settings = settings(
    max_examples=50, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)

TestChromaIsolation = ChromaIsolation.TestCase
TestChromaIsolation.settings = settings(
    max_examples=6, stateful_step_count=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
