"""Small chats in the forms of the public data sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
REALTALK: dict[str, Any] = {
    "name": {"speaker_1": "Ann Lee", "speaker_2": "Tim"},
    "session_1": [
        {"clean_text": "I bake bread", "speaker": "Ann Lee", "dia_id": "D1:1", "date_time": "29.12.2023, 18:23:11"},
        {"clean_text": "Nice loaf", "speaker": "Tim", "dia_id": "D1:2", "date_time": "30.12.2023, 08:00:00"},
    ],
    "session_1_date_time": "29.12.2023, 18:23:11",
    "events_session_1": {"agent_a": []},
    "qa": [{"question": "What does Ann bake?", "answer": "bread", "evidence": ["D1:1", "D7:7"], "category": 2}],
}
BEAM_CHAT: list[dict[str, Any]] = [
    {
        "batch_number": 1,
        "turns": [
            [
                {
                    "role": "user",
                    "id": 0,
                    "content": "My sprint ends on March 29 ->-> 1,1",
                    "time_anchor": "March-15-2024",
                },
                {"role": "assistant", "id": 1, "content": "Noted."},
            ]
        ],
    }
]
BEAM_QUESTIONS: dict[str, Any] = {
    "information_extraction": [{"question": "When does my sprint end?", "source_chat_ids": {"user": [0, 7]}}],
    "abstention": [{"question": "Who am I?"}],
}


def write_locomo(folder: Path) -> Path:
    return _write(folder / "locomo" / "chats.json", LOCOMO)


def write_realtalk(folder: Path) -> Path:
    return _write(folder / "realtalk" / "Chat_1_Ann_Tim.json", REALTALK)


def write_beam(folder: Path) -> Path:
    chat = folder / "beam" / "100K" / "1"
    _write(chat / "probing_questions.json", BEAM_QUESTIONS)
    return _write(chat / "chat.json", BEAM_CHAT)


def _write(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")
    return path
