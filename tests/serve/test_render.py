"""What the terminal shows is whole and readable, without colours and in narrow windows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from rich.console import Console

from tailored.agent.learning.diff import Span
from tailored.memory import Episode
from tailored.serve.terminal.render import diff_text, records_table

WORDS = "a long message that needs more than one line in any narrow window " * 3


@pytest.mark.parametrize("width", [50, 60, 80])
@pytest.mark.parametrize("record_id", ["ef78ce100412", "an-id-from-an-import-that-is-rather-long"])
def test_an_id_is_shown_whole(width: int, record_id: str) -> None:
    console = Console(width=width, color_system=None)
    message = Episode(
        id=record_id, user_id="ada", created=datetime(2026, 1, 2, tzinfo=UTC), source="user", content=WORDS,
        thread="t", order=0,
    )  # fmt: skip

    with console.capture() as shown:
        console.print(records_table("memories", [message]))

    first_cells = [line.split("│")[1].strip() for line in shown.get().splitlines() if line.startswith("│")]
    assert "".join(first_cells) == record_id


@pytest.mark.parametrize("content", [2 * WORDS, "とても長い言葉" * 60], ids=["words", "without blanks"])
def test_a_text_that_is_cut_short_says_so(content: str) -> None:
    console = Console(width=200, color_system=None)
    message = Episode(
        id="1", user_id="ada", created=datetime(2026, 5, 1, tzinfo=UTC), source="user", content=content, thread="t",
        order=0,
    )  # fmt: skip

    with console.capture() as shown:
        console.print(records_table("memories", [message]))

    text = " ".join(shown.get().replace("│", " ").split())
    assert content[:20] in text
    assert re.search(r"\w …", text)


@pytest.mark.parametrize(
    "console",
    [Console(color_system=None), Console(force_terminal=True, color_system="standard", no_color=True)],
    ids=["pipe", "NO_COLOR at a terminal"],
)
def test_without_colours_an_edit_is_told_by_marks(console: Console) -> None:
    spans = [Span(operation="replace", draft="noon", edited="one"), Span(operation="equal", draft=".", edited=".")]

    assert diff_text(spans, console).plain == "[-noon-]{+one+}."
