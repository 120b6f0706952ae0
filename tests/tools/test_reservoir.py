"""Earlier searches answer again only when they are the same question of the same user, and still hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tailored.memory.embedders.base import Vectors
from tailored.memory.errors import EmbeddingFailed, InvalidUserId
from tailored.tools.backends import Found
from tailored.tools.errors import BackendFailed
from tailored.tools.reservoir import Reservoir, Trigger

from .parts import WordEmbedder

LASTING = "What is the height of Everest?"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Counting:
    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.version = "1"

    def search(self, query: str, *, count: int = 5) -> Sequence[Found]:
        self.asked.append(query)
        if query == "broken":
            raise BackendFailed("counting: down")
        return [Found(title=f"{len(self.asked)}", text=query)] * (0 if query == "nothing" else count)


class Parts:
    def __init__(self, trigger: Trigger | None = None) -> None:
        self.backend, self.clock = Counting(), Clock()
        self.reservoir = Reservoir(self.backend, WordEmbedder(), clock=self.clock, trigger=trigger)

    def asks(self, *queries: str, user_id: str = "ada") -> list[bool]:
        """Whether each answer was a saved one."""
        return [self.reservoir.search(user_id, query).saved for query in queries]


def test_the_same_question_is_asked_once() -> None:
    parts = Parts()

    assert parts.asks(LASTING, LASTING) == [False, True]
    assert parts.reservoir.search("ada", LASTING).found[0].title == "1"


def test_a_question_in_other_words_is_the_same() -> None:
    assert Parts().asks("the height of Everest, please", "height of Everest please") == [False, True]


@pytest.mark.parametrize(
    "other", ["What is the height of Kilimanjaro?", "What is the age of Everest?", "What is the height of Everest 2?"]
)
def test_another_thing_or_another_question_is_searched(other: str) -> None:
    assert Parts(Trigger(similarity=0.95)).asks(LASTING, other) == [False, False]


def test_a_user_never_gets_what_another_found() -> None:
    parts = Parts()
    parts.asks(LASTING, user_id="u1")

    assert parts.asks(LASTING, user_id="u10") == [False]


@pytest.mark.parametrize("query", ["Is Everest open today?", "latest news on Everest", "Is the Nikon Z5 in stock?"])
def test_what_is_fleeting_is_always_searched(query: str) -> None:
    assert Parts().asks(query, query) == [False, False]


@pytest.mark.parametrize(
    ("query", "later", "saved"),
    [
        (LASTING, timedelta(days=13), True),
        (LASTING, timedelta(days=14), False),
        ("price of a Nikon Z5", timedelta(minutes=59), True),
        ("price of a Nikon Z5", timedelta(hours=1), False),
    ],
)
def test_answers_expire_by_their_kind(query: str, later: timedelta, saved: bool) -> None:
    parts = Parts()
    parts.asks(query)
    parts.clock.now += later

    assert parts.asks(query) == [saved]


def test_a_new_version_of_the_documents_makes_all_answers_old() -> None:
    parts = Parts()
    parts.asks(LASTING)
    parts.backend.version = "2"

    assert parts.asks(LASTING) == [False]


def test_more_than_was_found_before_is_searched() -> None:
    parts = Parts()
    parts.reservoir.search("ada", LASTING, count=2)

    assert not parts.reservoir.search("ada", LASTING, count=3).saved
    assert len(parts.reservoir.search("ada", LASTING, count=1).found) == 1


def test_nothing_found_is_not_kept() -> None:
    assert Parts().asks("nothing", "nothing") == [False, False]


def test_a_forgotten_user_has_nothing_left() -> None:
    parts = Parts()
    parts.asks(LASTING)
    parts.reservoir.forget("ada")

    assert parts.asks(LASTING) == [False]


def test_faults_of_the_backend_are_passed_on_and_not_kept() -> None:
    with pytest.raises(BackendFailed):
        Parts().asks("broken")


def test_an_embedder_that_fails_means_a_search() -> None:
    class Broken(WordEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise EmbeddingFailed("broken on purpose")

    reservoir = Reservoir(Counting(), Broken(), clock=Clock())

    assert [reservoir.search("ada", LASTING).saved for _ in range(2)] == [False, False]


def test_nobody_has_no_reservoir() -> None:
    with pytest.raises(InvalidUserId):
        Parts().asks(LASTING, user_id=" ")
