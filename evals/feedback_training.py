"""Fits the second stage of reading signs (`agent/learning/verdict.py`) on the turns written by hand, and writes it down.

    python -m tailored.evals.feedback_training

Fitted are all turns of `feedback.jsonl` but those marked "late2", which are only scored. The threshold is the smallest
at which, each tenth of the turns judged by a model fitted on the others, at most three neutral turns in a hundred are misread.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.learning import verdict
from .feedback import Turn, read_turns

if TYPE_CHECKING:
    from ..memory.embedders.base import Embedder

__all__ = ["fit", "write"]

PENALTY = 5e-4
FOLDS = 10
MISREAD = 0.03
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
LINE = 100
TARGET = Path(verdict.__file__).with_name("verdict_weights.py")

Floats = NDArray[np.float64]


def fit(rows: Floats, labels: NDArray[np.int_]) -> Floats:
    """Multinomial logistic regression; `rows` (turns, inputs), `labels` (turns,); the weights (3, inputs + 1)."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    count, width = rows.shape
    kinds = len(verdict.LABELS)
    wanted = np.eye(kinds)[labels]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(kinds, width + 1)
        chances = _chances(rows, weights)
        off = (chances - wanted) / count
        gradient = np.hstack([off.T @ rows + PENALTY * weights[:, :-1], off.sum(axis=0)[:, None]])
        cost = -np.log(chances[np.arange(count), labels] + 1e-12).mean() + PENALTY * (weights[:, :-1] ** 2).sum() / 2
        return float(cost), gradient.ravel()

    found = minimize(loss, np.zeros(kinds * (width + 1)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return np.asarray(found.x).reshape(kinds, width + 1)


def write(embedder: Embedder, target: Path = TARGET) -> str:
    """Fit on all turns but the late ones and write the module with the weights; says how well it did."""
    turns = [turn for turn in read_turns() if turn.half != "late2"]
    vectors = embedder.embed([turn.turn for turn in turns])
    rows = np.array([verdict.inputs(turn.turn, vector) for turn, vector in zip(turns, vectors, strict=True)], float)
    labels = np.array([verdict.LABELS.index(turn.label) for turn in turns])
    threshold, misread = _threshold(turns, rows, labels)
    weights = fit(rows, labels).astype(np.float16)
    target.write_text(_module(embedder.space, threshold, base64.b85encode(weights.tobytes()).decode()))
    return f"{len(turns)} turns, threshold {threshold}, {100 * misread:.1f} % of neutral turns misread"


def _threshold(turns: Sequence[Turn], rows: Floats, labels: NDArray[np.int_]) -> tuple[float, float]:
    """The threshold, and the share of neutral turns that is misread with it."""
    chances = _held_out(rows, labels)
    shares = {threshold: _misread(turns, chances, threshold) for threshold in THRESHOLDS}
    chosen = next((threshold for threshold, share in shares.items() if share <= MISREAD), THRESHOLDS[-1])
    return chosen, shares[chosen]


def _held_out(rows: Floats, labels: NDArray[np.int_]) -> Floats:
    order = np.random.default_rng(0).permutation(len(rows))
    chances = np.zeros((len(rows), len(verdict.LABELS)))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = np.setdiff1d(order, held)
        chances[held] = _chances(rows[held], fit(rows[rest], labels[rest]))
    return chances


def _misread(turns: Sequence[Turn], chances: Floats, threshold: float) -> float:
    neutral = [number for number, turn in enumerate(turns) if turn.label == "neutral"]
    signs = [verdict.decide(turns[number].turn, chances[number], threshold) for number in neutral]
    return sum(sign is not None for sign in signs) / len(neutral)


def _chances(rows: Floats, weights: Floats) -> Floats:
    scores = rows @ weights[:, :-1].T + weights[:, -1]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(chances / chances.sum(axis=1, keepdims=True))


def _module(space: str, threshold: float, weights: str) -> str:
    lines = "\n".join(f'    "{weights[start : start + LINE]}"' for start in range(0, len(weights), LINE))
    return (
        '"""Written by `python -m tailored.evals.feedback_training`: fitted weights, float16 in base 85."""\n\n'
        "from __future__ import annotations\n\n"
        '__all__ = ["SPACE", "THRESHOLD", "WEIGHTS"]\n\n'
        f'SPACE = "{space}"\n"""The embedder whose vectors they are for."""\n'
        f"THRESHOLD = {threshold}\nWEIGHTS = (\n{lines}\n)\n"
    )


if __name__ == "__main__":
    from ..agent.build import open_embedder
    from ..agent.settings import load_settings

    print(write(open_embedder(load_settings())))  # noqa: T201
