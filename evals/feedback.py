"""Signs of satisfaction and dissatisfaction in what a user says next, on turns written by hand (`feedback.jsonl`).

Turns of the halves "seen" and "late" to "late3" were used to choose the cues and to fit the second stage
(`feedback_training.py`); those of "late3" were written to be hard, a sixth of them in other languages. Turns of the half
"late4" were written after all of it by somebody who knows none of these, with wordings as frequent as in life, and are
only scored: they say how it does on what nobody thought of. At first sight one neutral turn of theirs was misread, a
pasted letter, which was mended. A turn with `before` comes after that request: asking the same again is a sign too.
Nothing may be stored on neutral turns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from ..agent.learning.feedback import Cue, asked_again, detect
from ..agent.learning.verdict import judge, suits
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings
    from ..memory.embedders.base import Embedder

__all__ = ["UNSEEN", "Reading", "Turn", "by_both", "by_cues", "by_wording", "measure", "read_turns", "score"]

TURNS = Path(__file__).with_name("feedback.jsonl")

Label = Literal["satisfied", "dissatisfied", "neutral"]
Half = Literal["seen", "late", "late2", "late3", "late4"]
UNSEEN: Half = "late4"
"""Turns written after everything was settled; nothing is fitted on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    turn: str
    label: Label
    kind: str
    half: Half
    before: str = ""
    """The user's request before it, where it matters."""


Reading = Callable[[Turn], "Cue | None"]


def measure(settings: Settings, data: Path | None) -> Report:
    from ..agent.build import open_embedder

    embedder = open_embedder(settings)
    turns = read_turns(data) if data else read_turns()
    halves: dict[str, list[Turn]] = {
        half: [turn for turn in turns if turn.half == half] for half in dict.fromkeys(turn.half for turn in turns)
    }
    stages: dict[str, Reading] = {
        "cues alone": by_cues,
        "no vectors": by_wording,
        "both stages": lambda turn: by_both(turn, embedder),
    }
    figures = {name: {stage: score(half, read) for stage, read in stages.items()} for name, half in halves.items()}
    latest = max(halves, key=get_args(Half).index)
    last = figures[latest]["both stages"]
    return Report(
        title="signs of satisfaction in talk",
        figures={**figures, "turns": len(turns)},
        bars=(
            Bar(name=f"F1 satisfied, {latest} turns", value=last["F1 satisfied"], least=0.8),
            Bar(name=f"F1 dissatisfied, {latest} turns", value=last["F1 dissatisfied"], least=0.7),
            Bar(name=f"stored on neutral turns, {latest}", value=last["stored on neutral"], most=0),
        ),
    )


def read_turns(path: Path = TURNS) -> list[Turn]:
    return [Turn(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def by_cues(turn: Turn) -> Cue | None:
    """The first stage."""
    return detect(turn.turn)


def by_wording(turn: Turn) -> Cue | None:
    """Both stages, beside an embedder whose vectors the second was not fitted on."""
    return judge(turn.turn, None)


def by_both(turn: Turn, embedder: Embedder) -> Cue | None:
    """As the assistant reads a turn: cues and meaning weighed together, then whether it asks for the same again."""
    vector = embedder.embed([turn.turn])[0]
    cue = judge(turn.turn, vector if suits(embedder.space) else None)
    if cue is None and turn.before:
        cue = asked_again(turn.before, turn.turn, float(embedder.embed([turn.before])[0] @ vector))
    return cue


def score(turns: Sequence[Turn], read: Reading) -> Mapping[str, float]:
    said = [(turn.label, cue.signal if (cue := read(turn)) else "neutral") for turn in turns]
    return {
        "right of those read": _precision(said),
        "F1 satisfied": _f1(said, "satisfied"),
        "F1 dissatisfied": _f1(said, "dissatisfied"),
        "stored on neutral": sum(1 for label, sign in said if label == "neutral" != sign),
        "neutral": sum(1 for label, _ in said if label == "neutral"),
        "turns": len(turns),
    }


def _precision(said: Sequence[tuple[Label, Label]]) -> float:
    read = [label == sign for label, sign in said if sign != "neutral"]
    return sum(read) / len(read) if read else 0.0


def _f1(said: Sequence[tuple[Label, Label]], wanted: Label) -> float:
    right = sum(1 for label, read in said if label == read == wanted)
    wrong = sum(1 for label, read in said if (label == wanted) != (read == wanted))
    return 2 * right / (2 * right + wrong) if right else 0.0
