from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import numpy as np
import pytest

from tailored.memory.embedders.base import Vectors
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.errors import EmbeddingFailed, InvalidRecord, InvalidUserId, RecordNotFound, StoreUnavailable
from tailored.memory.memory import Memory
from tailored.memory.ram import InMemoryStore
from tailored.memory.records import Episode, Fact, Feedback, Preference, Record
from tailored.memory.store import Entry
from tests.memory.makers import EMBEDDER, START, chat, clock, count_words, episode, fact, memory


class CountingStore(InMemoryStore):
    """Counts loads, and fails the next put when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.failing = False

    def load(self, user_id: str) -> list[Entry]:
        self.loads.append(user_id)
        return super().load(user_id)

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        if self.failing:
            raise StoreUnavailable("the disk is full: make room")
        super().put(user_id, entries)


class BlockingEmbedder:
    """Stops at a text that holds "wait" until it is released."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.released = threading.Event()

    space = EMBEDDER.space
    dimension = EMBEDDER.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any("wait" in text for text in texts):
            self.entered.set()
            assert self.released.wait(10)
        return EMBEDDER.embed(texts)


class BrokenEmbedder:
    space = EMBEDDER.space
    dimension = EMBEDDER.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.full((len(texts), self.dimension), np.nan, np.float32)


def over(store: InMemoryStore, *, max_bytes: int = 2**30) -> Memory:
    return Memory(store, EMBEDDER, clock=clock, count_tokens=count_words, max_bytes=max_bytes)


def test_what_was_remembered_is_found_at_once() -> None:
    memories = memory()

    memories.remember("ada", chat("my dog is called Rex"))

    assert memories.recall("ada", "what is my dog called").hits[0].record.id == "t-0"


def test_what_was_remembered_is_in_the_store() -> None:
    store = InMemoryStore()

    over(store).remember("ada", chat("my dog is called Rex"))

    assert over(store).recall("ada", "what is my dog called").hits[0].record.id == "t-0"


def test_one_user_never_finds_what_another_said() -> None:
    memories = memory()
    memories.remember("u1", [episode("the secret is plum", user_id="u1")])
    memories.remember("u10", [episode("the secret is pear", user_id="u10")])

    found = memories.recall("u1", "the secret", policy="search")

    assert [hit.record.text for hit in found.hits] == ["the secret is plum"]


def test_a_record_of_another_user_is_refused() -> None:
    memories = memory()

    with pytest.raises(InvalidRecord):
        memories.remember("bob", chat("mine"))

    assert memories.records("bob", Record) == []


@pytest.mark.parametrize("user_id", ["", "  ", None])
def test_nobody_is_not_everybody(user_id: str) -> None:
    memories = memory()
    calls = [
        lambda: memories.remember(user_id, []),
        lambda: memories.recall(user_id, "x"),
        lambda: memories.vectors(user_id, Fact),
        lambda: memories.records(user_id, Record),
        lambda: memories.get(user_id, "x"),
        lambda: memories.thread(user_id, "t"),
        lambda: memories.forget(user_id, "x"),
        lambda: memories.erase(user_id),
    ]

    for call in calls:
        with pytest.raises(InvalidUserId):
            call()


def test_an_empty_text_finds_nothing() -> None:
    memories = memory()
    memories.remember("ada", chat("hello"))

    assert not memories.recall("ada", "  ", policy="search")


def test_records_without_text_are_kept() -> None:
    memories = memory()
    feedback = Feedback(
        id="x", user_id="ada", created=datetime.now(UTC), source="user", reply_id="r", signal="satisfied"
    )

    memories.remember("ada", [feedback])

    assert memories.records("ada", Feedback) == [feedback]


def test_records_of_one_class() -> None:
    memories = memory()
    memories.remember("ada", [*chat("hello"), fact("f", "likes tea")])

    assert [record.id for record in memories.records("ada", Fact)] == ["f"]
    assert len(memories.records("ada", Record)) == 2


def test_get_gives_the_record() -> None:
    memories = memory()
    memories.remember("ada", [fact("f", "likes tea")])

    assert memories.get("ada", "f") == fact("f", "likes tea")


def test_get_of_another_users_record_fails() -> None:
    memories = memory()
    memories.remember("ada", [fact("f", "likes tea")])

    with pytest.raises(RecordNotFound, match="'f'"):
        memories.get("bob", "f")


def test_a_forgotten_record_is_gone_everywhere() -> None:
    store = InMemoryStore()
    memories = over(store)
    memories.remember("ada", chat("my dog is called Rex", "yes"))

    memories.forget("ada", "t-0")

    assert [record.id for record in memories.records("ada", Episode)] == ["t-1"]
    assert [entry.record.id for entry in store.load("ada")] == ["t-1"]


def test_forgetting_what_is_not_there_fails_and_harms_nothing() -> None:
    memories = memory()
    memories.remember("ada", chat("hello"))

    with pytest.raises(RecordNotFound):
        memories.forget("ada", "nope")

    assert len(memories.records("ada", Episode)) == 1


def test_erasing_leaves_nothing_and_nobody_else_is_touched() -> None:
    memories = memory()
    memories.remember("ada", chat("hello", "world"))
    memories.remember("bob", [episode("hello", user_id="bob")])

    assert memories.erase("ada").counts == {"episode": 2}
    assert memories.records("ada", Record) == []
    assert len(memories.records("bob", Record)) == 1


