"""Does every correction make the next draft need fewer? PRELUDE (arXiv 2404.15269) without a language model.

A simulated user asks, gets a draft, edits it into the wanted style, and the cost of each edit is summed. Compared
are: no learning; one global preference; CIPHER with 1 and 5 neighbours, as published (always the nearest, however
far, never forgetting); ours; and an oracle that knows the wanted style, whose cost is that of corrected facts alone.

Earlier edits pasted into the prompt, the other usual way, are not among them: what a writer makes of pasted edits
is a model's doing, and a simulated writer that made anything of them would be an assumption and not a measurement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.learning.cost import cost_ratio, edit_cost
from ..agent.learning.selection import SelectionPolicy
from ..memory.embedders.base import Embedder, Vectors
from ..memory.records import Edit
from .edit_learners import Learner, learners
from .edit_plot import plot_costs
from .report import Bar, Report
from .simulated_user import Round, SimulatedUser, flags_of, render

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["SETTINGS", "Costs", "measure", "run", "totals"]

HELD_OUT_SEEDS = (20, 21, 22, 23, 24, 25)
"""The constants of learning were chosen on seeds below 20."""

START = datetime(2026, 1, 1, tzinfo=UTC)

Costs = Mapping[str, Mapping[str, NDArray[np.int_]]]
"""Tokens edited, by setting and method; shape (seeds, rounds)."""

SETTINGS: Mapping[str, Callable[[int, int], SimulatedUser]] = {
    "fixed": lambda seed, rounds: SimulatedUser(seed=seed),
    "drift": lambda seed, rounds: SimulatedUser(seed=seed, drift_at=rounds // 2),
    "overlap": lambda seed, rounds: SimulatedUser(seed=seed, overlap=0.5),
}
"""The settings the claim is tested in: preferences that stay, that change half-way, and requests that look alike."""


def measure(settings: Settings, data: Path | None) -> Report:
    """The costs with the configured embedder, on seeds that nothing was chosen on."""
    from ..agent.build import open_embedder

    costs = run(open_embedder(settings), seeds=HELD_OUT_SEEDS)
    figures = totals(costs)
    shares = {setting: 100 * row["ours"] / row["none"] for setting, row in figures.items()}
    best_cipher = min(figures["overlap"]["cipher-1"], figures["overlap"]["cipher-5"])
    return Report(
        title="cost of 200 edited drafts, tokens (simulated users)",
        figures={**figures, "ours, % of no learning": shares},
        bars=(
            Bar(name="fixed preferences, cost of no learning", value=shares["fixed"], most=7, unit="%"),
            Bar(name="drifting preferences, cost of no learning", value=shares["drift"], most=10, unit="%"),
            Bar(name="overlap .5, cost of the better CIPHER", value=figures["overlap"]["ours"] / best_cipher, most=1),
        ),
        plot=lambda path: plot_costs(costs, path),
    )


def run(
    embedder: Embedder, *, policy: SelectionPolicy | None = None, rounds: int = 200, seeds: Sequence[int] = (0, 1, 2)
) -> Costs:
    """What every method costs every user in every setting, round by round."""
    played = {
        setting: [_compared(make(seed, rounds), embedder, policy or SelectionPolicy(), rounds) for seed in seeds]
        for setting, make in SETTINGS.items()
    }
    return {
        setting: {method: np.array([costs[method] for costs in users]) for method in users[0]}
        for setting, users in played.items()
    }


def totals(costs: Costs) -> dict[str, dict[str, float]]:
    """Tokens edited over all rounds, the mean of the seeds."""
    return {
        setting: {method: float(tokens.sum(axis=1).mean()) for method, tokens in row.items()}
        for setting, row in costs.items()
    }


def _compared(user: SimulatedUser, embedder: Embedder, policy: SelectionPolicy, rounds: int) -> dict[str, list[int]]:
    """The cost of every round with every method for one user."""
    turns = list(user.rounds(rounds))
    vectors = embedder.embed([turn.context for turn in turns])
    costs = {"oracle": [_edit_cost_of_facts(turn) for turn in turns]}
    for name, learner in learners(embedder, policy).items():
        playing = learner()
        costs[name] = [
            _play(turn, vector, playing, number)
            for number, (turn, vector) in enumerate(zip(turns, vectors, strict=True))
        ]
    return costs


def _edit_cost_of_facts(turn: Round) -> int:
    return edit_cost(render(turn.topic, turn.wanted), render(turn.corrected, turn.wanted))


def _play(turn: Round, vector: Vectors, learner: Learner, number: int) -> int:
    draft = render(turn.topic, flags_of(learner.guide(vector)))
    edited = render(turn.corrected, turn.wanted)
    edit = Edit(
        id=str(number),
        user_id="simulated",
        created=START + timedelta(hours=number),
        source="user",
        reply_id=str(number),
        context=turn.context,
        draft=draft,
        edited=edited,
        cost=edit_cost(draft, edited),
        cost_ratio=cost_ratio(draft, edited),
    )
    learner.observe(vector, edit)
    return edit.cost
