"""Which manner of replying a user likes, from the few drafts that they took over others (after APOHF, arXiv 2405.17346).

Manners share options, so that a duel between two says something about many: a linear Bradley-Terry model over the
options. The best known manner meets the challenger that looks best when doubt is counted in its favour, APOHF's rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ...prompts.manners import MANNERS, OPTIONS, parse_manner
from .bradley_terry import posterior

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = ["Duels", "usual_manner"]

SPREAD = 1.0
"""How far options matter, in units of the logistic choice, before anything is known."""
HOPE = 2.0
"""Standard deviations that a challenger is given in advance (chosen on simulated users, see `tailored eval duels`)."""
MIN_DUELS = 3
"""Before so many duels replies stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Duels:
    """What a user's duels say. `weights` of the options, shape (options,), with their `covariance`."""

    weights: Numbers
    covariance: Numbers

    @classmethod
    def fit(cls, results: Sequence[tuple[str, str]]) -> Duels:
        """From (taken, left) manners; those that this version does not have say nothing."""
        import numpy as np

        known = [(MANNERS.index(taken), MANNERS.index(left)) for taken, left in results if {taken, left} <= {*MANNERS}]
        taken, left = np.array(known, dtype=np.int64).reshape(-1, 2).T
        differences = _marks()[taken] - _marks()[left]
        weights, covariance = posterior(differences, np.zeros(len(OPTIONS)), SPREAD)
        return cls(weights=weights, covariance=covariance)

    def best(self) -> str:
        """The manner that is most likely liked best; the plain one where nothing speaks for another."""
        return MANNERS[int((_marks() @ self.weights).argmax())]

    def challenger(self, against: str) -> str:
        """The manner to try next against another one."""
        import numpy as np

        marks = _marks()
        apart = marks - marks[MANNERS.index(against)]
        doubt = np.sqrt(np.einsum("ij,jk,ik->i", apart, self.covariance, apart))
        hopes = marks @ self.weights + HOPE * doubt
        hopes[MANNERS.index(against)] = -np.inf
        return MANNERS[int(hopes.argmax())]


def usual_manner(results: Sequence[tuple[str, str]]) -> str:
    """The manner in which a user is replied to, after duels with these (taken, left) manners."""
    return Duels.fit(results).best() if len(results) >= MIN_DUELS else MANNERS[0]


@cache
def _marks() -> Numbers:
    """Which options each manner has, shape (manners, options)."""
    import numpy as np

    return np.array([[float(key in parse_manner(manner)) for key in OPTIONS] for manner in MANNERS])