def test_the_last_turns_of_a_thread() -> None:
    memories = memory()
    memories.remember("ada", chat("one", "two", "three"))

    assert [turn.content for turn in memories.thread("ada", "t", last=2)] == ["two", "three"]


def test_vectors_of_one_class_belong_to_their_records() -> None:
    memories = memory()
    memories.remember("ada", [fact("f1", "likes green tea"), episode("green tea, please")])

    records, vectors = memories.vectors("ada", Fact)

    assert [record.id for record in records] == ["f1"]
    assert np.allclose(vectors[0], memories.vector("likes green tea"), atol=1e-6)


def test_a_failed_write_is_not_searchable() -> None:
    store = CountingStore()
    memories = over(store)
    memories.remember("ada", chat("hello"))
    store.failing = True

    with pytest.raises(StoreUnavailable):
        memories.remember("ada", [fact("f", "likes tea")])

    assert memories.records("ada", Fact) == []


def test_vectors_that_are_not_numbers_are_refused() -> None:
    store = InMemoryStore()
    memories = Memory(store, BrokenEmbedder(), clock=clock, count_tokens=count_words)

    with pytest.raises(EmbeddingFailed):
        memories.remember("ada", chat("hello"))

    assert store.load("ada") == []


def test_a_user_is_loaded_once() -> None:
    store = CountingStore()
    memories = over(store)
    memories.remember("ada", chat("hello"))
    for _ in range(3):
        memories.recall("ada", "hello")

    assert store.loads == ["ada"]


def test_the_user_not_seen_for_longest_leaves_ram_first() -> None:
    store = CountingStore()
    memories = over(store, max_bytes=70_000)
    for user_id in ("a", "b", "a", "c", "a"):
        memories.remember(user_id, [episode("hello", user_id=user_id)])
    before = list(store.loads)

    memories.records("a", Record)
    memories.records("b", Record)

    assert before == ["a", "b", "c"]
    assert store.loads == ["a", "b", "c", "b"]


def test_a_memory_larger_than_all_of_ram_still_works() -> None:
    memories = memory(max_bytes=1)
    memories.remember("ada", chat("my dog is called Rex"))

    assert memories.recall("ada", "what is my dog called")


def test_no_write_of_many_threads_is_lost() -> None:
    store = InMemoryStore()
    memories = over(store, max_bytes=60_000)
    users = ["ada", "bob", "cyd"]

    def write(number: int) -> None:
        user_id = users[number % 3]
        memories.remember(user_id, [episode(f"note {number}", number, user_id=user_id)])
        memories.recall(user_id, f"note {number}", policy="search")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(120)))

    for user_id in users:
        assert len(memories.records(user_id, Episode)) == 40
        assert len(store.load(user_id)) == 40


def test_nobody_waits_for_another_text_to_be_embedded() -> None:
    embedder = BlockingEmbedder()
    memories = Memory(InMemoryStore(), embedder, clock=clock, count_tokens=count_words)
    memories.remember("ada", chat("hello"))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(memories.recall, "ada", "wait for it")
        assert embedder.entered.wait(10)

        memories.remember("ada", [fact("f", "likes tea")])
        memories.remember("bob", [episode("hi", user_id="bob")])
        written = len(memories.records("ada", Record))

        embedder.released.set()
        slow.result(10)
    assert written == 2


def learned(context: str) -> Preference:
    return Preference(id="p1", user_id="ada", created=START, source="user", context=context, aspects=())


class Foreseeing(HashingEmbedder):
    """Keeps what it was asked and what it was told to expect."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.expected: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed(texts)

    def expect(self, text: str) -> None:
        self.expected.append(text)


def test_what_is_expected_is_what_recall_asks_for() -> None:
    embedder = Foreseeing()
    memory = Memory(InMemoryStore(), embedder, clock=clock, count_tokens=count_words)
    question = "Can you remind me of everything I told you about the garden?"

    memory.expect(f" {question} ")
    memory.recall("ada", question)

    assert embedder.expected == embedder.asked[:1]


def test_nothing_is_expected_of_a_blank_text_nor_of_an_embedder_that_keeps_nothing() -> None:
    embedder = Foreseeing()

    Memory(InMemoryStore(), embedder, clock=clock, count_tokens=count_words).expect(" ")
    over(InMemoryStore()).expect("My garden")

    assert embedder.expected == []


def test_a_preference_lies_in_the_middle_of_its_requests() -> None:
    memories = memory()
    requests = ("write a note to my team", "summarise this report")
    memories.remember("ada", [learned("\n".join(requests))])

    [_], [vector] = memories.vectors("ada", Preference)

    mean = EMBEDDER.embed(requests).mean(axis=0)
    assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-6)


def test_nothing_is_written_that_rests_on_a_forgotten_memory() -> None:
    memories = memory()
    memories.remember("ada", [episode("I live in Porto")])
    memories.forget("ada", "t-0")

    with pytest.raises(RecordNotFound, match="'t-0'"):
        memories.remember("ada", [fact("f1", "The user lives in Porto.")], resting_on=["t-0"])

    assert memories.records("ada", Record) == []
