"""The store that the example makes passes what every store must."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tests.memory.conformance import DIMENSION, MemoryStoreTests, OpenStore

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_store.py"


def example() -> Any:
    spec = spec_from_file_location("own_store", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestSQLiteStore(MemoryStoreTests):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        store = example().SQLiteStore
        return lambda: store(tmp_path / "memories.sqlite3", dimension=DIMENSION)
