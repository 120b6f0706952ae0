"""LoCoMo (Maharana et al. 2024): chats of two friends over months, with the turns that answer each question.

Evidence strings hold several ids now and then ("D8:6; D9:17") and ids that do not exist; questions without any
existing evidence are left out. Images are known by their captions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..memory.records import Episode
from .data_dialogue import Dialogue, Question

__all__ = ["LABELS", "load"]

LABELS = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop", 5: "adversarial"}
_TURN_ID = re.compile(r"D\d+:\d+")
_SESSION = re.compile(r"session_(\d+)")
_DATE = "%I:%M %p on %d %B, %Y"


def load(folder: Path, *, captions: bool = True) -> list[Dialogue]:
    """The chats of every JSON file in a folder; empty when there is none. Without `captions` images are left out."""
    samples = [sample for path in sorted(folder.glob("*.json")) for sample in json.loads(path.read_text("utf-8"))]
    return [_dialogue(sample, captions=captions) for sample in samples]


def _dialogue(sample: Mapping[str, Any], *, captions: bool) -> Dialogue:
    name = str(sample["sample_id"])
    episodes = tuple(_episodes(name, sample["conversation"], captions=captions))
    known = frozenset(episode.id for episode in episodes)
    questions = tuple(
        Question(text=str(asked["question"]), evidence=evidence, label=LABELS[asked["category"]])
        for asked in sample["qa"]
        if (evidence := known & frozenset(_TURN_ID.findall(" ".join(asked["evidence"]))))
    )
    return Dialogue(name=name, episodes=episodes, questions=questions)


def _episodes(name: str, chat: Mapping[str, Any], *, captions: bool) -> Iterator[Episode]:
    sessions = sorted((int(found[1]), key) for key in chat if (found := _SESSION.fullmatch(key)))
    for _, session in sessions:
        start = datetime.strptime(chat[f"{session}_date_time"], _DATE).replace(tzinfo=UTC)
        for order, turn in enumerate(chat[session]):
            caption = turn.get("blip_caption") if captions else None
            yield Episode(
                id=turn["dia_id"],
                user_id=name,
                created=start + timedelta(minutes=order),
                source="user",
                content=f"{turn['text']} [image: {caption}]" if caption else turn["text"],
                thread=session,
                order=order,
                speaker=turn["speaker"],
            )
