"""mem0 asked the same questions: run by the interpreter of an environment that mem0 is installed in.

`python rival_mem0.py CASES FOLDER ROUNDS` reads memories and questions from the file CASES, keeps its store in FOLDER
and prints the milliseconds of each search of each round as JSON. mem0 is no dependency of ours, and nothing of ours is imported here.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

__all__: list[str] = []

BATCH = 500


class Given:
    """An embedder that knows the questions' vectors: what embedding costs is not what is measured."""

    def __init__(self, known: dict[str, list[float]]) -> None:
        self._known = known

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:
        return self._known[text]


def main(cases: Path, folder: Path, rounds: int) -> None:
    # No telemetry, and no files in the home folder.
    os.environ |= {"MEM0_TELEMETRY": "False", "MEM0_DIR": str(folder / "mem0"), "HOME": str(folder)}
    with np.load(cases) as given:
        memory = opened(folder, given["memories"].shape[1])
        filled(memory, given["users"].tolist(), given["texts"].tolist(), given["memories"])
        questions, asking = given["questions"].tolist(), given["asking"].tolist()
        memory.embedding_model = Given(dict(zip(questions, given["vectors"].tolist(), strict=True)))
        asked = list(zip(asking, questions, strict=True))
        times = [[timed(memory, user, text) for user, text in asked] for _ in range(rounds)]
    sys.stdout.write(json.dumps(times))


def opened(folder: Path, dimension: int) -> Any:
    mem0 = import_module("mem0")
    store = {"path": str(folder / "qdrant"), "embedding_model_dims": dimension, "collection_name": "memories"}
    # The clients of model and embedder are made and never called: no key is needed.
    remote = {"provider": "openai", "config": {"api_key": "none"}}
    return mem0.Memory.from_config(
        {
            "vector_store": {"provider": "qdrant", "config": store},
            "llm": remote,
            "embedder": remote,
            "history_db_path": str(folder / "history.db"),
        }
    )


def filled(memory: Any, users: list[str], texts: list[str], vectors: Any) -> None:
    for start in range(0, len(texts), BATCH):
        part = range(start, min(start + BATCH, len(texts)))
        memory.vector_store.insert(
            vectors=[vectors[n].tolist() for n in part],
            payloads=[{"data": texts[n], "hash": str(n), "user_id": users[n]} for n in part],
            ids=list(part),
        )


def timed(memory: Any, user: str, text: str) -> float:
    begun = perf_counter()
    found = memory.search(text, filters={"user_id": user}, top_k=20)
    milliseconds = 1000 * (perf_counter() - begun)
    if not found["results"]:
        raise LookupError(f"mem0 found nothing for {user}: it was not asked the same thing")
    return milliseconds


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
