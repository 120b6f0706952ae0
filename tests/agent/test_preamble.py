from __future__ import annotations

import pytest

from tailored.agent.preamble import PreambleFilter


def fed(*pieces: str) -> list[str]:
    watch = PreambleFilter()
    return [*map(watch.feed, pieces), watch.finish()]


@pytest.mark.parametrize(
    "announced",
    [
        "Sure! Here's a summary of the study in a friendly, casual tone:\n\n",
        "Certainly. Here is the revised note:\n",
        "Sure, here's a birthday card for Rosa:\n",
        "Here’s a possible reply to Mia:\n\n",
        "Of course! Below is a short invitation for your neighbours:\n",
    ],
)
def test_an_announcement_before_a_text_is_left_out(announced: str) -> None:
    text = "Dear all,\nthe kitchen is closed.\nHere's the note:\nbye"

    assert "".join(fed(announced + text)) == text
    assert "".join(fed(*(announced + text))) == text


@pytest.mark.parametrize(
    "text",
    [
        "Here is the message from Tom:\n“Late again.”",
        "Here are the photos of the party, as in my last message:\n- one",
        "Sure! Here's a summary:\n",
        "Sure! I'd be glad to come on Friday.\nBest,\nAda",
        "Sure",
        "Here's what we need:\n- milk",
        "Here is my plan for Sunday: we walk.\nThen we eat.",
        "Certainly not the worst film of the year.",
        "Here's a summary:",
        "Dear Mia,\nhere's the letter:\nit is long.",
    ],
)
def test_a_text_that_only_begins_like_one_is_shown_whole(text: str) -> None:
    assert "".join(fed(text)) == text
    assert "".join(fed(*text)) == text


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_only_the_first_line_is_one(size: int) -> None:
    reply = "Here's a note:\r\nHere is the letter:\nbody"

    shown = fed(*(reply[start : start + size] for start in range(0, len(reply), size)))

    assert "".join(shown) == "Here is the letter:\nbody"


def test_what_was_asked_for_is_none() -> None:
    watch = PreambleFilter("Translate into English: «Voici la note :» Here is the note:")

    assert watch.feed("Here is the note:\nbring bread") == "Here is the note:\nbring bread"


def test_a_text_is_shown_as_it_comes() -> None:
    assert fed("Dear ", "all,", " hello") == ["Dear ", "all,", " hello", ""]


def test_what_may_still_be_an_announcement_waits_for_its_end() -> None:
    assert fed("Sur", "ely ", "not") == ["", "Surely ", "not", ""]
    assert fed("Of course ", "not") == ["", "Of course not", ""]
