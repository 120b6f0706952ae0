"""Fits the second stage of reading signs (`agent/learning/verdict.py`) on the turns written by hand, and writes it down.

    python -m tailored.evals.feedback_training

Fitted are all turns of `feedback.jsonl` but those of the half that is only scored (`feedback.UNSEEN`). How it does on turns
nobody has seen is estimated by folds in which like turns (cosine above LIKE) stay together; so are the thresholds chosen,
for each fold on the others: the smallest with at most MISREAD of the neutral turns misread.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.learning import verdict
from ..agent.learning.feedback import Cue
from ..agent.learning.verdict_weights import Fitted
from .feedback import UNSEEN, Reading, Turn, read_turns, score

if TYPE_CHECKING:
    from ..memory.embedders.base import Embedder, Vectors

__all__ = ["fit", "held_out", "write"]

PENALTY = 2e-4
FOLDS = 5
LIKE = 0.7
MISREAD = 0.045
"""Many neutral turns of the file were written to mislead; of ordinary ones far fewer are misread."""
WITH_CUE = tuple(step / 40 for step in range(10, 36))
WITHOUT_CUE = tuple(step / 40 for step in range(18, 39))
LINE = 112
TARGET = Path(verdict.__file__).with_name("verdict_weights.py")

Floats = NDArray[np.float64]
Labels = NDArray[np.int_]


def fit(rows: Floats, labels: Labels) -> Floats:
    """Multinomial logistic regression; `rows` (turns, inputs), `labels` (turns,); the weights (3, inputs + 1)."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]
    from scipy.sparse import csr_array  # type: ignore[import-untyped]

    count, width = rows.shape
    kinds = len(verdict.LABELS)
    wanted = np.eye(kinds)[labels]
    sparse = csr_array(rows)
    across = csr_array(sparse.T)

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(kinds, width + 1)
        chances = _chances(sparse, weights)
        off = (chances - wanted) / count
        gradient = np.hstack([(across @ off).T + PENALTY * weights[:, :-1], off.sum(axis=0)[:, None]])
        cost = -np.log(chances[np.arange(count), labels] + 1e-12).mean() + PENALTY * (weights[:, :-1] ** 2).sum() / 2
        return float(cost), gradient.ravel()

    found = minimize(loss, np.zeros(kinds * (width + 1)), jac=True, method="L-BFGS-B", options={"maxiter": 120})
    return np.asarray(found.x).reshape(kinds, width + 1)


def write(embedder: Embedder, target: Path = TARGET) -> str:
    """Fit on all turns but the unseen ones and write the module with the weights; says how well it did on held-out ones."""
    turns = [turn for turn in read_turns() if turn.half != UNSEEN]
    vectors = embedder.embed([turn.turn for turn in turns])
    folds = _folds(vectors)
    labels = np.array([verdict.LABELS.index(turn.label) for turn in turns])
    said, parts = [f"{len(turns)} turns"], []
    for name, rows in (("MEANING", _rows(turns, vectors)), ("WORDING", _rows(turns, None))):
        chances = _held_out(rows, labels, folds)
        parts.append(_part(name, _thresholds(turns, chances), fit(rows, labels)))
        read = held_out(turns, chances, folds)
        for half in dict.fromkeys(turn.half for turn in turns):
            said.append(f"{name}, {half}: {dict(score([turn for turn in turns if turn.half == half], read))}")
    target.write_text(_module(embedder.space, parts))
    return "\n".join(said)


def held_out(turns: Sequence[Turn], chances: Floats, folds: Labels) -> Reading:
    """Reads these turns, each fold with thresholds chosen on the others; `chances` (turns, 3), `folds` (turns,)."""
    signs: dict[int, Cue | None] = {}
    for fold in range(FOLDS):
        rest = np.flatnonzero(folds != fold)
        chosen = _thresholds([turns[number] for number in map(int, rest)], chances[rest])
        for number in map(int, np.flatnonzero(folds == fold)):
            signs[id(turns[number])] = verdict.decide(verdict.read(turns[number].turn), chances[number], chosen)
    return lambda turn: signs[id(turn)]


