"""Servers that many tests share; a module that needs its own overrides `api`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.serve.api.running import Running, running


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Open to whoever sits here: no test of it makes a key."""
    with running(tmp_path_factory.mktemp("open")) as served:
        yield served


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("keyed"), api={"requests_per_minute": 10_000}) as served:
        served.keys.add()
        yield served
