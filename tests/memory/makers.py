"""Short ways to make records, entries and memories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.floor import Scale, measure
from tailored.memory.memory import Memory
from tailored.memory.query import Query, query_of
from tailored.memory.ram import InMemoryStore
from tailored.memory.records import Episode, Fact, Record, Source
from tailored.memory.store import Entry
from tailored.memory.working_set import WorkingSet

START = datetime(2026, 1, 1, tzinfo=UTC)
EMBEDDER = HashingEmbedder()
SCALE: Scale = measure(EMBEDDER)


def clock() -> datetime:
    return START


def count_words(text: str) -> int:
    return len(text.split())


def episode(
    text: str, order: int = 0, *, thread: str = "t", user_id: str = "ada", speaker: str = "", source: Source = "user"
) -> Episode:
    """A turn whose id is its thread and order."""
    return Episode(
        id=f"{thread}-{order}",
        user_id=user_id,
        created=START + timedelta(minutes=order),
        source=source,
        content=text,
        thread=thread,
        order=order,
        speaker=speaker,
    )


def chat(*texts: str, thread: str = "t") -> list[Episode]:
    """Turns of one thread in this order."""
    return [episode(text, order, thread=thread) for order, text in enumerate(texts)]


def fact(record_id: str, statement: str, *, superseded_by: str | None = None) -> Fact:
    return Fact(
        id=record_id, user_id="ada", created=START, source="user", statement=statement, superseded_by=superseded_by
    )


def working_set(records: Sequence[Record]) -> WorkingSet:
    vectors = EMBEDDER.embed([record.text for record in records])
    return WorkingSet(Entry(record=record, vector=vector) for record, vector in zip(records, vectors, strict=True))


def query(text: str) -> Query:
    return query_of(text, EMBEDDER.embed([text])[0])


def memory(*, max_bytes: int = 2**30) -> Memory:
    return Memory(InMemoryStore(), EMBEDDER, clock=clock, count_tokens=count_words, max_bytes=max_bytes)
