from __future__ import annotations

import pytest

from tailored.memory.ram import InMemoryStore

from .conformance import DIMENSION, MemoryStoreTests, OpenStore


class TestInMemoryStore(MemoryStoreTests):
    durable = False

    @pytest.fixture
    def open_store(self) -> OpenStore:
        return lambda: InMemoryStore(dimension=DIMENSION)
