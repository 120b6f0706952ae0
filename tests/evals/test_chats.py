from __future__ import annotations

import json
from pathlib import Path

import pytest

from tailored.evals.data_chats import chats_in
from tailored.evals.errors import DataBroken, DataMissing
from tests.evals.chats import REALTALK, write_beam, write_locomo, write_realtalk


def test_each_set_is_told_by_what_is_in_its_files(tmp_path: Path) -> None:
    for write in (write_beam, write_realtalk, write_locomo):
        write(tmp_path).parent.rename(tmp_path / write.__name__)
    (tmp_path / "other.json").write_text('{"session": 1}', "utf-8")
    (tmp_path / "lines.json").write_text('{"a": 1}\n{"a": 2}\n', "utf-8")

    assert list(chats_in(tmp_path)) == ["locomo", "realtalk", "beam"]


def test_locomo_sessions_come_in_order_with_captions(tmp_path: Path) -> None:
    dialogue = chats_in(write_locomo(tmp_path))["locomo"][0]

    assert [turn.id for turn in dialogue.episodes] == ["D2:1", "D10:1"]
    assert dialogue.episodes[1].text == "Ann: Look! [image: a robot on a shelf]"


def test_locomo_keeps_existing_evidence_only(tmp_path: Path) -> None:
    questions = chats_in(write_locomo(tmp_path))["locomo"][0].questions

    assert [(sorted(question.evidence), question.label) for question in questions] == [
        (["D2:1"], "single-hop"),
        (["D10:1"], "multi-hop"),
    ]


def test_realtalk_messages_have_their_own_times(tmp_path: Path) -> None:
    dialogue = chats_in(write_realtalk(tmp_path))["realtalk"][0]

    assert [(turn.text, f"{turn.created:%d %H:%M}") for turn in dialogue.episodes] == [
        ("Ann Lee: I bake bread", "29 18:23"),
        ("Tim: Nice loaf", "30 08:00"),
    ]
    assert [(sorted(question.evidence), question.label) for question in dialogue.questions] == [(["D1:1"], "temporal")]


def test_beam_strips_markers_and_knows_who_spoke_and_when(tmp_path: Path) -> None:
    dialogue = chats_in(write_beam(tmp_path))["beam"][0]

    assert [(turn.content, turn.source, f"{turn.created:%Y-%m-%d}") for turn in dialogue.episodes] == [
        ("My sprint ends on March 29", "user", "2024-03-15"),
        ("Noted.", "assistant", "2024-03-15"),
    ]
    assert [sorted(question.evidence) for question in dialogue.questions] == [["0"]]


def test_a_chat_that_lies_there_twice_counts_once(tmp_path: Path) -> None:
    path = write_realtalk(tmp_path)
    path.with_name("copy.json").write_text(path.read_text("utf-8"), "utf-8")

    assert len(chats_in(tmp_path)["realtalk"]) == 1


def test_a_folder_without_chats_says_what_is_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match="locomo, realtalk, beam"):
        chats_in(tmp_path)


def test_a_file_that_was_cut_off_is_named(tmp_path: Path) -> None:
    path = write_locomo(tmp_path)
    path.write_text(path.read_text("utf-8")[:-40], "utf-8")

    with pytest.raises(DataBroken, match=r"chats\.json is cut off"):
        chats_in(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"qa": None}, "is no whole file of realtalk"),
        ({"qa": [{"question": "Which?"}]}, "category: Field required"),
        ({"session_1": [{"speaker": "Ann"}]}, "dia_id: Field required"),
        ({"session_1": [{"speaker": "A", "dia_id": "D1:1", "date_time": "noon"}]}, "the date 'noon'"),
    ],
)
def test_what_a_broken_file_lacks_is_said(tmp_path: Path, change: dict[str, object], said: str) -> None:
    (tmp_path / "chat.json").write_text(json.dumps(REALTALK | change), "utf-8")

    with pytest.raises(DataBroken, match=said):
        chats_in(tmp_path)


def test_questions_that_do_not_lie_beside_their_chat_are_missed(tmp_path: Path) -> None:
    write_beam(tmp_path).with_name("probing_questions.json").unlink()

    with pytest.raises(DataBroken, match="probing_questions"):
        chats_in(tmp_path)
