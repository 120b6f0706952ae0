"""A complaint in talk teaches as an edit does, with a scripted model and everything else real."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent import Assistant
from tailored.memory import Episode
from tests.agent.makers import assistant, scripted
from tests.agent.test_assistant import DRAFT, NOTE, SECOND_NOTE


def wishes(tailored: Assistant) -> list[str]:
    return [aspect.value for preference in tailored.user("ada").preferences for aspect in preference.aspects]


def message(tailored: Assistant, text: str) -> Episode:
    [found] = [
        memory for memory in tailored.user("ada").memories if isinstance(memory, Episode) and memory.content == text
    ]
    return found


def complained(folder: Path, complaint: str, *more: str) -> Assistant:
    """An assistant that gave a draft, heard a complaint, gave another, and has learned what there was to learn."""
    tailored = assistant(folder, scripted(DRAFT, "Better now.", *more))
    tailored.chat("ada", NOTE)
    tailored.chat("ada", complaint)
    tailored.learn_now()
    return tailored


def test_a_complaint_becomes_a_preference_for_that_kind_of_request(tmp_path: Path) -> None:
    with complained(tmp_path, "That's too long.") as tailored:
        [preference] = tailored.user("ada").preferences

    assert preference.context == "Write a short note to my team"
    assert [(aspect.name, aspect.polarity) for aspect in preference.aspects] == [("length", "-")]


def test_the_next_draft_of_that_kind_is_told_and_another_is_not(tmp_path: Path) -> None:
    model = scripted(DRAFT, "Better now.", "- Kitchen closed", "Rayleigh scattering.")
    with assistant(tmp_path, model) as tailored:
        tailored.chat("ada", NOTE)
        tailored.chat("ada", "No bullets please, and no emojis.")
        tailored.learn_now()
        tailored.chat("ada", SECOND_NOTE, thread="two")
        tailored.chat("ada", "Why is the sky blue during the day?", thread="three")

    assert "without bullet points" in model.seen[2][-1].text
    assert "bullet" not in model.seen[3][-1].text


@pytest.mark.parametrize(
    "turn", ["And what is the capital of Peru?", "Thanks, that's perfect!", "My boss said the report is too long."]
)
def test_nothing_is_learned_from_other_turns(tmp_path: Path, turn: str) -> None:
    with complained(tmp_path, turn) as tailored:
        assert wishes(tailored) == []


def test_a_complaint_about_the_answer_to_a_complaint_is_about_the_first_request(tmp_path: Path) -> None:
    with complained(tmp_path, "Too long.", "Shorter now.") as tailored:
        tailored.chat("ada", "Still too formal.")
        tailored.learn_now()
        contexts = {preference.context for preference in tailored.user("ada").preferences}

    assert contexts == {"Write a short note to my team"}


def test_forgetting_the_complaint_takes_it_back(tmp_path: Path) -> None:
    with complained(tmp_path, "That's too long.") as tailored:
        tailored.user("ada").forget(message(tailored, "That's too long.").id)
        tailored.learn_now()

        assert wishes(tailored) == []


def test_taking_back_an_edit_keeps_what_a_complaint_taught(tmp_path: Path) -> None:
    with complained(tmp_path, "Too long.", "Hello team, the kitchen is closed on Friday.") as tailored:
        reply = tailored.chat("ada", SECOND_NOTE, thread="two")
        lesson = tailored.edit(reply, "The kitchen is closed on Friday.")
        tailored.undo(lesson)

        assert [wish for wish in wishes(tailored) if "at most" in wish]
        assert "Do not open with a greeting" not in wishes(tailored)
