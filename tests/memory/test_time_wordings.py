"""Wordings of times that benchmarks with unseen questions found missing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tailored.memory.time_words import timeframe

NOW = datetime(2026, 5, 20, tzinfo=UTC)


def window(text: str) -> tuple[str, str]:
    frame = timeframe(text, NOW)
    return tuple(f"{end:%Y-%m-%d}" if end else "" for end in (frame.start, frame.end))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Where did I live ahead of April 2023?", ("", "2023-04-01")),
        ("What was my job in the run-up to June 2021?", ("", "2021-06-01")),
        ("Which car did I drive by the start of June 2021?", ("", "2021-06-01")),
        ("Where did I live past April 2023?", ("2023-05-01", "")),
        ("Once March 2024 had passed, where did I live?", ("2024-04-01", "")),
        ("From the end of March 2024 on, where did I live?", ("2024-04-01", "")),
        ("After 3 May 2024 but before 7 June 2024, where did I live?", ("2024-05-03", "2024-06-08")),
        ("Where did I live from May 2024 up until July 2024?", ("2024-05-01", "2024-08-01")),
        ("If today were 3 May 2024, what would my job be?", ("2024-05-03", "2024-05-04")),
    ],
)
def test_windows(text: str, expected: tuple[str, str]) -> None:
    assert window(text) == expected


@pytest.mark.parametrize(
    ("text", "relation", "words"),
    [
        ("Where did I live the day Tom joined the club?", "during", "Tom joined the club"),
        ("Around the time I became a nurse, where did I live?", "during", "I became a nurse"),
        ("As I moved to Porto, which car did I drive?", "during", "I moved to Porto"),
        ("When exactly Ana got married, where did I live?", "during", "Ana got married"),
        ("In advance of Tom joining us, where did I live?", "before", "Tom joining us"),
    ],
)
def test_events_that_date_a_question(text: str, relation: str, words: str) -> None:
    landmark = timeframe(text, NOW).landmark

    assert landmark is not None
    assert (landmark.relation, landmark.words) == (relation, words)


@pytest.mark.parametrize("text", ["What was my job to begin with?", "Which job did I start with?", "Going back to the start, what was my job?"])  # fmt: skip
def test_the_first_is_asked_for(text: str) -> None:
    assert timeframe(text, NOW).order == "first"


def test_most_recently_is_no_window() -> None:
    frame = timeframe("Which job did I get most recently?", NOW)

    assert (frame.order, frame.has_window) == ("last", False)
