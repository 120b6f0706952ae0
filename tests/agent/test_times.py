"""What held when: the user's own words through the whole assistant, with the real embedder's stand-in and store."""

from __future__ import annotations

from pathlib import Path

from tests.agent.makers import assistant, scripted


def told(tmp_path: Path, question: str) -> list[str]:
    """What stands beside the question in the prompt, after the user has moved."""
    with assistant(tmp_path, scripted("Nice.", "Good luck.", "Well.")) as tailored:
        tailored.chat("ada", "I live in Lisbon since 2019.", thread="one")
        tailored.chat("ada", "I moved to Porto last month.", thread="two")
        return [memory.text for memory in tailored.chat("ada", question, thread="three").trace.memories]


def test_a_question_about_the_past_recalls_what_held_then(tmp_path: Path) -> None:
    assert "Lisbon" in told(tmp_path, "Where did I live before Porto?")[0]


def test_a_question_about_now_recalls_what_holds(tmp_path: Path) -> None:
    assert "Porto" in told(tmp_path, "Where do I live?")[0]


def test_the_prompt_says_what_is_over(tmp_path: Path) -> None:
    assert any(
        "no longer) The user lives in Lisbon." in text for text in told(tmp_path, "Where did I live before Porto?")
    )
