"""How long recall takes among ten thousand to a million memories of other people, embedding left out.

Every user has 100 memories, on disk in Chroma. A warm user's working set is in RAM; a cold one's is loaded for the
question. Beside it, up to 100,000 memories, Chroma's own query with a filter for the user: one collection, its default
settings, which is how a vector store is usually asked.

And what writing costs: one memory until it is durable and searchable, beside Chroma's own `add` of one, and many.

`--size 1000000` measures all three sizes: about ten minutes, and 4 GB of disk.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter

import numpy as np

from ..agent.settings import Settings
from ..memory import Memory
from ..memory.chroma import ChromaStore
from ..memory.chroma_client import EmbeddedClient
from ..memory.chroma_rows import row_of
from ..memory.chroma_shards import Shards
from ..memory.journaled import JournaledStore
from .latency_chroma import chroma_alone
from .latency_data import BEGUN, PER_USER, Prepared, entries_of, question, user_name
from .latency_plot import plot_latency
from .report import Bar, Report
from .stopwatch import milliseconds, quantiles

__all__ = ["measure"]

SIZES = (10_000, 100_000, 1_000_000)
DEFAULT_SIZE = 100_000
COLD, WARM, QUESTIONS = 300, 100, 5
SHORTEST_OF = 3
"""Times that each question is asked, warm, cold and of Chroma; the shortest counts: the machine has other work, too."""
RIVAL_UP_TO = 100_000
FILL = 5_000
"""Rows that Chroma is given at once: 2,000 at a time take it a quarter longer."""
ONES, MANY, AT_ONCE = 60, 4_000, 500


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """p50 and p95 in ms for each number of memories up to `size`, 100,000 when it is not given."""
    sizes = [n for n in SIZES if n <= (size or DEFAULT_SIZE)] or [size or DEFAULT_SIZE]
    figures = {f"{n}": _measured(n) for n in sizes}
    warm = [figure["warm recall p95, ms"] for figure in figures.values()]
    cold = [figure["cold recall p95, ms"] for figure in figures.values()]
    compared = next(figure for figure in reversed(figures.values()) if "Chroma's add of one p50, ms" in figure)
    adding = compared["remembering one p50, ms"] / compared["Chroma's add of one p50, ms"]
    return Report(
        title=f"recall without embedding, up to {sizes[-1]:,} memories of {sizes[-1] // PER_USER:,} users",
        figures=figures,
        bars=(
            Bar(name="warm recall p95, largest size", value=warm[-1], most=1, unit="ms"),
            Bar(name="cold recall p95, largest size", value=cold[-1], most=20, unit="ms"),
            Bar(name="warm p95, largest by smallest size", value=warm[-1] / warm[0], most=1.5, unit="×"),
            Bar(name="one remembered, by Chroma's add of one, p50", value=adding, most=1.2, unit="×"),
            Bar(
                name="remembered per s, many",
                value=min(figure[f"remembered per s, {AT_ONCE} at a time"] for figure in figures.values()),
                least=2_000,
            ),
        ),
        plot=partial(plot_latency, figures),
    )


def _measured(n_memories: int) -> dict[str, float]:
    n_users = n_memories // PER_USER
    with tempfile.TemporaryDirectory() as folder:
        embedder = Prepared()
        seconds = _fill(Path(folder), embedder, n_users)
        figures = {"filled per s": n_memories / seconds, **_ours(Path(folder), embedder, n_users)}
    if n_memories <= RIVAL_UP_TO:
        with tempfile.TemporaryDirectory() as folder:
            figures |= chroma_alone(Path(folder), embedder, n_users)
    return figures


def _fill(folder: Path, embedder: Prepared, n_users: int) -> float:
    """Seconds to write everybody's memories, shard by shard: Chroma takes many rows at once much faster than few."""
    embedded = EmbeddedClient.open(folder)
    begun = perf_counter()
    shards = Shards.open(embedded.client, space=embedder.space, dimension=embedder.dimension)
    of_shard: dict[int, list[int]] = {}
    for number in range(n_users):
        of_shard.setdefault(shards.number(user_name(number)), []).append(number)
    for shard, users in of_shard.items():
        rows = (
            row_of(user_name(number), entry, embedder.dimension)
            for number in users
            for entry in entries_of(number, embedder)
        )
        while part := list(islice(rows, FILL)):
            ids, vectors, metadata = zip(*part, strict=True)
            shards.numbered(shard).upsert(ids=list(ids), embeddings=np.stack(vectors), metadatas=list(metadata))
    embedded.close()
    return perf_counter() - begun


def _ours(folder: Path, embedder: Prepared, n_users: int) -> dict[str, float]:
    chroma = ChromaStore.open(folder, space=embedder.space, dimension=embedder.dimension)
    store = JournaledStore.open(chroma, folder / "journal.sqlite3", dimension=embedder.dimension)
    users = [int(number) for number in np.random.default_rng(1).permutation(n_users)]
    memory = _memory(store, embedder)
    just_opened = [milliseconds(_asking(memory, number)) for number in users[:COLD]]
    cold, memory = _cold(store, embedder, users[-COLD:])
    warm = [
        milliseconds(_asking(memory, number, asked), times=SHORTEST_OF)
        for asked in range(QUESTIONS)
        for number in users[-WARM:]
    ]
    written = _written(memory, embedder, n_users)
    store.close()
    return {
        **quantiles("warm recall", warm),
        **quantiles("cold recall", cold),
        **quantiles("cold recall just after opening", just_opened),
        **written,
    }


def _memory(store: JournaledStore, embedder: Prepared) -> Memory:
    memory = Memory(
        store, embedder, clock=lambda: BEGUN + timedelta(days=200), count_tokens=lambda text: len(text) // 4
    )
    for asked in range(100):
        memory.recall("nobody", question(asked))  # embeds the questions, and measures the scale of their cosines
    return memory


def _cold(store: JournaledStore, embedder: Prepared, users: Sequence[int]) -> tuple[list[float], Memory]:
    """The ms of the first recall of each user, and a memory that has them in RAM now."""
    passes = []
    for _ in range(SHORTEST_OF):
        memory = _memory(store, embedder)
        passes.append([milliseconds(_asking(memory, number)) for number in users])
    return [min(times) for times in zip(*passes, strict=True)], memory


def _asking(memory: Memory, number: int, asked: int | None = None) -> Callable[[], object]:
    return partial(memory.recall, user_name(number), question(number if asked is None else asked))


def _written(memory: Memory, embedder: Prepared, n_users: int) -> dict[str, float]:
    """What is measured is `remember`: when it returns, a memory is durable and found."""
    ones = [entry.record for entry in entries_of(n_users, embedder, ONES)]
    many = [entry.record for entry in entries_of(n_users + 1, embedder, MANY)]
    embedder.embed([part for record in (*ones, *many) for part in record.parts])
    times = [milliseconds(partial(memory.remember, user_name(n_users), [record])) for record in ones]
    begun = perf_counter()
    for start in range(0, MANY, AT_ONCE):
        memory.remember(user_name(n_users + 1), many[start : start + AT_ONCE])
    rate = MANY / (perf_counter() - begun)
    return {**quantiles("remembering one", times), f"remembered per s, {AT_ONCE} at a time": rate}