def _rows(turns: Sequence[Turn], vectors: Vectors | None) -> Floats:
    given = [None] * len(turns) if vectors is None else list(vectors)
    return np.array(
        [verdict.inputs(verdict.read(turn.turn), vector) for turn, vector in zip(turns, given, strict=True)], float
    )


def _folds(vectors: Vectors) -> Labels:
    """The fold of each turn; turns that are like each other, or like a third, are in one."""
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

    _, groups = connected_components(vectors @ vectors.T > LIKE, directed=False)
    return np.asarray(np.random.default_rng(0).integers(0, FOLDS, groups.max() + 1)[groups])


def _held_out(rows: Floats, labels: Labels, folds: Labels) -> Floats:
    chances = np.zeros((len(rows), len(verdict.LABELS)))
    for fold in range(FOLDS):
        held = folds == fold
        chances[held] = _chances(rows[held], fit(rows[~held], labels[~held]))
    return chances


def _thresholds(turns: Sequence[Turn], chances: Floats) -> Fitted:
    """Those with which most signs are read among those that misread few enough neutral turns."""
    options = [Fitted(cue, none, 0.0, "", "") for cue, none in product(WITH_CUE, WITHOUT_CUE) if cue <= none]
    cued, sign, chance, right = _readings(turns, chances)
    neutral = np.array([turn.label == "neutral" for turn in turns])

    def worth(option: Fitted) -> float:
        read = sign & (chance > np.where(cued, option.with_cue, option.without_cue))
        return float((read & right).sum()) if (read & neutral).sum() <= MISREAD * neutral.sum() else -1.0

    return max(options, key=worth)


def _readings(turns: Sequence[Turn], chances: Floats) -> tuple[NDArray[np.bool_], ...]:
    """For each turn: whether a cue agrees, whether it can be a sign at all, how likely it is one, whether it would be right."""
    loose = Fitted(0.0, 0.0, 0.0, "", "")
    cues = [verdict.decide(verdict.read(turn.turn), likely, loose) for turn, likely in zip(turns, chances, strict=True)]
    return (
        np.array([cue is not None and cue.kind != "meant" for cue in cues]),
        np.array([cue is not None for cue in cues]),
        chances[:, 1:].max(axis=1),
        np.array([cue is not None and cue.signal == turn.label for cue, turn in zip(cues, turns, strict=True)]),
    )


def _chances(rows: Floats, weights: Floats) -> Floats:
    scores = rows @ weights[:, :-1].T + weights[:, -1]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _part(name: str, thresholds: Fitted, weights: Floats) -> str:
    pieces, rest = weights[:, : verdict.PIECES], weights[:, verdict.PIECES :]
    step = float(np.abs(pieces).max() / 127)
    texts = _text(np.round(pieces / step).astype(np.int8)) + ",\n" + _text(rest.astype(np.float16))
    return f"{name} = Fitted(\n    {thresholds.with_cue}, {thresholds.without_cue}, {step:.8f},\n{texts},\n)\n"


def _text(weights: NDArray[np.generic]) -> str:
    letters = base64.b85encode(weights.tobytes()).decode()
    return "\n".join(f'    "{letters[start : start + LINE]}"' for start in range(0, len(letters), LINE))


def _module(space: str, parts: Sequence[str]) -> str:
    return (
        '"""Written by `python -m tailored.evals.feedback_training`: pieces int8 in steps, the rest float16, in base 85."""\n\n'
        "from __future__ import annotations\n\nfrom typing import NamedTuple\n\n"
        '__all__ = ["MEANING", "SPACE", "WORDING", "Fitted"]\n\n\n'
        'class Fitted(NamedTuple):\n    """Thresholds where a cue says the same and where none does, and the weights."""\n\n'
        "    with_cue: float\n    without_cue: float\n    step: float\n    pieces: str\n    rest: str\n\n\n"
        f'SPACE = "{space}"\n"""The embedder whose vectors MEANING is for."""\n# fmt: off\n' + "".join(parts)
    )


if __name__ == "__main__":
    from ..agent.build import open_embedder
    from ..agent.settings import load_settings

    print(write(open_embedder(load_settings())))  # noqa: T201
