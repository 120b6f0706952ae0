from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from tailored.memory.time_words import event_time, timeframe
from tailored.memory.timeframe import Order

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Where did I live in May 2024?", "2024-05-01", "2024-06-01"),
        ("What was my address on 3 May 2024?", "2024-05-03", "2024-05-04"),
        ("What did I do last spring?", "2025-03-01", "2025-06-01"),
        ("Where did I live before March 2023?", None, "2023-03-01"),
        ("Which gym did I go to after March 2023?", "2023-04-01", None),
        ("Which phone have I had since January?", "2026-01-01", None),
        ("Who was my manager until June 2022?", None, "2022-06-01"),
        ("Who was my dentist between May and July 2023?", "2023-05-01", "2023-08-01"),
        ("What was my salary from 2020 to 2022?", "2020-01-01", "2023-01-01"),
        ("Where did I live once April 2025 was over?", "2025-05-01", None),
        ("Where did I live later than 2021?", "2022-01-01", None),
    ],
)
def test_windows(text: str, start: str | None, end: str | None) -> None:
    frame = timeframe(text, NOW)

    assert (frame.start, frame.end) == (start and day(start), end and day(end))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("What was my first car?", "first"),
        ("Where did I live originally?", "first"),
        ("What is my latest job?", "last"),
        ("What was the last book I read?", "last"),
        ("What was my previous phone?", "previous"),
        ("Where did I use to live?", "previous"),
        ("Where did I live before?", "previous"),
        ("How has my diet changed over time?", "all"),
        ("What is my sister's first name?", None),
        ("What is my last name?", None),
        ("Where do I live?", None),
    ],
)
def test_orders(text: str, order: Order | None) -> None:
    assert timeframe(text, NOW).order == order


@pytest.mark.parametrize(
    ("text", "relation", "words"),
    [
        ("Where did I live before I moved to Porto?", "before", "I moved to Porto"),
        ("When I lived in Lisbon, where did I work?", "during", "I lived in Lisbon"),
        ("What happened after the operation?", "after", "the operation"),
        ("What was I doing while studying in Porto?", "during", "studying in Porto"),
        ("At the time Ana joined the club, where did she live?", "during", "Ana joined the club"),
    ],
)
def test_landmarks(text: str, relation: str, words: str) -> None:
    landmark = timeframe(text, NOW).landmark

    assert landmark is not None
    assert (landmark.relation, landmark.words) == (relation, words)


@pytest.mark.parametrize(
    "text",
    [
        "May I eat peanuts?",
        "When did I move to Porto?",
        "I have 2000 dollars, what can I buy?",
        "Write a poem about the sea",
        "My name is Bob",
        "",
    ],
)
def test_questions_without_a_time(text: str) -> None:
    frame = timeframe(text, NOW)

    assert not frame.has_window
    assert frame.landmark is None
    assert frame.order is None


def test_what_is_told_beside_the_question_is_not_asked() -> None:
    assert not timeframe("Yesterday I had pasta. What are good recipes?", NOW).has_window


@pytest.mark.parametrize(("text", "ahead"), [("What should I cook tonight?", True), ("What did I eat today?", False)])
def test_what_is_yet_to_come(text: str, ahead: bool) -> None:
    assert timeframe(text, NOW).ahead is ahead


def test_when_it_was_said_is_another_time_than_when_it_held() -> None:
    assert timeframe("What did I tell you last week?", NOW).told
    assert not timeframe("Where did I live last week?", NOW).told


def test_a_turn_tells_when_its_event_was() -> None:
    said = day("2024-06-10")

    assert event_time("I moved to Porto last month", said).start == day("2024-05-01")
    assert event_time("I moved to Porto", said) == (said, said)
    assert event_time("I moved to Porto last month. Is that not great?", said).start == day("2024-05-01")


@pytest.mark.parametrize("text", ["What did I do 999 decades ago?", "What happened in the last 999 decades?"])
def test_a_time_that_no_calendar_has_is_not_asked_about(text: str) -> None:
    assert not timeframe(text, NOW).has_window


@pytest.mark.parametrize("text", ["between " * 2000, "1 " * 5000, "may 2024 " * 2000, "how has " * 3000, "a" * 20_000])
def test_long_texts_cost_nothing(text: str) -> None:
    started = time.perf_counter()
    timeframe(text, NOW)

    assert time.perf_counter() - started < 0.1
