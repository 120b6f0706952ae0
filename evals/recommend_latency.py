"""How long does a list of ten items take in a large catalog, in one process without a server?

The catalog is made up: random words, vectors in clusters, and people who choose popular items and what is near them.
Measured is `Picker.pick` for users with 20 items each: masks, every recommender, reasons. Without a request, under a
filter, and with a request in words (the embedder's time excluded, since no model is loaded). Beside it, what an import
of so many rows takes, with five interactions for each, at most three million.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, thread_time
from typing import TYPE_CHECKING

import numpy as np

from ..memory.embedders.base import Vectors
from ..memory.records import Interaction
from ..tools import Catalog, CatalogIndex, Picker, Wish, import_catalog
from ..tools.filters import parse_filters
from ..tools.recommenders import standard
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure"]

SIZE = 10_000
SMALL = 10_000
BAR_MS = {True: 3.0, False: 30.0}
"""For a small catalog, and for a large one."""
USERS = 100
WARM_UP = 10
PER_USER = 20
MOST_INTERACTIONS = 3_000_000
WORDS = 20_000
CLUSTERS = 500
DIMENSION = 384
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


class ClusteredEmbedder:
    """Vectors without a model: each text's cluster is the number its first word ends with."""

    space = "clusters-384"
    dimension = DIMENSION

    def __init__(self) -> None:
        self._rng = np.random.default_rng(3)
        self._centres = self._rng.standard_normal((CLUSTERS, DIMENSION), dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        clusters = [int(text.split(maxsplit=1)[0].strip(".").removeprefix("w") or 0) % CLUSTERS for text in texts]
        vectors = self._centres[clusters] + self._rng.standard_normal((len(texts), DIMENSION), dtype=np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """p50 and p95 in ms over 100 users, in a catalog of `size` items."""
    size = size or SIZE
    with tempfile.TemporaryDirectory() as folder:
        root, building = Path(folder), dict[str, float]()
        source, events = _write_items(root / "items.jsonl", size), _write_events(root / "events.csv", size)
        begun = perf_counter()
        import_catalog(source, root / "catalog", interactions=events)
        building["import, s"] = perf_counter() - begun
        building["import, rows a second"] = size / building["import, s"]
        building["import, most memory, MiB"] = _most_memory()
        begun = perf_counter()
        picker = _picker(root)
        building["vectors, words and learning the first time, s"] = perf_counter() - begun
        begun = perf_counter()
        picker = _picker(root)
        building["opening again, s"] = perf_counter() - begun
        figures = {name: _times(picker, wish) for name, wish in _wishes().items()}
        picker.index.catalog.close()
    worst = figures["no request"]["p95, ms"]
    bar = Bar(name=f"ten of {size} items, p95", value=worst, most=BAR_MS[size <= SMALL], unit="ms")
    return Report(title=f"a list of ten from {size} items", figures={**figures, **building}, bars=(bar,))


def _most_memory() -> float:
    """Of this process until now; Linux counts it in KiB, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def _wishes() -> dict[str, Wish]:
    return {
        "no request": Wish(count=10),
        "under a filter": Wish(count=10, filter=parse_filters({"genres": ["g3"]}, {"year": {"max": 1980}})),
        "a request in words": Wish(count=10, query="w3 w17 w400"),
    }


def _picker(root: Path) -> Picker:
    index = CatalogIndex.open(Catalog.open(root / "catalog"), ClusteredEmbedder())
    return Picker(index, standard(index))


def _times(picker: Picker, wish: Wish) -> dict[str, float]:
    rng = np.random.default_rng(5)
    people = [_history(picker.index.catalog, rng) for _ in range(USERS + WARM_UP)]
    times = np.array([_ms(picker, events, wish) for events in people][WARM_UP:])
    waited, worked = times.T
    return {f"p{share}, ms": float(np.quantile(waited, share / 100)) for share in (50, 95)} | {
        "p95 of its own work, ms": float(np.quantile(worked, 0.95))
    }


def _ms(picker: Picker, events: Sequence[Interaction], wish: Wish) -> tuple[float, float]:
    """How long it took, and how long it had a processor: on a busy machine the difference is others' work."""
    begun, working = perf_counter(), thread_time()
    picker.pick("measured", events, wish)
    return 1000 * (perf_counter() - begun), 1000 * (thread_time() - working)


def _history(catalog: Catalog, rng: np.random.Generator) -> list[Interaction]:
    return [
        Interaction(
            id=f"e{order}",
            user_id="measured",
            created=BEGUN + timedelta(hours=order),
            source="user",
            item_id=catalog.ids[int(position)],
            event="picked",
        )
        for order, position in enumerate(_popular(rng, PER_USER, len(catalog)))
    ]


def _popular(rng: np.random.Generator, count: int, size: int) -> np.ndarray:
    """Positions, some much more often than others."""
    return np.asarray((rng.zipf(1.2, count) * 7919 + rng.integers(0, 50, count)) % size)


def _write_items(path: Path, size: int) -> Path:
    rng = np.random.default_rng(1)
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, size, 1000):
            file.writelines(_items(rng, start, min(1000, size - start)))
    return path


def _items(rng: np.random.Generator, start: int, count: int) -> Iterator[str]:
    titles, texts = rng.zipf(1.3, (count, 3)) % WORDS, rng.zipf(1.2, (count, 25)) % WORDS
    genres, years = rng.integers(0, 20, (count, 2)), rng.integers(1950, 2026, count)
    for row in range(count):
        item = {
            "id": f"i{start + row}",
            "title": " ".join(f"w{word}" for word in titles[row]),
            "genres": [f"g{genre}" for genre in genres[row]],
            "year": int(years[row]),
            "description": " ".join(f"w{word}" for word in texts[row]),
        }
        yield json.dumps(item) + "\n"


def _write_events(path: Path, size: int) -> Path:
    rng = np.random.default_rng(2)
    count = min(5 * size, MOST_INTERACTIONS)
    people = rng.integers(0, max(count // PER_USER, 1), count)
    items = _popular(rng, count, size)
    with path.open("w", encoding="utf-8") as file:
        file.write("user,item,time\n")
        file.writelines(
            f"u{person},i{item},{time}\n" for time, (person, item) in enumerate(zip(people, items, strict=True))
        )
    return path
