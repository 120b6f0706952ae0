"""Do a few choices tell which of two drafts a user takes next?

Simulated users with a hidden linear utility over eight marks of style, some of it shared by all of them, choose
between two renderings of one topic, and not always by it (a logistic choice). What is known of people in general is
taken from the choices of other users. Held-out accuracy is measured after 0, 2, 4, 8 and 16 choices; 0 is the prior.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from ..agent.learning.choices import STYLE, Prior, Taste
from .report import Bar, Report
from .simulated_user import Topic, render

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["Chooser", "measure", "run"]

MARKS = ("bullets", "brief", "heading", "greeting", "closing", "emoji", "question", "exclaim")
SHOWN = (0, 2, 4, 8, 16)
TESTED = 60
"""Held-out choices of each user."""
OTHERS, OTHERS_CHOICES = 60, 30
SHARED, OWN = 0.7, 1.6
"""Spread of what all users have in common and of what is each one's own, in units of the utility."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """A user with a hidden utility for each mark."""

    utilities: Mapping[str, float]
    seed: int

    def choices(self, count: int) -> list[tuple[str, str]]:
        """(chosen, rejected) texts."""
        return [texts for texts, _ in self._made(count)]

    def faithful(self, count: int) -> float:
        """The share of its choices that follow its utility: nobody can foretell more of them."""
        return mean(float(ahead > 0) for _, ahead in self._made(count))

    def _made(self, count: int) -> Iterator[tuple[tuple[str, str], float]]:
        """Choices, and by how much the chosen text is better."""
        chance = random.Random(self.seed)
        for _ in range(count):
            topic = Topic(subject=chance.choice(("bridge", "garden", "library", "market")), miles=chance.randint(3, 90))
            one, other = self._flags(chance), self._flags(chance)
            ahead = sum(self.utilities[flag] for flag in one) - sum(self.utilities[flag] for flag in other)
            if chance.random() > 1 / (1 + exp(-ahead)):
                one, other, ahead = other, one, -ahead
            yield (render(topic, one), render(topic, other)), ahead

    def _flags(self, chance: random.Random) -> frozenset[str]:
        return frozenset(flag for flag in MARKS if chance.random() < 0.4)


def measure(settings: Settings, data: Path | None) -> Report:
    accuracy = run(seed=1, users=60)
    steps = list(accuracy.values())
    ceiling = 100 * mean(person.faithful(TESTED) for person in list(_people(1, OTHERS + 60))[OTHERS:])
    return Report(
        title="which of two drafts a user takes, held-out accuracy after so many choices (simulated users)",
        figures={"accuracy, %": accuracy, "choices that follow the utility, %": ceiling},
        bars=(
            Bar(name="after 4 choices, points above the prior", value=steps[2] - steps[0], least=1),
            Bar(
                name="smallest step from 0 to 2 to 4 to 8",
                value=min(after - before for before, after in pairwise(steps[:4])),
                least=0,
            ),
        ),
    )


def run(*, seed: int, users: int) -> Mapping[str, float]:
    """Percent of held-out choices foretold, by the number of choices seen."""
    people = list(_people(seed, OTHERS + users))
    prior = _prior(people[:OTHERS])
    right: dict[int, list[float]] = {shown: [] for shown in SHOWN}
    for person in people[OTHERS:]:
        choices = person.choices(max(SHOWN) + TESTED)
        for shown in SHOWN:
            right[shown].append(_accuracy(Taste.fit(choices[:shown], prior), choices[-TESTED:]))
    return {str(shown): 100 * mean(found) for shown, found in right.items()}


def _people(seed: int, count: int) -> Iterator[Chooser]:
    chance = random.Random(seed)
    common = {mark: chance.gauss(0, SHARED) for mark in MARKS}
    for number in range(count):
        own = {mark: common[mark] + chance.gauss(0, OWN) for mark in MARKS}
        yield Chooser(utilities=own, seed=1000 * seed + number)


def _prior(others: Sequence[Chooser]) -> Prior:
    """What the choices of others say of people in general."""
    tastes = [Taste.fit(other.choices(OTHERS_CHOICES)) for other in others]
    return Prior(means={name: mean(taste.weights[name] for taste in tastes) for name in STYLE})


def _accuracy(taste: Taste, choices: Sequence[tuple[str, str]]) -> float:
    return mean(float(taste.prefers(chosen, rejected) > 0.5) for chosen, rejected in choices)
