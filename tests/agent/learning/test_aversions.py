"""What people keep away from, keep to and cannot bear, read by rules."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tailored.agent.learning.statements import statements

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def said(turn: str) -> list[str]:
    return [statement.statement for statement in statements(turn, now=NOW)]


@pytest.mark.parametrize(
    ("turn", "statement"),
    [
        ("I avoid nightlife scenes.", "The user avoids nightlife scenes."),
        ("I strictly avoid gluten.", "The user strictly avoids gluten."),
        ("I refuse to wear fur or leather.", "The user refuses to wear fur or leather."),
        ("I only buy second-hand clothes.", "The user only buys second-hand clothes."),
        ("I don't enjoy horror films", "The user does not enjoy horror films."),
        ("I have a strong aversion to heights.", "The user has a strong aversion to heights."),
        ("I have no interest in museums.", "The user has no interest in museums."),
        ("I'm really uncomfortable with heights.", "The user is really uncomfortable with heights."),
        ("I'm not a fan of fish as pets.", "The user is not a fan of fish as pets."),
        ("I'm against breeding dogs.", "The user is against breeding dogs."),
        ("I find turn-based combat too slow.", "The user finds turn-based combat too slow."),
        ("I find it hard to learn from books.", "The user finds it hard to learn from books."),
        ("I learn best through stories.", "The user learns best through stories."),
        ("I avoid crowds and prefer the sea.", "The user avoids crowds and prefers the sea."),
        ("I avoid VR because I get motion sick.", "The user avoids VR."),
    ],
)
def test_what_is_kept_away_from_or_kept_to(turn: str, statement: str) -> None:
    assert said(turn) == [statement]


@pytest.mark.parametrize(
    "turn",
    [
        "I don't enjoy this ending.",
        "I find this answer boring.",
        "I find it boring.",
        "I find them too expensive.",
        "I have an appointment on Friday.",
        "I only want to know the price.",
        "I'm interested in a new bike.",
        "I'm not sure about the second one.",
        "I avoid it today.",
        "Should I avoid sugar?",
        "Write a letter that says I refuse to pay the fine.",
        "My sister avoids meat.",
        "He said that he refuses to fly.",
        "I have recently explored a passion for books at length with her.",
    ],
)
def test_what_is_about_the_moment_or_somebody_else_gives_nothing(turn: str) -> None:
    assert said(turn) == []
