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


def test_undo_takes_back_ratings_and_rejections_the_latest_first(tmp_path: Path) -> None:
    left: list[list[tuple[str, float]]] = []

    def undo(chat: Chat) -> None:
        for _ in range(3):
            left.append([(event.item_id, event.value) for event in chat.user.interactions])
            run_command(chat, "/undo")
        left.append([(event.item_id, event.value) for event in chat.user.interactions])

    heard = told(tmp_path, ["/rate Alien 5", "/rate Alien 1", "/reject Casablanca too sad"], [], undo)

    assert left[0] == [("alien-1979", 5.0), ("alien-1979", 1.0), ("casablanca-1942", 1.0)]
    assert left[1:] == [left[0][:2], left[0][:1], []]
    assert "Taken back: your rejection of Casablanca (1942)." in heard
    assert heard.rstrip().endswith("Taken back: your rating of Alien (1979).")


def test_undo_takes_back_what_a_message_taught(tmp_path: Path) -> None:
    def undo(chat: Chat) -> None:
        assert chat.user.standing
        run_command(chat, "/undo")
        assert not chat.user.standing

    told(tmp_path, ["I'm vegan"], ["Noted."], undo)


def test_undo_takes_back_what_was_to_be_remembered(tmp_path: Path) -> None:
    def undo(chat: Chat) -> None:
        assert chat.user.standing or chat.user.facts
        run_command(chat, "/undo")
        assert not chat.user.standing
        assert not chat.user.facts

    told(tmp_path, ["/remember I live in Porto"], [], undo)


def test_undo_leaves_what_was_known_before_it_was_told_again(tmp_path: Path) -> None:
    def again(chat: Chat) -> None:
        chat.user.remember("I'm vegan")
        run_command(chat, "/remember I'm vegan")
        with pytest.raises(UnknownCommand):
            run_command(chat, "/undo")
        assert [wish.statement for wish in chat.user.standing] == ["The user is vegan."]

    told(tmp_path, [], [], again)


def test_a_rejected_film_may_come_again_after_undo(tmp_path: Path) -> None:
    found: list[bool] = []

    def look(chat: Chat) -> None:
        found.append("alien-1979" in {one.item.id for one in chat.user.recommend(count=500)})
        run_command(chat, "/undo")
        found.append("alien-1979" in {one.item.id for one in chat.user.recommend(count=500)})

    told(tmp_path, ["/reject Alien too old"], [], look)

    assert found == [False, True]


def test_suggestions_are_queries_one_a_line(tmp_path: Path) -> None:
    heard = told(tmp_path, ["/suggest", "/rate Alien 5", "/suggest"], [])

    assert heard.startswith("Nothing to suggest yet")
    assert "- films with science fiction and horror" in heard


def test_a_planned_list_is_numbered_and_can_be_rated(tmp_path: Path) -> None:
    script = ['{"tool": "retrieve", "value": "horror"}', '{"tool": "finish"}']

    heard = told(tmp_path, ["/rate Alien 5", "/plan nothing before 1980", "/rate 1 4"], script)

    assert "10. " in heard
    assert heard.rstrip().endswith(": 4 of 5.")
