"""Signs of satisfaction and dissatisfaction in what a user says next, on turns written by hand (`feedback.jsonl`).

Turns marked "seen" were written together with the cues and looked at; "late" ones were written after the cues had
been settled and are only scored, so they say how the cues do on what nobody thought of. A turn with `before` comes
after that request: asking the same again is a sign too. Nothing may be stored on neutral turns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ..agent.learning.feedback import asked_again, detect
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["Turn", "measure", "read_turns", "score"]

TURNS = Path(__file__).with_name("feedback.jsonl")

Label = Literal["satisfied", "dissatisfied", "neutral"]
Likeness = Callable[[str, str], float]
"""The cosine of two texts' vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    turn: str
    label: Label
    kind: str
    half: Literal["seen", "late"]
    before: str = ""
    """The user's request before it, where it matters."""


def measure(settings: Settings, data: Path | None) -> Report:
    from ..agent.build import open_embedder

    embedder = open_embedder(settings)

    def likeness(first: str, second: str) -> float:
        one, other = embedder.embed([first, second])
        return float(one @ other)

    turns = read_turns(data) if data else read_turns()
    figures: dict[str, Mapping[str, float]] = {
        half: score([turn for turn in turns if turn.half == half], likeness)
        for half in dict.fromkeys(turn.half for turn in turns)
    }
    return Report(
        title="signs of satisfaction in talk",
        figures={**figures, "turns": len(turns)},
        bars=(
            Bar(name="F1 satisfied, late turns", value=figures["late"]["F1 satisfied"], least=0.8),
            Bar(name="F1 dissatisfied, late turns", value=figures["late"]["F1 dissatisfied"], least=0.7),
            Bar(
                name="stored on neutral turns", value=sum(row["stored on neutral"] for row in figures.values()), most=0
            ),
        ),
    )


def read_turns(path: Path = TURNS) -> list[Turn]:
    return [Turn(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def score(turns: Sequence[Turn], likeness: Likeness) -> Mapping[str, float]:
    said = [(turn.label, _read(turn, likeness)) for turn in turns]
    return {
        "right of those read": _precision(said),
        "F1 satisfied": _f1(said, "satisfied"),
        "F1 dissatisfied": _f1(said, "dissatisfied"),
        "stored on neutral": sum(1 for label, read in said if label == "neutral" != read),
        "turns": len(turns),
    }


def _read(turn: Turn, likeness: Likeness) -> Label:
    cue = detect(turn.turn)
    if cue is None and turn.before:
        cue = asked_again(turn.before, turn.turn, likeness(turn.before, turn.turn))
    return cue.signal if cue else "neutral"


def _precision(said: Sequence[tuple[Label, Label]]) -> float:
    read = [label == sign for label, sign in said if sign != "neutral"]
    return sum(read) / len(read) if read else 0.0


def _f1(said: Sequence[tuple[Label, Label]], wanted: Label) -> float:
    right = sum(1 for label, read in said if label == read == wanted)
    wrong = sum(1 for label, read in said if (label == wanted) != (read == wanted))
    return 2 * right / (2 * right + wrong) if right else 0.0
