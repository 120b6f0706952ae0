"""At the terminal a list is steered in words, taken back with /undo, planned with /plan; /suggest says what to ask."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tailored.serve.errors import UnknownCommand
from tailored.serve.terminal.commands import Chat, run_command
from tailored.serve.terminal.repl import converse
from tests.agent.makers import assistant, calling, scripted


def told(folder: Path, lines: list[str], script: list[Any], after: Callable[[Chat], None] = lambda chat: None) -> str:
    """What the terminal shows when these lines are typed."""
    heard, said = io.StringIO(), iter(lines)
    with assistant(folder, scripted(*script), films=True) as tailored:
        chat = Chat(
            assistant=tailored,
            user=tailored.user("ada"),
            thread="one",
            console=Console(file=heard, width=200),
            read_line=lambda: next(said, None),
            editor=None,
        )
        converse(chat)
        after(chat)
    return heard.getvalue()


def test_steering_is_shown_and_taken_back_with_the_list_before_it(tmp_path: Path) -> None:
    script = [calling("recommend", query="a"), "First.", calling("recommend", query="b"), "Second."]
    shown: list[tuple[str, ...]] = []

    def keep(chat: Chat) -> None:
        shown.append(tuple(item.id for item in chat.items))
        run_command(chat, "/undo")
        shown.append(tuple(item.id for item in chat.items))

    heard = told(tmp_path, ["Recommend me four films", "no dramas, nothing before 1980"], script, keep)

    assert "· steered: year from 1980; without drama" in heard
    assert "(/undo takes it back)" in heard
    assert "Taken back: year from 1980; without drama" in heard
    assert shown[0] != shown[1]
    assert len(shown[1]) == 4


def test_with_nothing_to_take_back_undo_says_so(tmp_path: Path) -> None:
    def undo(chat: Chat) -> None:
        with pytest.raises(UnknownCommand, match="steering"):
            run_command(chat, "/undo")

    told(tmp_path, [], [], undo)


def test_suggestions_are_queries_one_a_line(tmp_path: Path) -> None:
    heard = told(tmp_path, ["/suggest", "/rate Alien 5", "/suggest"], [])

    assert heard.startswith("Nothing to suggest yet")
    assert "- films with science fiction and horror" in heard


def test_a_planned_list_is_numbered_and_can_be_rated(tmp_path: Path) -> None:
    script = ['{"tool": "retrieve", "value": "horror"}', '{"tool": "finish"}']

    heard = told(tmp_path, ["/rate Alien 5", "/plan nothing before 1980", "/rate 1 4"], script)

    assert "10. " in heard
    assert heard.rstrip().endswith(": 4 of 5.")
