from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from tailored.memory.query import ask
from tests.memory.makers import EMBEDDER

NOW = datetime(2026, 5, 20, tzinfo=UTC)


def vector(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return EMBEDDER.embed([text])[0]


def test_half_of_the_topic_looks_past_the_name_of_a_speaker() -> None:
    query = ask("What does Ann's oven bake?", EMBEDDER.embed, speakers={"ann"})

    assert np.allclose(query.vector, vector("What does Ann's oven bake?"))
    assert query.topic @ vector("What does oven bake?") > query.vector @ vector("What does oven bake?")


def test_a_name_that_nobody_here_has_stays_in_the_topic() -> None:
    query = ask("What does Ann bake?", EMBEDDER.embed, speakers={"tim"})

    assert np.array_equal(query.topic, query.vector)


def test_a_question_of_nothing_but_a_name_keeps_it() -> None:
    query = ask("Ann?", EMBEDDER.embed, speakers={"ann"})

    assert np.array_equal(query.topic, query.vector)


def test_words_that_say_when_are_not_embedded() -> None:
    query = ask("Who was my manager in May 2024?", EMBEDDER.embed, now=NOW)

    assert np.allclose(query.vector, vector("Who was my manager?"), atol=1e-6)


def test_a_question_about_nothing_but_a_time_is_embedded_as_it_is() -> None:
    query = ask("In May 2024?", EMBEDDER.embed, now=NOW)

    assert query.only_asks_when
    assert np.allclose(query.vector, vector("In May 2024?"), atol=1e-6)


def test_the_name_at_the_beginning_of_an_event_is_a_name() -> None:
    query = ask("Where did I live until Tom joined the club?", EMBEDDER.embed, now=NOW)

    assert query.event is not None
    assert query.event.query.names == {"tom"}
