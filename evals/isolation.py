"""Nobody ever sees anybody else's: random operations of users with confusable ids, on every kind of store.

Each answer is compared with a plain dict for each user: a text of somebody else is a leak, a text that was forgotten
or erased is a ghost, one that is missing is a loss. `--size` is the number of operations, 10,000 when it is not given.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..agent.settings import Settings
from ..memory import Episode, Memory, MemoryStore, RecordNotFound
from ..memory.chroma import ChromaStore
from ..memory.chroma_server import SharedChromaStore
from ..memory.embedders.hashing import HashingEmbedder
from ..memory.journaled import JournaledStore
from ..memory.ram import InMemoryStore
from .chroma_run import chroma_server
from .report import Bar, Report

__all__ = ["History", "measure"]

OPERATIONS = 10_000
USERS = ("u1", "u10", "a.b", "a", "A", "a_b", "axb", "a ", "a%", "ab", '{"$ne": ""}', "' OR 1=1 --", "Ünï 🎉", "../a")
RECORDS = ("1", "10", "a", "A", "u1", "a.b")
WORDS = ("garden", "bicycle", "sister", "piano", "kitchen", "holiday", "dentist", "laptop")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FEW_BYTES = 40_000
"""RAM for some users only, so that the others are loaded again and again."""


class History:
    """A random history of several users on one memory, compared with a dict for each."""

    def __init__(self, memory: Memory, seed: int) -> None:
        self._memory = memory
        self._choose = random.Random(seed)
        self._expected: dict[str, dict[str, str]] = {user: {} for user in USERS}
        self.counts: Counter[str] = Counter()

    def run(self, n_operations: int) -> None:
        """Raises nothing for what it finds: it is counted."""
        moves = (self._remember, self._recall, self._list, self._forget, self._erase)
        for number in range(n_operations):
            user = self._choose.choice(USERS)
            self._choose.choices(moves, (40, 30, 15, 12, 3))[0](user, number)
            self.counts["operations"] += 1

    def _remember(self, user: str, number: int) -> None:
        ids = self._choose.sample(RECORDS, self._choose.randint(1, 3))
        texts = {id_: f"The {self._choose.choice(WORDS)} of {user} number {number} {id_}" for id_ in ids}
        self._memory.remember(user, [_episode(user, id_, text) for id_, text in texts.items()])
        self._expected[user] |= texts

    def _recall(self, user: str, number: int) -> None:
        found = self._memory.recall(user, self._choose.choice(WORDS), policy="search", limit=len(RECORDS))
        self._check(user, {hit.record.id: hit.record.text for hit in found.hits})

    def _list(self, user: str, number: int) -> None:
        found = {record.id: record.text for record in self._memory.records(user, Episode)}
        self._check(user, found)
        self.counts["losses"] += len(self._expected[user].keys() - found.keys())

    def _forget(self, user: str, number: int) -> None:
        id_ = self._choose.choice(RECORDS)
        there = self._expected[user].pop(id_, None) is not None
        try:
            self._memory.forget(user, id_)
            self.counts["ghosts"] += not there
        except RecordNotFound:
            self.counts["losses"] += there

    def _erase(self, user: str, number: int) -> None:
        self._memory.erase(user)
        self._expected[user] = {}

    def _check(self, user: str, found: dict[str, str]) -> None:
        for id_, text in found.items():
            if self._expected[user].get(id_) != text:
                self.counts["ghosts" if f" of {user} number " in text else "leaks"] += 1


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """Operations, leaks, ghosts and losses: in RAM, in Chroma with its journal, and on a Chroma server."""
    total = size or OPERATIONS
    share = -(-total // 3)
    figures = {}
    with tempfile.TemporaryDirectory() as folder, _stores(Path(folder)) as stores:
        for seed, (name, store) in enumerate(stores.items()):
            memory = Memory(
                store,
                HashingEmbedder(),
                clock=lambda: NOW,
                count_tokens=lambda text: len(text) // 4,
                max_bytes=FEW_BYTES,
            )
            history = History(memory, seed)
            begun = time.perf_counter()
            history.run(share)
            counts = {what: history.counts[what] for what in ("operations", "leaks", "ghosts", "losses")}
            figures[name] = counts | {"seconds": time.perf_counter() - begun}
            store.close()
    whole = {
        what: sum(int(row[what]) for row in figures.values()) for what in ("operations", "leaks", "ghosts", "losses")
    }
    return Report(
        title=f"{len(USERS)} users with confusable ids on {len(figures)} stores",
        figures=figures,
        bars=(
            Bar(name="random operations", value=whole["operations"], least=total),
            *(Bar(name=what, value=whole[what], most=0) for what in ("leaks", "ghosts", "losses")),
        ),
    )


@contextmanager
def _stores(folder: Path) -> Iterator[dict[str, MemoryStore]]:
    embedder = HashingEmbedder()
    space, dimension = embedder.space, embedder.dimension
    with chroma_server(folder / "server") as port:
        chroma = ChromaStore.open(folder / "embedded", space=space, dimension=dimension)
        yield {
            "in RAM": InMemoryStore(dimension=dimension),
            "Chroma, embedded": JournaledStore.open(chroma, folder / "journal.sqlite3", dimension=dimension),
            "Chroma, server": SharedChromaStore.connect("127.0.0.1", port, space=space, dimension=dimension),
        }


def _episode(user: str, id_: str, text: str) -> Episode:
    return Episode(id=id_, user_id=user, created=NOW, source="user", content=text, thread=id_, order=0)
