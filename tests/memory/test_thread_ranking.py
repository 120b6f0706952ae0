from __future__ import annotations

import numpy as np

from tailored.memory.thread_ranking import rank_threads
from tailored.memory.working_set import WorkingSet
from tests.memory.makers import chat, memory, query, working_set

THREADS = (
    *chat("We moved the sofa", "The garden needs water", "Tulips and roses", thread="garden"),
    *chat("My tyre is flat", "The bicycle shop is closed", "A new bell for the bicycle", thread="bicycle"),
    *chat("Good morning", "The train was late", thread="train"),
)


def ranked(memories: WorkingSet, text: str) -> list[str]:
    return [hit.thread for hit in rank_threads(memories, query(text), np.ones(memories.n_rows, np.bool_))]


def test_the_thread_that_is_about_it_comes_first() -> None:
    assert ranked(working_set(THREADS), "the flat tyre of my bicycle")[0] == "bicycle"


def test_every_thread_is_ranked_once() -> None:
    assert sorted(ranked(working_set(THREADS), "tulips")) == ["bicycle", "garden", "train"]


def test_several_turns_about_it_beat_one() -> None:
    memories = working_set(
        [
            *chat("The trip to Lisbon", "Lisbon hotels", "Lisbon trams", thread="many"),
            *chat("The trip to Lisbon", "My knee hurts", "Soup for lunch", thread="one"),
        ]
    )

    assert ranked(memories, "trip to Lisbon, hotels and trams")[0] == "many"


def test_no_threads_no_hits() -> None:
    assert ranked(working_set([]), "tulips") == []


def test_a_user_asks_for_threads() -> None:
    mine = memory()
    mine.remember("ada", THREADS)

    assert [hit.thread for hit in mine.threads_about("ada", "bicycle shop", limit=1)] == ["bicycle"]
    assert mine.threads_about("bob", "bicycle shop") == []
    assert mine.threads_about("ada", " ") == []
