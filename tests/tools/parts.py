"""Small catalogs, a deterministic embedder and a memory for the tests of tools."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from tailored.memory.embedders.base import Vectors
from tailored.memory.records import Interaction, InteractionEvent
from tailored.tools import Catalog, CatalogIndex, Picker, import_catalog
from tailored.tools.recommenders import standard

MOVIES = """movieId,title,genres
1,Alien (1979),Horror|Sci-Fi
2,Aliens (1986),Action|Horror|Sci-Fi
3,"Thing, The (1982)",Horror|Sci-Fi
4,Annie Hall (1977),Comedy|Romance
5,Manhattan (1979),Comedy|Romance
6,Die Hard (1988),Action
7,Home Movie,(no genres listed)
"""
# Three people like horror, three like comedies; "2" always follows "1", "5" always follows "4".
RATINGS = "userId,movieId,rating,timestamp\n" + "".join(
    f"{person},{item},{4.5},{1000 * person + step}\n"
    for person in range(1, 7)
    for step, item in enumerate((1, 2, 3, 6) if person % 2 else (4, 5, 6))
)


class WordEmbedder:
    """Unit vectors made of hashed words: texts that share words are near."""

    space = "test-words-64"
    dimension = 64

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(",", " ").replace(".", " ").split():
                vectors[row, int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class DictMemory:
    """A user's events and notes, for the MemoryAccess protocol."""

    def __init__(
        self,
        events: dict[str, list[Interaction]],
        notes: dict[str, list[str]] | None = None,
        standing: dict[str, list[str]] | None = None,
    ) -> None:
        self._events = events
        self._notes = notes or {}
        self._standing = standing or {}

    def interactions(self, user_id: str) -> Sequence[Interaction]:
        return self._events.get(user_id, [])

    def standing(self, user_id: str) -> Sequence[str]:
        return self._standing.get(user_id, [])

    def recall(self, user_id: str, query: str) -> Sequence[str]:
        return self._notes.get(user_id, [])


def movielens(folder: Path) -> Path:
    source = folder / "ml"
    source.mkdir()
    (source / "movies.csv").write_text(MOVIES, "utf-8")
    (source / "ratings.csv").write_text(RATINGS, "utf-8")
    return source


def movie_catalog(folder: Path) -> Catalog:
    import_catalog(movielens(folder), folder / "catalog")
    return Catalog.open(folder / "catalog")


def movie_picker(folder: Path) -> Picker:
    index = CatalogIndex.open(movie_catalog(folder), WordEmbedder())
    return Picker(index, standard(index))


def write_jsonl(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def event(
    item_id: str,
    kind: InteractionEvent = "picked",
    *,
    user_id: str = "ada",
    value: float = 1.0,
    reason: str = "",
    day: int = 0,
) -> Interaction:
    return Interaction(
        id=f"{user_id}-{item_id}-{kind}-{day}",
        user_id=user_id,
        created=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day),
        source="user",
        item_id=item_id,
        event=kind,
        value=value,
        reason=reason,
    )
