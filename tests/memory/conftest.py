from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tailored.memory.journaled import JournaledStore

from .journaled import Behind, open_on


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


@pytest.fixture
def store(behind: Behind, path: Path) -> Iterator[JournaledStore]:
    store = open_on(behind, path)
    yield store
    behind.broken.clear()
    behind.breaks_after.clear()
    behind.may_put.set()
    store.close()
