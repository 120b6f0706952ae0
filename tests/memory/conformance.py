"""What every MemoryStore must do. Subclass `MemoryStoreTests` and give it an `open_store` fixture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

import numpy as np
import pytest

from tailored.memory.embedders.base import Vectors
from tailored.memory.errors import InvalidRecord, InvalidUserId, StoreUnavailable
from tailored.memory.records import KINDS, Episode, Feedback, Kind
from tailored.memory.store import Entry, MemoryStore

from .samples import sample

DIMENSION = 8
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OpenStore = Callable[[], MemoryStore]

ISOLATION_PAIRS = [("u1", "u10"), ("a.b", "a"), ("a_b", "axb"), ("A", "a"), ("a", "a "), ("a%", "ab"), ("a\0", "a\0b")]
HOSTILE_IDS = [
    "ada@example.com",
    "../../etc",
    "a/b\\c",
    "Ünï 🎉",
    "a\0b",
    "' OR 1=1 --",
    '{"$ne": ""}',
    "x" * 512,
    " a ",
]


def unit(seed: int) -> Vectors:
    vector = np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def turn(user_id: str, record_id: str, *, content: str = "hello", seconds: int = 0, seed: int = 0) -> Entry:
    record = Episode(
        id=record_id,
        user_id=user_id,
        created=START + timedelta(seconds=seconds),
        source="user",
        content=content,
        thread="t",
        order=0,
    )
    return Entry(record=record, vector=unit(seed))


def ids(entries: Sequence[Entry]) -> list[str]:
    return [entry.record.id for entry in entries]


class MemoryStoreTests:
    durable = True

    @pytest.fixture
    def open_store(self) -> OpenStore:
        raise NotImplementedError

    @pytest.fixture
    def store(self, open_store: OpenStore) -> Iterator[MemoryStore]:
        store = open_store()
        yield store
        store.close()

    @pytest.mark.parametrize("kind", get_args(Kind))
    def test_every_kind_comes_back_as_it_was(self, store: MemoryStore, kind: Kind) -> None:
        record = sample(kind, user_id="ada")

        store.put("ada", [Entry(record=record, vector=None)])

        assert [entry.record for entry in store.load("ada")] == [record]
        assert set(KINDS) == set(get_args(Kind))

    def test_vector_comes_back(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "1", seed=5)])

        vector = store.load("ada")[0].vector

        assert vector is not None
        assert vector.dtype == np.float32
        assert np.allclose(vector, unit(5), atol=1e-6)

    def test_record_without_vector_comes_back_without(self, store: MemoryStore) -> None:
        store.put("ada", [Entry(record=turn("ada", "1").record, vector=None), turn("ada", "2", seed=7)])

        first, second = store.load("ada")

        assert first.vector is None
        assert second.vector is not None
        assert np.allclose(second.vector, unit(7), atol=1e-6)

    def test_replacing_leaves_one_record(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "1", content="old", seed=1)])

        store.put("ada", [Entry(record=turn("ada", "1", content="new").record, vector=None)])

        (entry,) = store.load("ada")
        assert entry.record.text == "new"
        assert entry.vector is None

    def test_last_of_two_with_one_id_wins(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "1", content="first"), turn("ada", "1", content="second")])

        assert [entry.record.text for entry in store.load("ada")] == ["second"]

    def test_caller_may_change_the_vector_afterwards(self, store: MemoryStore) -> None:
        entry = turn("ada", "1", seed=3)
        store.put("ada", [entry])

        assert entry.vector is not None
        entry.vector[:] = 0

        stored = store.load("ada")[0].vector
        assert stored is not None
        assert np.allclose(stored, unit(3), atol=1e-6)

    def test_order_is_by_creation(self, store: MemoryStore) -> None:
        for seconds in (3, 1, 2):
            store.put("ada", [turn("ada", str(seconds), seconds=seconds)])

        assert ids(store.load("ada")) == ["1", "2", "3"]

    def test_equal_instants_keep_the_order_of_writing(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "z"), turn("ada", "m")])
        store.put("ada", [turn("ada", "a")])

        store.put("ada", [turn("ada", "m", content="replaced")])

        assert ids(store.load("ada")) == ["z", "m", "a"]

    def test_unknown_user_has_nothing(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "1")])

        assert store.load("bob") == []
        assert store.delete("bob", ["1"]) == 0
        store.erase("bob")
        assert ids(store.load("ada")) == ["1"]

    def test_nothing_to_put_or_delete(self, store: MemoryStore) -> None:
        store.put("ada", [])

        assert store.delete("ada", []) == 0
        assert store.load("ada") == []

    def test_delete_counts_what_was_there(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "1"), turn("ada", "2"), turn("ada", "3")])

        deleted = store.delete("ada", ["1", "3", "3", "no such"])

        assert deleted == 2
        assert ids(store.load("ada")) == ["2"]

    def test_erase_leaves_nothing(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "1"), Entry(record=turn("ada", "2").record, vector=None)])

        store.erase("ada")
        store.erase("ada")

        assert store.load("ada") == []

    def test_user_can_come_back_after_erase(self, store: MemoryStore) -> None:
        store.put("ada", [turn("ada", "1", content="before")])
        store.erase("ada")

        store.put("ada", [turn("ada", "1", content="after")])

        assert [entry.record.text for entry in store.load("ada")] == ["after"]

    @pytest.mark.parametrize(("one", "other"), ISOLATION_PAIRS)
    def test_users_of_similar_names_are_apart(self, store: MemoryStore, one: str, other: str) -> None:
        store.put(one, [turn(one, "same id", content="of one")])
        store.put(other, [turn(other, "same id", content="of other")])

        assert [entry.record.text for entry in store.load(one)] == ["of one"]
        store.erase(one)

        assert store.load(one) == []
        assert [entry.record.text for entry in store.load(other)] == ["of other"]

    @pytest.mark.parametrize(("one", "other"), [(("a", "b-c"), ("a-b", "c")), (("a", "bc"), ("ab", "c"))])
    def test_user_and_record_ids_do_not_run_together(
        self, store: MemoryStore, one: tuple[str, str], other: tuple[str, str]
    ) -> None:
        store.put(one[0], [turn(*one)])
        store.put(other[0], [turn(*other)])

        assert store.delete(*_named(one)) == 1
        assert ids(store.load(other[0])) == [other[1]]

    @pytest.mark.parametrize("hostile", HOSTILE_IDS)
    def test_hostile_user_and_record_ids(self, store: MemoryStore, hostile: str) -> None:
        store.put("bystander", [turn("bystander", "1")])
        store.put(hostile, [turn(hostile, hostile)])

        assert ids(store.load(hostile)) == [hostile]
        assert store.delete(hostile, [hostile]) == 1
        assert ids(store.load("bystander")) == ["1"]

    @pytest.mark.parametrize("bad", ["", "  ", "\n", "x" * 513, "\ud800", None, 7, ["ada"], {"$ne": ""}])
    @pytest.mark.parametrize("call", ["put", "load", "delete", "erase"])
    def test_invalid_user_id_is_refused(self, store: MemoryStore, call: str, bad: object) -> None:
        arguments = {"put": ([],), "delete": (["1"],)}.get(call, ())

        with pytest.raises(InvalidUserId):
            getattr(store, call)(bad, *arguments)

    @pytest.mark.parametrize("bad", ["", "x" * 513, "\ud800", None, 7])
    def test_invalid_record_id_is_refused(self, store: MemoryStore, bad: str) -> None:
        with pytest.raises(InvalidRecord):
            store.put("ada", [turn("ada", bad)])
        with pytest.raises(InvalidRecord):
            store.delete("ada", [bad])

    def test_another_users_record_is_refused_and_nothing_written(self, store: MemoryStore) -> None:
        with pytest.raises(InvalidRecord, match="another user"):
            store.put("ada", [turn("ada", "1"), turn("bob", "2")])

        assert store.load("ada") == []
        assert store.load("bob") == []

    @pytest.mark.parametrize(
        "vector",
        [
            np.full(DIMENSION, np.nan, np.float32),
            np.full(DIMENSION, np.inf, np.float32),
            np.ones(DIMENSION + 1, np.float32),
            np.ones((1, DIMENSION), np.float32),
            np.ones(0, np.float32),
        ],
        ids=["nan", "inf", "long", "matrix", "empty"],
    )
    def test_unusable_vector_is_refused_and_nothing_written(self, store: MemoryStore, vector: Vectors) -> None:
        bad = Entry(record=turn("ada", "2").record, vector=vector)

        with pytest.raises(InvalidRecord, match="'2'"):
            store.put("ada", [turn("ada", "1"), bad])

        assert store.load("ada") == []

    def test_time_without_zone_is_refused(self, store: MemoryStore) -> None:
        naive = Feedback(
            id="1", user_id="ada", created=datetime(2026, 3, 1), source="user", reply_id="r", signal="satisfied"
        )

        with pytest.raises(InvalidRecord, match="time zone"):
            store.put("ada", [Entry(record=naive, vector=None)])

    def test_hostile_text_comes_back(self, store: MemoryStore) -> None:
        content = "NUL \0, quote ' \" \\, line\u2028end, emoji 🎉, rtl \u202e, " + "long " * 20_000

        store.put("ada", [turn("ada", "1", content=content)])

        assert store.load("ada")[0].record.text == content

    def test_more_than_one_batch_of_the_backend(self, store: MemoryStore) -> None:
        entries = [Entry(record=turn("ada", str(n), seconds=n).record, vector=unit(n)) for n in range(5_600)]

        store.put("ada", entries)

        assert ids(store.load("ada")) == [str(n) for n in range(5_600)]
        store.erase("ada")
        assert store.load("ada") == []

    def test_closed_store_says_so(self, open_store: OpenStore) -> None:
        store = open_store()
        store.close()
        store.close()

        with pytest.raises(StoreUnavailable, match="closed"):
            store.load("ada")
        with pytest.raises(StoreUnavailable, match="closed"):
            store.put("ada", [turn("ada", "1")])

    def test_survives_closing_and_opening(self, open_store: OpenStore) -> None:
        if not self.durable:
            pytest.skip("this store forgets on purpose")
        first = open_store()
        first.put("ada", [turn("ada", str(n), seconds=n, seed=n) for n in range(150)])
        first.delete("ada", ["0"])
        first.close()

        second = open_store()
        loaded = second.load("ada")
        second.close()

        assert ids(loaded) == [str(n) for n in range(1, 150)]
        assert all(e.vector is not None and np.allclose(e.vector, unit(int(e.record.id)), atol=1e-6) for e in loaded)


def _named(pair: tuple[str, str]) -> tuple[str, list[str]]:
    return pair[0], [pair[1]]
