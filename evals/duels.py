"""Do ten duels find the manner of replying that a user likes?

Simulated users like each option of a manner more or less (hidden, normal), and take the better of two drafts with a
logistic chance. After so many duels the manner that the product would reply in is looked up: what it is worth to the
user, as a share of what the best manner is worth, both above the plain prompt. Beside it: pairs drawn by chance with
the same model of the user (random pairs), and a table of wins for each manner without shared options. How challengers
are chosen was settled on other users (seed 0) than those reported (seed 1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.learning.duels import Duels
from ..prompts.manners import MANNERS, OPTIONS, parse_manner
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["SHOWN", "measure", "run"]

SHOWN = (5, 10, 20)
USERS = 240
SPREAD = 1.0
"""Of a user's liking for an option, in units of the logistic choice."""
ROUNDS = 1000

Numbers = NDArray[np.float64]
Results = list[tuple[str, str]]
Pair = Callable[[Results, np.random.Generator], tuple[str, str]]


def measure(settings: Settings, data: Path | None) -> Report:
    gained, most = run(seed=1, users=USERS)
    shares = {way: {n: of[n].sum() / most.sum() for n in SHOWN} for way, of in gained.items()}
    difference = _interval(gained["ours"][10] - gained["random pairs"][10], most)
    return Report(
        title=f"share of the best manner's gain over the plain prompt, {USERS} simulated users, {len(MANNERS)} manners",
        figures={
            **{way: {f"{n} duels": round(float(share), 3) for n, share in of.items()} for way, of in shares.items()},
            "ours less random pairs, 10 duels, 95 %": difference,
        },
        bars=(
            Bar(name="after 10 duels, more than random pairs: lower end of 95 %", value=difference["from"], least=0),
        ),
    )


def run(*, seed: int, users: int) -> tuple[Mapping[str, Mapping[int, Numbers]], Numbers]:
    """For each way of choosing pairs and each number of duels, what every user gains, and what the best manner would
    give them; shape (users,)."""
    people = [np.random.default_rng([seed, user]).normal(0, SPREAD, len(OPTIONS)) for user in range(users)]
    ways: Mapping[str, tuple[Pair, Callable[[Results], str]]] = {
        "ours": (_ours, lambda results: Duels.fit(results).best()),
        "random pairs": (_by_chance, lambda results: Duels.fit(results).best()),
        "table of wins": (_by_chance, _most_wins),
    }
    worths = [_worth(likings) for likings in people]
    gained = {way: _played(pair, best, seed, worths) for way, (pair, best) in ways.items()}
    return gained, np.array([max(worth.values()) for worth in worths])


def _worth(likings: Numbers) -> dict[str, float]:
    """What each manner is worth to a user, above the plain prompt."""
    of_option = dict(zip(OPTIONS, likings.tolist(), strict=True))
    return {manner: sum(of_option[key] for key in parse_manner(manner)) for manner in MANNERS}


def _played(
    pair: Pair, best: Callable[[Results], str], seed: int, worths: Sequence[Mapping[str, float]]
) -> Mapping[int, Numbers]:
    gained: dict[int, list[float]] = {n: [] for n in SHOWN}
    for user, worth in enumerate(worths):
        dice = np.random.default_rng([seed, user, 1])
        results: Results = []
        for n in range(1, max(SHOWN) + 1):
            one, other = pair(results, dice)
            taken = dice.random() < 1 / (1 + np.exp(worth[other] - worth[one]))
            results.append((one, other) if taken else (other, one))
            if n in gained:
                gained[n].append(worth[best(results)])
    return {n: np.array(of) for n, of in gained.items()}


def _interval(gaps: Numbers, most: Numbers) -> dict[str, float]:
    """Of the difference of two shares, users drawn with replacement."""
    drawn = np.random.default_rng(0).integers(0, len(gaps), (ROUNDS, len(gaps)))
    shares = gaps[drawn].sum(axis=1) / most[drawn].sum(axis=1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return {"mean": round(float(gaps.sum() / most.sum()), 3), "from": round(float(low), 3), "to": round(float(high), 3)}


def _ours(results: Results, dice: np.random.Generator) -> tuple[str, str]:
    duels = Duels.fit(results)
    best = duels.best()
    return best, duels.challenger(best)


def _by_chance(results: Results, dice: np.random.Generator) -> tuple[str, str]:
    one, other = dice.choice(len(MANNERS), size=2, replace=False)
    return MANNERS[one], MANNERS[other]


def _most_wins(results: Results) -> str:
    wins = {manner: 0 for manner in MANNERS}
    for taken, left in results:
        wins[taken] += 1
        wins[left] -= 1
    return max(MANNERS, key=lambda manner: wins[manner])
