from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from tailored.evals.data_chats import chats_in
from tailored.evals.embedding_cache import CachedEmbedder
from tailored.evals.errors import DataMissing
from tailored.evals.recall import evaluate, report
from tailored.memory.embedders.hashing import HashingEmbedder
from tests.evals.chats import write_beam, write_locomo


def run(path: Path) -> dict[str, Any]:
    return {name: evaluate(chats, HashingEmbedder()) for name, chats in chats_in(path).items()}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("data")
    write_locomo(folder)
    write_beam(folder)
    return run(folder)


def test_figures_of_every_way(figures: dict[str, Any]) -> None:
    assert figures["locomo"]["questions"] == 4
    assert set(figures["locomo"]["turn recall"]) == {
        "tailored",
        "tailored, ranked or in the prompt",
        "BM25",
        "dense",
        "Chroma",
    }
    assert figures["locomo"]["turn recall"]["tailored"]["all"]["@5"] == 100
    assert figures["beam"]["session recall"]["tailored"]["share of them"]["@5"] == 100


def test_figures_can_be_written_as_json(figures: dict[str, Any]) -> None:
    assert json.loads(json.dumps(figures))


def test_measuring_nothing_is_no_success() -> None:
    with pytest.raises(DataMissing):
        report({})


def test_bars_are_held_against_what_was_measured(figures: dict[str, Any]) -> None:
    bars = {bar.name: bar for bar in report(figures).bars}

    assert bars["locomo R@10 all"].value == 100
    assert "beam nothing for a wrong user" not in bars


def test_the_baselines_stand_beside_our_figures(figures: dict[str, Any]) -> None:
    console = Console(width=160, record=True, file=StringIO())
    console.print(report(figures).table())

    header = next(line for line in console.export_text().splitlines() if "figure" in line)
    assert all(name in header for name in ("tailored", "BM25", "dense", "Chroma", "bar"))


class _Once:
    """Refuses to embed a text twice."""

    space = "once"
    dimension = 8

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def embed(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        assert not self.seen & set(texts)
        self.seen |= set(texts)
        return HashingEmbedder(8).embed(texts)


def test_vectors_are_kept_between_runs(tmp_path: Path) -> None:
    once = _Once()
    with CachedEmbedder(once, tmp_path / "cache") as cached:
        first = cached.embed(["a", "b"])

    second = CachedEmbedder(once, tmp_path / "cache").embed(["b", "c", "a"])

    assert np.array_equal(second[[2, 0]], first)


def test_wishes_said_outright_count_as_found_in_a_column_of_their_own(tmp_path: Path) -> None:
    said = ["Always answer in Spanish.", *(f"My plan number {n} is about lunch" for n in range(30))]
    turns = [[{"role": "user", "id": n, "content": text}] for n, text in enumerate(said)]
    chat = tmp_path / "beam" / "1"
    chat.mkdir(parents=True)
    (chat / "chat.json").write_text(json.dumps([{"batch_number": 1, "turns": turns}]), "utf-8")
    asked = {"preference_following": [{"question": "What is my plan for lunch?", "source_chat_ids": [0]}]}
    (chat / "probing_questions.json").write_text(json.dumps(asked), "utf-8")

    found = run(tmp_path)["beam"]["turn recall"]

    assert found["tailored"]["all"]["@5"] == 0
    assert found["tailored, ranked or in the prompt"]["all"]["@5"] == 100
