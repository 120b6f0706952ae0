"""Commands about two texts, in a pipe as at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from tailored.agent import Assistant
from tailored.memory import Choice
from tailored.serve.terminal.choosing import EVERY
from tailored.serve.terminal.commands import Chat
from tailored.serve.terminal.repl import converse
from tests.agent.makers import assistant


def talk(tailored: Assistant, *lines: str) -> tuple[Chat, str]:
    """A session of these lines, and what was shown."""
    console = Console(width=200, record=True)
    left: Iterator[str] = iter(lines)
    chat = Chat(
        assistant=tailored,
        user=tailored.user("ada"),
        thread="main",
        console=console,
        read_line=lambda: next(left, None),
        editor=None,
    )
    converse(chat)
    return chat, console.export_text()


def choices(tailored: Assistant) -> list[Choice]:
    return tailored._parts.memory.records("ada", Choice)


def test_two_pasted_texts_are_a_choice(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Closed on Friday."]) as tailored:
        talk(tailored, "Write a note: the kitchen is closed", "/choose", "- Closed", ".", "It is closed.", ".")

        [choice] = choices(tailored)
        assert (choice.chosen, choice.rejected) == ("- Closed", "It is closed.")
        assert not choice.is_duel


def test_there_is_no_second_draft_unasked(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Scattering."] * EVERY) as tailored:
        chat, _ = talk(tailored, *["Why is the sky blue?"] * EVERY)

        assert chat.rival is None


def test_a_second_draft_is_shown_now_and_then_and_picked(tmp_path: Path) -> None:
    script = [f"Reply {number}." for number in range(EVERY)] + ["In another manner."]
    with assistant(tmp_path, script) as tailored:
        _, shown = talk(tailored, "/duel on", *["Why is the sky blue?"] * EVERY, "/pick 2")

        [choice] = choices(tailored)
        assert "In another manner." in shown
        assert choice.is_duel
        assert choice.chosen == "In another manner."


def test_a_second_draft_is_made_on_demand(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Scattering.", "Air scatters blue light."]) as tailored:
        talk(tailored, "Why is the sky blue?", "/duel", "/pick 1")

        [choice] = choices(tailored)
        assert choice.chosen == "Scattering."


def test_duels_are_switched_off(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Scattering."] * EVERY) as tailored:
        chat, shown = talk(tailored, "/duel on", "/duel off", *["Why is the sky blue?"] * EVERY)

        assert "No more second drafts." in shown
        assert chat.rival is None


def test_what_is_not_picked_is_forgotten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with assistant(tmp_path, ["Scattering.", "Air scatters blue light.", "Red."]) as tailored:
        talk(tailored, "Why is the sky blue?", "/duel", "And the sunset?", "/pick 2")

        assert choices(tailored) == []
    assert "no two drafts" in capsys.readouterr().err


@pytest.mark.parametrize(("line", "said"), [("/pick 1", "no two drafts"), ("/duel maybe", "on, off or nothing")])
def test_a_wrong_command_says_what_is_right(
    tmp_path: Path, line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with assistant(tmp_path) as tailored:
        talk(tailored, line)

    assert said in capsys.readouterr().err


def test_a_profile_shows_tastes_with_their_counts(tmp_path: Path) -> None:
    with assistant(tmp_path, films=True) as tailored:
        _, shown = talk(tailored, "/rate Alien 5", "/profile")

    assert ": liked 1 of 1" in shown


def test_the_cost_is_told(tmp_path: Path) -> None:
    with assistant(tmp_path, ["Hello."]) as tailored:
        _, shown = talk(tailored, "Hello", "/cost")

    assert "chat" in shown
    assert "embed" in shown
