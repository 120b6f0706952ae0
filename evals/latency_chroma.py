"""Chroma as it is usually asked: one collection, its default settings, a filter for the user."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain, islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ..memory import Entry
from .latency_data import PER_USER, Prepared, entries_of, question, user_name
from .stopwatch import milliseconds, quantiles

if TYPE_CHECKING:
    from chromadb import Collection

__all__ = ["chroma_alone"]

BATCH = 5_000
QUESTIONS, ADDED = 20, 60
SHORTEST_OF = 3


def chroma_alone(folder: Path, embedder: Prepared, n_users: int) -> dict[str, float]:
    """Rows written in a second, and ms of a query for one user and of adding one row, p50 and p95."""
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False, _env_file=None)  # type: ignore[call-arg]
    client = chromadb.PersistentClient(str(folder), settings=quiet)
    rows = client.create_collection("all", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    begun = perf_counter()
    everybody = chain.from_iterable(entries_of(number, embedder) for number in range(n_users))
    while part := list(islice(everybody, BATCH)):
        rows.add(**_as_rows(part))
    seconds = perf_counter() - begun
    asked = np.random.default_rng(1).integers(0, n_users, QUESTIONS)
    found = [milliseconds(partial(_ask, rows, embedder, int(number)), times=SHORTEST_OF) for number in asked]
    more = [_as_rows([entry]) for entry in entries_of(n_users, embedder, ADDED)]
    added = [milliseconds(partial(rows.add, **row)) for row in more]
    client.close()  # type: ignore[attr-defined]  # missing from ClientAPI, there in Client
    return {
        "Chroma alone, written per s": n_users * PER_USER / seconds,
        **quantiles("Chroma's filtered query", found),
        **quantiles("Chroma's add of one", added),
    }


def _ask(rows: Collection, embedder: Prepared, number: int) -> None:
    mine: Any = {"user": {"$eq": user_name(number)}}
    rows.query(query_embeddings=embedder.embed([question(number)]), n_results=10, where=mine)


def _as_rows(entries: Sequence[Entry]) -> dict[str, Any]:
    return {
        "ids": [f"{entry.record.user_id}/{entry.record.id}" for entry in entries],
        "embeddings": np.stack([entry.vector for entry in entries if entry.vector is not None]),
        "metadatas": [{"user": entry.record.user_id, "text": entry.record.text} for entry in entries],
    }
