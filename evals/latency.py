"""How long recall takes among ten thousand to a million memories of other people, embedding left out.

Every user has 100 memories, on disk in Chroma. A warm user's working set is in RAM; a cold one's is loaded for the
question. Beside it, up to 100,000 memories, Chroma's own query with a filter for the user: one collection, its default
settings, which is how a vector store is usually asked.

`--size 1000000` measures all three sizes: about ten minutes, and 4 GB of disk.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from ..agent.settings import Settings
from ..memory import Entry, Episode, Memory, Vectors
from ..memory.chroma import ChromaStore
from ..memory.embedders.hashing import HashingEmbedder
from ..memory.journaled import JournaledStore
from .latency_plot import plot_latency
from .report import Bar, Report

if TYPE_CHECKING:
    from chromadb import Collection

__all__ = ["measure"]

SIZES = (10_000, 100_000, 1_000_000)
DEFAULT_SIZE = 100_000
PER_USER = 100
COLD, WARM, QUESTIONS, RIVAL = 400, 100, 5, 40
RIVAL_UP_TO = 100_000
RIVAL_BATCH = 2_000
SUBJECTS = ("garden", "bike", "sister", "piano", "kitchen", "tax form", "holiday", "dentist", "neighbour", "laptop")
VERBS = ("fixed", "sold", "painted", "lost", "found", "cleaned", "forgot", "showed Mia", "photographed", "measured")
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


class Prepared:
    """An embedder whose texts were all embedded before: what it costs is not what is measured here."""

    def __init__(self) -> None:
        self._inner = HashingEmbedder()
        self._known: dict[str, Vectors] = {}
        self.space, self.dimension = self._inner.space, self._inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        for text in texts:
            if text not in self._known:
                self._known[text] = self._inner.embed([text])[0]
        return np.stack([self._known[text] for text in texts])


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """p50 and p95 in ms for each number of memories up to `size`, 100,000 when it is not given."""
    sizes = [n for n in SIZES if n <= (size or DEFAULT_SIZE)] or [size or DEFAULT_SIZE]
    figures = {f"{n}": _measured(n) for n in sizes}
    warm = [figure["warm recall p95, ms"] for figure in figures.values()]
    cold = [figure["cold recall p95, ms"] for figure in figures.values()]
    return Report(
        title=f"recall without embedding, up to {sizes[-1]:,} memories of {sizes[-1] // PER_USER:,} users",
        figures=figures,
        bars=(
            Bar(name="warm recall p95, largest size", value=warm[-1], most=1, unit="ms"),
            Bar(name="cold recall p95, largest size", value=cold[-1], most=20, unit="ms"),
            Bar(name="warm p95, largest by smallest size", value=warm[-1] / warm[0], most=1.5, unit="×"),
        ),
        plot=partial(plot_latency, figures),
    )


def _measured(n_memories: int) -> dict[str, float]:
    n_users = n_memories // PER_USER
    with tempfile.TemporaryDirectory() as folder:
        embedder = Prepared()
        seconds = _fill(Path(folder), embedder, n_users)
        figures = {"written per s": n_memories / seconds, **_ours(Path(folder), embedder, n_users)}
    if n_memories <= RIVAL_UP_TO:
        with tempfile.TemporaryDirectory() as folder:
            figures |= _chromas_own(Path(folder), embedder, n_users)
    return figures


def _fill(folder: Path, embedder: Prepared, n_users: int) -> float:
    store = ChromaStore.open(folder, space=embedder.space, dimension=embedder.dimension)
    begun = perf_counter()
    for number in range(n_users):
        store.put(_user(number), _entries(number, embedder))
    seconds = perf_counter() - begun
    store.close()
    return seconds


def _ours(folder: Path, embedder: Prepared, n_users: int) -> dict[str, float]:
    chroma = ChromaStore.open(folder, space=embedder.space, dimension=embedder.dimension)
    store = JournaledStore.open(chroma, folder / "journal.sqlite3", dimension=embedder.dimension)
    memory = Memory(
        store, embedder, clock=lambda: BEGUN + timedelta(days=200), count_tokens=lambda text: len(text) // 4
    )
    users = np.random.default_rng(1).permutation(n_users)
    memory.recall(_user(int(users[0])), _question(0))  # measures the scale of the embedder's cosines, once
    just_opened = [_ms(partial(memory.recall, _user(int(n)), _question(int(n)))) for n in users[:COLD]]
    cold_users = users[COLD : 2 * COLD] if n_users >= 2 * COLD else users[: n_users // 2]
    if n_users < 2 * COLD:
        memory = Memory(store, embedder, clock=lambda: BEGUN + timedelta(days=200), count_tokens=len)
        memory.recall("nobody", _question(0))
    cold = [_ms(partial(memory.recall, _user(int(n)), _question(int(n)))) for n in cold_users]
    warm_users = cold_users[:WARM]
    texts = [_question(number) for number in range(QUESTIONS)]
    embedder.embed(texts)
    warm = [_middle_ms(partial(memory.recall, _user(int(n)), text)) for text in texts for n in warm_users]
    store.close()
    return {
        **_quantiles("warm recall", warm),
        **_quantiles("cold recall", cold),
        **_quantiles("cold recall just after opening", just_opened),
    }


def _chromas_own(folder: Path, embedder: Prepared, n_users: int) -> dict[str, float]:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False, _env_file=None)  # type: ignore[call-arg]
    client = chromadb.PersistentClient(str(folder), settings=quiet)
    collection = client.create_collection("all", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
    begun = perf_counter()
    for part in _rows(embedder, n_users):
        collection.add(**part)
    seconds = perf_counter() - begun
    ask = partial(_ask_chroma, collection, embedder)
    times = [_ms(partial(ask, int(n))) for n in np.random.default_rng(1).integers(0, n_users, RIVAL)][1:]
    client.close()  # type: ignore[attr-defined]  # missing from ClientAPI, there in Client
    return {"Chroma alone, written per s": n_users * PER_USER / seconds, **_quantiles("Chroma's filtered query", times)}


def _ask_chroma(collection: Collection, embedder: Prepared, number: int) -> None:
    vector = embedder.embed([_question(number)])
    mine: Any = {"user": {"$eq": _user(number)}}
    collection.query(query_embeddings=vector, n_results=10, where=mine)


def _rows(embedder: Prepared, n_users: int) -> Iterator[dict[str, Any]]:
    entries = (entry for number in range(n_users) for entry in _entries(number, embedder))
    while part := list(islice(entries, RIVAL_BATCH)):
        yield {
            "ids": [f"{entry.record.user_id}/{entry.record.id}" for entry in part],
            "embeddings": np.stack([entry.vector for entry in part if entry.vector is not None]),
            "metadatas": [{"user": entry.record.user_id, "text": entry.record.text} for entry in part],
        }


def _user(number: int) -> str:
    return f"user{number}@example.com"


def _entries(number: int, embedder: Prepared) -> list[Entry]:
    """A user's memories: other words and other vectors for each user."""
    rng = np.random.default_rng(number)
    subjects, verbs, hours = (rng.integers(0, 10, PER_USER) for _ in range(3))
    texts = [
        f"I {VERBS[v]} the {SUBJECTS[s]}, which took {h + 1} hours."
        for v, s, h in zip(verbs, subjects, hours, strict=True)
    ]
    vectors = embedder.embed(texts) + 0.03 * rng.standard_normal((PER_USER, embedder.dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [
        Entry(record=_episode(number, n, text), vector=vector)
        for n, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]


def _episode(number: int, n: int, text: str) -> Episode:
    return Episode(
        id=f"m{n}",
        user_id=_user(number),
        created=BEGUN + timedelta(hours=n),
        source="user",
        content=text,
        thread=f"t{n // 20}",
        order=n % 20,
    )


def _question(number: int) -> str:
    return f"How long did it take when I {VERBS[number % 10]} the {SUBJECTS[number // 10 % 10]}?"


def _ms(run: Callable[[], object]) -> float:
    begun = perf_counter()
    run()
    return 1000 * (perf_counter() - begun)


def _middle_ms(run: Callable[[], object]) -> float:
    """The middle one of three times: what other processes took away is not ours."""
    return sorted(_ms(run) for _ in range(3))[1]


def _quantiles(name: str, times: Sequence[float]) -> dict[str, float]:
    return {f"{name} p{share}, ms": float(np.quantile(times, share / 100)) for share in (50, 95)}
