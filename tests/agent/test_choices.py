"""A-over-B picks steer later drafts, with a scripted model and everything else real."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent import Assistant
from tailored.agent.errors import NothingToChoose
from tailored.memory import Choice
from tests.agent.learning.test_choices import DAYS, LISTED, PLAIN
from tests.agent.makers import assistant, scripted

REQUEST = "Write a short note to my team: the kitchen is closed on {day}."


def taken(tailored: Assistant, count: int = 5) -> list[Choice]:
    """Lists taken over prose, so many times."""
    ada = tailored.user("ada")
    return [ada.choose(REQUEST.format(day=day), LISTED.format(day=day), PLAIN.format(day=day)) for day in DAYS[:count]]


def wishes(tailored: Assistant) -> list[str]:
    return [aspect.value for preference in tailored.user("ada").preferences for aspect in preference.aspects]


def test_choices_steer_the_next_draft_of_that_kind(tmp_path: Path) -> None:
    model = scripted("- Closed")
    with assistant(tmp_path, model) as tailored:
        taken(tailored)
        tailored.chat("ada", REQUEST.format(day="Sunday"))

    assert "use bullet points" in model.seen[0][-1].text


def test_two_texts_are_compared_by_them(tmp_path: Path) -> None:
    with assistant(tmp_path) as tailored:
        before = tailored.user("ada").prefers(LISTED, PLAIN)
        taken(tailored)
        after = tailored.user("ada").prefers(LISTED, PLAIN)

    assert before == pytest.approx(0.5)
    assert after > 0.8


def test_another_user_is_not_touched(tmp_path: Path) -> None:
    with assistant(tmp_path) as tailored:
        taken(tailored)

        assert tailored.user("bob").prefers(LISTED, PLAIN) == pytest.approx(0.5)
        assert tailored.user("bob").preferences == []


def test_forgetting_the_choices_takes_it_back(tmp_path: Path) -> None:
    with assistant(tmp_path) as tailored:
        for choice in taken(tailored):
            tailored.user("ada").forget(choice.id)

        assert wishes(tailored) == []


def test_they_are_exported(tmp_path: Path) -> None:
    with assistant(tmp_path) as tailored:
        taken(tailored, 1)
        [record] = tailored.user("ada").export()["records"]

    assert record["kind"] == "choice"
    assert record["chosen"] == LISTED.format(day="Monday")


@pytest.mark.parametrize(
    ("request_", "chosen", "rejected"), [("", "a", "b"), ("Write", "a", " a "), ("Write", " ", "b")]
)
def test_no_choice_is_refused(tmp_path: Path, request_: str, chosen: str, rejected: str) -> None:
    with assistant(tmp_path) as tailored, pytest.raises(NothingToChoose, match="two texts that differ"):
        tailored.user("ada").choose(request_, chosen, rejected)
