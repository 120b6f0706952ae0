"""Turns that others held, turns that leave nothing behind, and learning that is put off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tailored import Assistant
from tailored.agent.background import Background
from tailored.agent.errors import EmptyMessage
from tailored.agent.learning.queue import JobQueue
from tailored.agent.supplied import Supplied
from tests.agent.makers import assistant as make_assistant

DRAFT = "Dear team, I hope you are well. The office closes at noon on Friday. Best regards, Ada"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with make_assistant(tmp_path, ["Tofu."]) as opened:
        yield opened


def test_a_draft_that_another_agent_wrote_can_be_edited(assistant: Assistant) -> None:
    reply_id = assistant.record_turn("ada", "Write a note to my team", DRAFT)

    lesson = assistant.edit_by_id("ada", reply_id, "- Office closes Friday, noon\n- Plan ahead")

    assert lesson.wishes
    assert lesson.edit.draft == DRAFT


def test_turns_of_one_thread_stand_in_order(assistant: Assistant) -> None:
    for asked in ("One?", "Two?"):
        assistant.record_turn("ada", asked, "Yes.", thread="t")

    said = [(turn.order, turn.content) for turn in assistant.user("ada").thread("t")]

    assert said == [(0, "One?"), (1, "Yes."), (2, "Two?"), (3, "Yes.")]


@pytest.mark.parametrize(("asked", "answered"), [("", "Yes."), ("One?", " ")])
def test_half_a_turn_is_refused(assistant: Assistant, asked: str, answered: str) -> None:
    with pytest.raises(EmptyMessage):
        assistant.record_turn("ada", asked, answered)

    assert assistant.user("ada").memories == []


def test_a_turn_that_is_not_remembered_leaves_nothing_behind(assistant: Assistant) -> None:
    reply = assistant.chat("ada", "I'm vegan. What can I cook?", supplied=Supplied(remembered=False))

    assert reply.text == "Tofu."
    assert assistant.user("ada").counts == {}
    assert assistant.waiting_jobs == 0


def test_learning_that_is_held_waits_however_long_it_takes(tmp_path: Path) -> None:
    with closing(JobQueue(tmp_path / "jobs.sqlite3")) as queue:
        background = Background(queue, {}, quiet_s=0.0, patience_s=0.0)

        before = background.busy()
        with background.held():
            meanwhile = background.busy()

        assert (before, meanwhile, background.busy()) == (False, True, False)
