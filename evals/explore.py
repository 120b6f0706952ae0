"""What do exploring slots cost, and what do they bring?

A made-up shop: 100 items of 10 kinds, each with a rate at which it is picked; half of the items arrive half way. Lists
of five are made for 2,000 rounds by four policies: greedy on what was observed; greedy with a prior from the kind;
the same with one or two exploring slots (`tools/recommenders/exploring.py`); all slots exploring. Reported are the regret
a round against the best list there is, the share of the late items that were shown 20 times or more, and the picks.

The chances that exploring slots log must be right: `off-policy` estimates from the logs of the policy with two
slots what a slot would have earned had it taken any of the items offered with the same chance, beside what that truly is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..tools.recommenders.exploring import Explored, Explorer, off_policy
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure"]

ITEMS = 100
KINDS = 10
SLATE = 5
ROUNDS = 2000
SEEDS = (1, 2)
KNOWN_ENOUGH = 20
CONSIDERED = 15
"""Items an exploring slot chooses among: those shown least."""
POLICIES = {
    "greedy": (0, False),
    "greedy with prior": (0, True),
    "one slot": (1, True),
    "two slots": (2, True),
    "all slots": (5, True),
}
"""How many slots explore, and whether what is expected of an item comes from its kind."""

Numbers = NDArray[np.float64]


@dataclass(slots=True, kw_only=True)
class _Log:
    rewards: list[float] = field(default_factory=list)
    propensities: list[float] = field(default_factory=list)
    offered: list[int] = field(default_factory=list)
    """Among how many items each was chosen."""
    uniform: list[float] = field(default_factory=list)
    """What any of these would have earned in the mean, which only the shop knows."""


class _Shop:
    """What customers do; the policies see only what was shown and picked."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.kinds = np.arange(ITEMS) % KINDS
        middle = rng.beta(2, 6, KINDS)
        self.rates = np.clip(middle[self.kinds] + 0.1 * rng.standard_normal(ITEMS), 0.01, 0.95)
        self.late = rng.random(ITEMS) < 0.5
        self.shown, self.picked = np.zeros(ITEMS), np.zeros(ITEMS)

    def there(self, at: int) -> NDArray[np.bool_]:
        return ~self.late | (at >= ROUNDS // 2)

    def expected(self, *, by_kind: bool) -> Numbers:
        """What is expected of each item before it is known: the rate of its kind, or of all."""
        groups = self.kinds if by_kind else np.zeros(ITEMS, int)
        shown, picked = np.bincount(groups, self.shown), np.bincount(groups, self.picked)
        return np.asarray(((picked + 1) / (shown + 4))[groups])

    def best(self, at: int) -> float:
        return float(np.sort(self.rates[self.there(at)])[-SLATE:].sum())


def measure(settings: Settings, data: Path | None) -> Report:
    """Means over two random shops."""
    figures = {name: _mean([_run(seed, *how)[0] for seed in SEEDS]) for name, how in POLICIES.items()}
    estimates = _mean([_estimated(seed) for seed in SEEDS])
    greedy, one = figures["greedy with prior"], figures["one slot"]
    return Report(
        title="exploring slots in lists of five",
        figures={**figures, "off-policy": estimates},
        bars=(
            Bar(name="late items shown, one slot", value=one["late items known"], least=0.8),
            Bar(
                name="late items shown, more than greedy",
                value=one["late items known"] - greedy["late items known"],
                least=0.2,
            ),
            Bar(name="off-policy estimate, standard errors from the truth", value=estimates["errors away"], most=2),
        ),
    )


def _run(seed: int, slots: int, by_kind: bool) -> tuple[dict[str, float], _Log]:
    shop, rng, log = _Shop(seed), np.random.default_rng(seed + 100), _Log()
    explorer, regret, picks = Explorer(rng), 0.0, 0.0
    for at in range(ROUNDS):
        expected = shop.expected(by_kind=by_kind)
        estimate = (shop.picked + 4 * expected) / (shop.shown + 4)
        ranked = np.argsort(-np.where(shop.there(at), estimate, -1), kind="stable")
        slate = [int(item) for item in ranked[: SLATE - slots]]
        offered = _offered(shop, at, slate) if slots else []
        chosen = explorer.choose(shop.shown[offered], shop.picked[offered], expected[offered], slots)
        slate += [offered[one.row] for one in chosen]
        happened = (rng.random(SLATE) < shop.rates[slate]).astype(float)
        _note(log, shop, offered, chosen, happened[SLATE - slots :])
        shop.shown[slate] += 1
        shop.picked[slate] += happened
        regret += shop.best(at) - float(shop.rates[slate].sum())
        picks += float(happened.sum())
    known = float((shop.shown[shop.late] >= KNOWN_ENOUGH).mean())
    return {"regret a round": regret / ROUNDS, "late items known": known, "picks a round": picks / ROUNDS}, log


def _offered(shop: _Shop, at: int, slate: Sequence[int]) -> list[int]:
    """What an exploring slot chooses among: the items shown least."""
    there = shop.there(at)
    return [int(item) for item in np.argsort(shop.shown, kind="stable") if there[item] and item not in slate][
        :CONSIDERED
    ]


def _note(log: _Log, shop: _Shop, offered: Sequence[int], chosen: Sequence[Explored], happened: Numbers) -> None:
    left = list(offered)
    for one, reward in zip(chosen, happened, strict=True):
        log.rewards.append(float(reward))
        log.propensities.append(one.propensity)
        log.offered.append(len(left))
        log.uniform.append(float(shop.rates[left].mean()))
        left.remove(offered[one.row])


def _estimated(seed: int) -> dict[str, float]:
    _, log = _run(seed, 2, True)
    wanted = [1 / offered for offered in log.offered]
    estimate, true = off_policy(log.rewards, log.propensities, wanted), float(np.mean(log.uniform))
    return {
        "estimated": estimate.value,
        "standard error": estimate.error,
        "true": true,
        "errors away": abs(estimate.value - true) / estimate.error,
        "earned": float(np.mean(log.rewards)),
    }


def _mean(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
