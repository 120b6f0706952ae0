"""Which of two drafts a user would take, learned from the few that they took (FSPO, arXiv 2502.19312, without a model).

A Bradley-Terry model over measured style: the chance that one text is taken over another grows with the weighted
difference of their features. A user's weights are found from their choices beside a prior, which is what is known
of people in general; with no choices the prior alone answers, and every choice moves it. Weights that the choices
make sure of become aspects, which a writer can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean
from typing import TYPE_CHECKING

from ...memory.records import Aspect, Choice
from .bradley_terry import posterior
from .features import Features, features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = ["STYLE", "Prior", "Taste", "wishes_of_choices"]

SURE = 1.6
"""A weight so many standard deviations from nothing is told to a writer."""
MIN_CHOICES = 3


def _some(name: str) -> Callable[[Features], float]:
    """Presence matters more than number: none, one, or several."""
    return lambda measured: min(int(getattr(measured, name)), 2) / 2


def _share(part: str, whole: str) -> Callable[[Features], float]:
    def share(measured: Features) -> float:
        count, other = getattr(measured, part), getattr(measured, whole)
        return float(count / (count + other + 1))

    return share


def _hundreds(measured: Features) -> float:
    return min(measured.words / 100, 3.0)


STYLE: Mapping[str, Callable[[Features], float]] = {
    "length": _hundreds,
    "bullets": lambda measured: float(measured.bullets >= 2),
    "numbering": lambda measured: float(measured.numbered >= 2),
    "headings": _some("headings"),
    "greeting": lambda measured: float(bool(measured.greeting)),
    "closing": lambda measured: float(bool(measured.closing)),
    "emoji": _some("emoji"),
    "questions": _some("questions"),
    "exclamations": _some("exclamations"),
    "second person": _some("second_person"),
    "contractions": _share("contractions", "expansions"),
    "formality": lambda measured: max(-1.0, min(1.0, (measured.formal - measured.informal) / 2)),
}
"""What texts are compared by, each between about -1 and 1; the names are those of aspects."""

_WISHES: Mapping[str, tuple[str, str]] = {
    "bullets": ("Use bullet points", "Write in prose, without bullet points"),
    "numbering": ("Use a numbered list", "Do not number the points"),
    "headings": ("Use headings", "Do not use headings"),
    "greeting": ("Open with a greeting", "Do not open with a greeting"),
    "closing": ("Close with a formula (“Best regards”)", "Do not end with a closing formula"),
    "emoji": ("Use emoji (🙂)", "Do not use emoji"),
    "questions": ("Ask the reader a question", "Ask no questions"),
    "exclamations": ("Use exclamation marks", "Do not use exclamation marks"),
    "second person": ("Address the reader as “you”", "Do not address the reader"),
    "contractions": ("Use contractions (“don't”, “it's”)", "Write without contractions (“do not”)"),
    "formality": ("Use a formal tone", "Use an informal, casual tone"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is known of people in general: the mean and the spread of each weight, by the names of STYLE."""

    means: Mapping[str, float] = field(default_factory=dict)
    """Nothing for names that are missing: people differ, and none of it is better for all."""
    spread: float = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """One user's weights, with how sure they are."""

    weights: Mapping[str, float]
    deviations: Mapping[str, float]

    @classmethod
    def fit(cls, choices: Sequence[tuple[str, str]], prior: Prior | None = None) -> Taste:
        """From (chosen, rejected) texts, by the most likely weights under the prior (Laplace's approximation)."""
        import numpy as np

        prior = prior or Prior()
        means = np.array([prior.means.get(name, 0.0) for name in STYLE])
        differences = np.array([_difference(*pair) for pair in choices]).reshape(-1, len(STYLE))
        weights, covariance = posterior(differences, means, prior.spread)
        deviations = np.sqrt(np.diag(covariance))
        return cls(
            weights=dict(zip(STYLE, weights.tolist(), strict=True)),
            deviations=dict(zip(STYLE, deviations.tolist(), strict=True)),
        )

    def prefers(self, one: str, other: str) -> float:
        """The chance that this user takes `one` over `other`, 0 to 1."""
        from math import exp

        pairs = zip(self.weights.values(), _difference(one, other), strict=True)
        utility = sum(weight * difference for weight, difference in pairs)
        return 1 / (1 + exp(-max(-30.0, min(30.0, utility))))

    @property
    def sure(self) -> Mapping[str, float]:
        """The weights that the choices make sure of, strongest first."""
        certain = {name: weight for name, weight in self.weights.items() if abs(weight) >= SURE * self.deviations[name]}
        return dict(sorted(certain.items(), key=lambda entry: -abs(entry[1])))


def wishes_of_choices(choices: Sequence[Choice]) -> tuple[Aspect, ...]:
    """What a writer can be told after a user's choices for one kind of request; nothing before three agree."""
    if len(choices) < MIN_CHOICES:
        return ()
    taste = Taste.fit([(choice.chosen, choice.rejected) for choice in choices])
    return tuple(_aspect(name, weight, choices) for name, weight in taste.sure.items())


def _aspect(name: str, weight: float, choices: Sequence[Choice]) -> Aspect:
    if name != "length":
        more, less = _WISHES[name]
        return Aspect(name=name, value=more if weight > 0 else less, polarity="+" if weight > 0 else "-")
    target = 5 * round(mean(features(choice.chosen).words for choice in choices) / 5) or 5
    if weight > 0:
        return Aspect(name=name, value=f"Write at least {target} words", polarity="+", target=target)
    return Aspect(name=name, value=f"Write at most {target} words", polarity="-", target=target)


def _difference(one: str, other: str) -> list[float]:
    first, second = features(one), features(other)
    return [measure(first) - measure(second) for measure in STYLE.values()]
