"""A request for a text is shown the texts of its kind that were written in the thread, and not those of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tailored.agent.texts import without_other_texts
from tailored.agent.window import Sent
from tests.agent.makers import assistant, scripted

NOTE = "Write a note to my team: the printer is being repaired until Tuesday."
TALK = "How long does a printer last?"


def window(*said: str) -> list[Sent]:
    pairs = (
        (
            Sent(role="user", content=f"{text}\n\nbeside it", tokens=1, said=text),
            Sent(role="assistant", content=f"reply to {text}", tokens=1),
        )
        for text in said
    )
    return [sent for pair in pairs for sent in pair]


def shown(request: str, *said: str) -> list[str]:
    return [sent.said for sent in without_other_texts(window(*said), request) if sent.role == "user"]


@pytest.mark.parametrize(
    "request_", ["Write a birthday card for my grandmother Rosa who turns 80.", "Draft an email to the landlord."]
)
def test_a_text_of_another_kind_is_left_out_with_its_draft(request_: str) -> None:
    assert shown(request_, NOTE, TALK) == [TALK]
    assert len(without_other_texts(window(NOTE, TALK), request_)) == 2


@pytest.mark.parametrize(
    "request_",
    [
        "Write a note to my team: the lift is out of order, take this as a warning.",
        "Write a post about the printer.",
        "Write another one for the canteen.",
        "Write a second note.",
        "Write the introduction.",
        "Write an email with the same news to Anna.",
        "Write a reply to his mail.",
        "Draft the follow-up.",
        "Write a summary.",
        "Translate to French",
        "Rewrite it as a birthday card.",
        "I like the draft. Could you add a joke?",
        "Is the printer fixed by Wednesday?",
        "Do you remember the note that I asked you to write?",
    ],
)
def test_what_may_build_upon_a_draft_sees_it(request_: str) -> None:
    assert shown(request_, NOTE, TALK) == [NOTE, TALK]


def test_what_was_said_of_a_draft_goes_with_it() -> None:
    assert shown("Draft an email to the landlord.", NOTE, "Make it friendlier", TALK) == [TALK]


def test_in_a_thread_the_next_text_of_another_kind_begins_afresh(tmp_path: Path) -> None:
    model = scripted("- printer: in repair", "Dear Rosa,", "- lift: out of order")
    with assistant(tmp_path, model) as tailored:
        tailored.chat("ada", NOTE)
        tailored.chat("ada", "Write a birthday card for my grandmother Rosa who turns 80.")
        tailored.chat("ada", "Write a note to my team: the lift is out of order.")

    drafts = [[message.text for message in seen if message.type == "ai"] for seen in model.seen]
    assert drafts == [[], [], ["- printer: in repair"]]
