"""Made-up memories for the benchmarks of speed, with vectors that were made before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from ..memory import Entry, Episode, Vectors
from ..memory.embedders.hashing import HashingEmbedder

__all__ = ["BEGUN", "PER_USER", "Prepared", "entries_of", "question", "user_name"]

PER_USER = 100
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


def user_name(number: int) -> str:
    return f"user{number}@example.com"


def question(number: int) -> str:
    return f"How long did it take when I {VERBS[number % 10]} the {SUBJECTS[number // 10 % 10]}?"


def entries_of(number: int, embedder: Prepared, n_entries: int = PER_USER) -> list[Entry]:
    """A user's memories: other words and other vectors for each user."""
    rng = np.random.default_rng(number)
    subjects, verbs, hours = (rng.integers(0, 10, n_entries) for _ in range(3))
    texts = [
        f"I {VERBS[v]} the {SUBJECTS[s]}, which took {h + 1} hours."
        for v, s, h in zip(verbs, subjects, hours, strict=True)
    ]
    vectors = embedder.embed(texts) + 0.03 * rng.standard_normal((n_entries, embedder.dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [
        Entry(record=_episode(number, n, text), vector=vector)
        for n, (text, vector) in enumerate(zip(texts, vectors, strict=True))
    ]


def _episode(number: int, n: int, text: str) -> Episode:
    return Episode(
        id=f"m{n}",
        user_id=user_name(number),
        created=BEGUN + timedelta(hours=n),
        source="user",
        content=text,
        thread=f"t{n // 20}",
        order=n % 20,
    )
