"""Is the next query told better with what a user has spoken of before than without?

Simulated users of the bundled films: each cares for a few labels, countries and directors, some more than others, and
asks in sessions on different days; a query speaks of something they care for or, one time in four, of anything, and
every other one goes on with what the query before it spoke of. Before each query of the last session three are
suggested; a hit speaks of something the query speaks of. `without the store` knows the session alone, `popular` what
most items have. The words around the names ("my sister Ana wants …") must not be in the store.

No constant was chosen on these users. No chat model.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..agent.interests import Interests
from ..agent.shelf import Shelf
from ..memory import Embedder, Entity, Episode, Memory
from ..memory.ram import InMemoryStore
from ..tools import Catalog, import_catalog
from .embedding_cache import open_cached
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure"]

USERS = 60
SESSIONS = 6
QUERIES = 5
SUGGESTED = 3
SEED = 19
NOW = datetime(2026, 6, 1, tzinfo=UTC)
WORDINGS = (
    "Recommend me {} films",
    "My sister Ana wants {} films for Sunday",
    "something with {} for the train to Basel please",
    "any good {} films I can show my flatmate Bo?",
)
PRIVATE = ("sister", "ana", "basel", "train", "flatmate", "bo", "sunday")

Value = tuple[str, str]


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """Hits in three with the store, with the session alone and with what is popular; private words in the store."""
    with tempfile.TemporaryDirectory() as folder, open_cached(settings) as embedder:
        with resources.as_file(resources.files("tailored.serve.demo") / "films.jsonl") as source:
            import_catalog(source, Path(folder))
        simulated = _Simulated(Path(folder), embedder)
        hits = [simulated.hits(f"user-{number}", random.Random(SEED + number)) for number in range(size or USERS)]
        leaked = simulated.leaked([f"user-{number}" for number in range(size or USERS)])
        simulated.close()
    names = ("with the store", "without the store", "popular")
    figures = {
        f"hit@{SUGGESTED}, {name}": float(np.mean([hit[at] for one in hits for hit in one]))
        for at, name in enumerate(names)
    }
    gain = figures[f"hit@{SUGGESTED}, with the store"] - figures[f"hit@{SUGGESTED}, without the store"]
    return Report(
        title=f"the next query of {len(hits)} simulated users",
        figures={**figures, "private words in the store": leaked},
        bars=(
            Bar(name="with the store less without", value=gain, least=0.001),
            Bar(name="private words in the store", value=leaked, most=0),
        ),
    )


class _Simulated:
    """The users' memories, and a catalog they speak of."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._clock = NOW
        self._memory = Memory(InMemoryStore(), embedder, clock=lambda: self._clock, count_tokens=len)
        self._shelf = Shelf(folder, embedder, self._memory)
        self._interests = Interests(self._memory, self._shelf)
        self._values = _values(self._shelf.picker().index.catalog)
        self._popular = [name for (_, name), _ in self._values[:SUGGESTED]]

    def close(self) -> None:
        self._shelf.close()

    def hits(self, user_id: str, chance: random.Random) -> list[tuple[bool, bool, bool]]:
        """For each query of the last session: whether three suggestions speak of what it speaks of."""
        cared_for = chance.sample([value for value, _ in self._values], 5)
        found: list[tuple[bool, bool, bool]] = []
        for session in range(SESSIONS):
            spoken_of: list[Value] = []
            for _ in range(QUERIES):
                spoken_of = self._next(cared_for, spoken_of, chance)
                names = {name for _, name in spoken_of}
                if session == SESSIONS - 1:
                    found.append(
                        (
                            self._is_hit(self._interests.suggest(user_id), names),
                            self._is_hit(self._interests.suggest(f"{user_id}, session {session}"), names),
                            bool(names.intersection(self._popular)),
                        )
                    )
                text = chance.choice(WORDINGS).format(" ".join(sorted(names)))
                for speaker in (user_id, f"{user_id}, session {session}"):
                    self._say(speaker, text)
                self._clock += timedelta(minutes=1)
            self._clock += timedelta(days=7)
        self._clock = NOW
        return found

    def leaked(self, user_ids: Sequence[str]) -> int:
        """How many private words the stores of these users hold."""
        stored = [
            f"{entity.facet} {entity.name}" for user_id in user_ids for entity in self._memory.records(user_id, Entity)
        ]
        return sum(word in PRIVATE for text in stored for word in re.findall(r"\w+", text.casefold()))

    def _next(self, cared_for: Sequence[Value], before: Sequence[Value], chance: random.Random) -> list[Value]:
        goes_on = bool(before) and chance.random() < 0.5
        first = chance.choice(before) if goes_on else self._any(cared_for, chance)
        second = self._any(cared_for, chance)
        return list(dict.fromkeys((first, second)))

    def _any(self, cared_for: Sequence[Value], chance: random.Random) -> Value:
        if chance.random() < 0.25:
            return chance.choice([value for value, _ in self._values])
        return chance.choices(cared_for, weights=[1 / rank for rank in range(1, len(cared_for) + 1)])[0]

    def _say(self, user_id: str, text: str) -> None:
        order = len(self._memory.thread(user_id, "main"))
        episode = Episode(
            id=f"{user_id}-{order}", user_id=user_id, created=self._clock, source="user", content=text, thread="main",
            order=order,
        )  # fmt: skip
        self._memory.remember(user_id, [episode])
        self._interests.read_turn(user_id, episode.id)

    def _is_hit(self, suggested: Sequence[str], names: set[str]) -> bool:
        return any({name for _, name in self._interests.named(query)} & names for query in suggested)


def _values(catalog: Catalog) -> list[tuple[Value, int]]:
    """What can be spoken of, that some items have, the most frequent first."""
    found = {
        (facet.name, str(value)): int(catalog.having(facet.name, value).sum())
        for facet in catalog.facets.values()
        if facet.kind in ("labels", "text")
        for value in catalog.values(facet.name)
    }
    return sorted(((value, count) for value, count in found.items() if count >= 3), key=lambda pair: -pair[1])
