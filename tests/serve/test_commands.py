"""Slash commands: which item is meant, and what a wrong argument says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from tailored.agent import ShownItem
from tailored.serve.errors import EditorFailed, UnknownCommand
from tailored.serve.terminal.commands import Chat, run_command
from tailored.serve.terminal.editor import edit_in_editor
from tailored.tools.errors import UnknownItem
from tests.agent.makers import assistant

SHOWN = ShownItem(id="parasite-2019", title="Parasite (2019)", reason="popular", labels=())


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with assistant(tmp_path, ["Noted."], films=True) as tailored:
        yield Chat(
            assistant=tailored,
            user=tailored.user("ada"),
            thread="main",
            console=Console(width=200),
            read_line=lambda: None,
            editor=None,
            items=(SHOWN,),
        )


@pytest.mark.parametrize(
    ("argument", "item_id", "reason"),
    [
        ("1 too long", "parasite-2019", "too long"),
        ("The Godfather", "the-godfather-1972", ""),
        ("the godfather too long", "the-godfather-1972", "too long"),
        ("The Godfather (1972): too long", "the-godfather-1972", "too long"),
        ('"The Godfather" too long', "the-godfather-1972", "too long"),
        ("“The Godfather”", "the-godfather-1972", ""),
        ("amelie", "amelie-2001", ""),
        ("The Godfater", "the-godfather-1972", ""),
    ],
)
def test_the_item_that_is_named_is_rejected(chat: Chat, argument: str, item_id: str, reason: str) -> None:
    run_command(chat, f"/reject {argument}")

    [event] = chat.user.interactions
    assert (event.event, event.item_id, event.reason) == ("rejected", item_id, reason)


@pytest.mark.parametrize("argument", ["The", "9 too long", "the north of nanook", "Something else"])
def test_nothing_is_rejected_by_a_guess(chat: Chat, argument: str) -> None:
    with pytest.raises(UnknownItem, match="no item is called"):
        run_command(chat, f"/reject {argument}")

    assert chat.user.interactions == []


def test_no_item_at_all_is_asked_for(chat: Chat) -> None:
    with pytest.raises(UnknownCommand, match="which item"):
        run_command(chat, "/reject")


@pytest.mark.parametrize(
    ("argument", "item_id"), [("1 4.5", "parasite-2019"), ('"The Godfather" 4.5', "the-godfather-1972")]
)
def test_a_rating_goes_to_the_item_that_is_named(chat: Chat, argument: str, item_id: str) -> None:
    run_command(chat, f"/rate {argument}")

    [event] = chat.user.interactions
    assert (event.item_id, event.value) == (item_id, 4.5)


@pytest.mark.parametrize("value", ["9", "0", "-1", "nan", "inf"])
def test_a_rating_out_of_range_names_the_range(chat: Chat, value: str) -> None:
    with pytest.raises(UnknownCommand, match=r"0\.5 to 5"):
        run_command(chat, f"/rate 1 {value}")


def test_an_editor_that_saves_another_encoding_fails_clearly() -> None:
    latin = 'python3 -c \'import sys; open(sys.argv[1], "wb").write(b"caf\\xe9")\''

    with pytest.raises(EditorFailed, match="not UTF-8"):
        edit_in_editor("café", latin)


def test_preferences_say_where_to_find_what_was_said_outright(chat: Chat) -> None:
    with chat.console.capture() as before:
        run_command(chat, "/preferences")
    chat.user.remember("I'm vegan")
    with chat.console.capture() as after:
        run_command(chat, "/preferences")

    assert "/profile" not in before.get()
    assert "What you said outright is in /profile." in after.get()


def test_forgetting_a_wish_says_that_its_message_stays(chat: Chat) -> None:
    chat.assistant.chat("ada", "I avoid crowds.")
    [wish] = chat.user.standing
    with chat.console.capture() as said:
        run_command(chat, f"/forget {wish.id}")

    assert chat.user.standing == []
    assert f"/forget {wish.evidence[0]} forgets that, too" in said.get()
    run_command(chat, f"/forget {wish.evidence[0]}")
    assert not any("crowds" in memory.text for memory in chat.user.memories)
