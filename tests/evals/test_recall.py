from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tailored.evals import data_beam, data_locomo
from tailored.evals.embedding_cache import CachedEmbedder
from tailored.evals.errors import DataMissing
from tailored.evals.recall import report, run
from tailored.memory.embedders.hashing import HashingEmbedder

LOCOMO: list[dict[str, Any]] = [
    {
        "sample_id": f"conv-{name}",
        "conversation": {
            "speaker_a": name,
            "session_2": [{"speaker": name, "dia_id": "D2:1", "text": f"My {pet} ran away"}],
            "session_2_date_time": "1:56 pm on 8 May, 2023",
            "session_10": [
                {"speaker": name, "dia_id": "D10:1", "text": "Look!", "blip_caption": f"a {toy} on a shelf"}
            ],
            "session_10_date_time": "2:00 am on 1 June, 2023",
        },
        "qa": [
            {"question": f"Which pet of {name} ran away?", "evidence": ["D2:1; D9:17"], "category": 4},
            {"question": f"What {toy} does {name} have?", "evidence": ["D10:1"], "category": 1},
            {"question": "Without evidence?", "evidence": ["D99:1"], "category": 5},
        ],
    }
    for name, pet, toy in (("Ann", "parrot", "robot"), ("Tim", "hamster", "kite"))
]
BEAM_CHAT = [
    {
        "batch_number": 1,
        "turns": [
            [
                {"role": "user", "id": 0, "content": "My sprint ends on March 29 ->-> 1,1"},
                {"role": "assistant", "id": 1, "content": "Noted."},
            ]
        ],
    }
]
BEAM_QUESTIONS = {
    "information_extraction": [{"question": "When does my sprint end?", "source_chat_ids": {"user": [0, 7]}}],
    "abstention": [{"question": "Who am I?"}],
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "locomo").mkdir()
    (tmp_path / "locomo" / "chats.json").write_text(json.dumps(LOCOMO), "utf-8")
    beam = tmp_path / "beam" / "100K" / "1"
    beam.mkdir(parents=True)
    (beam / "chat.json").write_text(json.dumps(BEAM_CHAT), "utf-8")
    (beam / "probing_questions.json").write_text(json.dumps(BEAM_QUESTIONS), "utf-8")
    return tmp_path


def test_locomo_sessions_come_in_order_with_captions(data: Path) -> None:
    dialogue = data_locomo.load(data / "locomo")[0]

    assert [turn.id for turn in dialogue.episodes] == ["D2:1", "D10:1"]
    assert dialogue.episodes[1].text == "Ann: Look! [image: a robot on a shelf]"


def test_locomo_without_captions(data: Path) -> None:
    assert data_locomo.load(data / "locomo", captions=False)[0].episodes[1].text == "Ann: Look!"


def test_locomo_keeps_existing_evidence_only(data: Path) -> None:
    questions = data_locomo.load(data / "locomo")[0].questions

    assert [(sorted(question.evidence), question.label) for question in questions] == [
        (["D2:1"], "single-hop"),
        (["D10:1"], "multi-hop"),
    ]


def test_beam_strips_markers_and_knows_who_spoke(data: Path) -> None:
    dialogue = data_beam.load(data / "beam")[0]

    assert [(turn.content, turn.source) for turn in dialogue.episodes] == [
        ("My sprint ends on March 29", "user"),
        ("Noted.", "assistant"),
    ]
    assert [sorted(question.evidence) for question in dialogue.questions] == [["0"]]


def test_figures_of_every_way(data: Path) -> None:
    figures = run(data, HashingEmbedder())

    assert figures["locomo"]["questions"] == 4
    assert set(figures["locomo"]["turn recall"]) == {
        "tailored",
        "tailored, ranked or in the prompt",
        "bm25",
        "dense",
    }
    assert figures["locomo"]["turn recall"]["tailored"]["all"]["@5"] == 100
    assert figures["beam"]["session recall"]["tailored"]["share of them"]["@5"] == 100


def test_figures_can_be_written_as_json(data: Path) -> None:
    assert json.loads(json.dumps(run(data, HashingEmbedder())))


def test_measuring_nothing_is_no_success() -> None:
    with pytest.raises(DataMissing):
        report({})


def test_bars_are_held_against_what_was_measured(data: Path) -> None:
    bars = {bar.name: bar for bar in report(run(data, HashingEmbedder())).bars}

    assert bars["locomo recall@10, all"].value == 100
    assert "beam nothing for a wrong user" not in bars


def test_no_data_no_figures(tmp_path: Path) -> None:
    assert run(tmp_path, HashingEmbedder()) == {}


class _Once:
    """Refuses to embed a text twice."""

    space = "once"
    dimension = 8

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def embed(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        assert not self.seen & set(texts)
        self.seen |= set(texts)
        return HashingEmbedder(8).embed(texts)


def test_vectors_are_kept_between_runs(tmp_path: Path) -> None:
    once = _Once()
    first = CachedEmbedder(once, tmp_path / "cache").embed(["a", "b"])

    second = CachedEmbedder(once, tmp_path / "cache").embed(["b", "c", "a"])

    assert np.array_equal(second[[2, 0]], first)


def test_wishes_said_outright_count_as_found_in_a_column_of_their_own(tmp_path: Path) -> None:
    said = ["Always answer in Spanish.", *(f"My plan number {n} is about lunch" for n in range(30))]
    turns = [[{"role": "user", "id": n, "content": text}] for n, text in enumerate(said)]
    chat = tmp_path / "beam" / "1"
    chat.mkdir(parents=True)
    (chat / "chat.json").write_text(json.dumps([{"batch_number": 1, "turns": turns}]), "utf-8")
    asked = {"preference_following": [{"question": "What is my plan for lunch?", "source_chat_ids": [0]}]}
    (chat / "probing_questions.json").write_text(json.dumps(asked), "utf-8")

    found = run(tmp_path, HashingEmbedder())["beam"]["turn recall"]

    assert found["tailored"]["all"]["@5"] == 0
    assert found["tailored, ranked or in the prompt"]["all"]["@5"] == 100
