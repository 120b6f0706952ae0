"""What a recommender is, and the history it works on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ...memory.records import Interaction
from ..catalog import Catalog
from ..fusion import Scores

__all__ = ["Explains", "Glance", "Glances", "History", "Positions", "Recommender", "highest"]

Positions = NDArray[np.int64]

NEUTRAL_RATING = 2.75
"""Half way between 0.5 and 5: above it a rating counts as liking, below it as disliking."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class History:
    """What one user did, oldest first; an item the user came back to stands where it was last.

    `positions` of the items in the catalog, shape (n,); `likings` from -1 (rejected) to 1 (picked), shape (n,);
    `refused` are the aspects the user gave as reasons for rejecting, in lower case.
    """

    positions: Positions
    likings: NDArray[np.float32]
    refused: tuple[str, ...] = ()

    @classmethod
    def of(cls, catalog: Catalog, interactions: Sequence[Interaction]) -> History:
        """The history in these interactions. What was only shown, or has left the catalog, is no part of it."""
        likings: dict[int, float] = {}
        refused: dict[str, None] = {}
        for event in sorted(interactions, key=lambda one: one.created):
            if event.event == "shown" or event.item_id not in catalog:
                continue
            position = catalog.position(event.item_id)
            likings.pop(position, None)
            likings[position] = _liking(event)
            if event.event == "rejected" and event.reason.strip():
                refused[event.reason.strip().casefold()] = None
        return cls(
            positions=np.array(list(likings), dtype=np.int64),
            likings=np.array(list(likings.values()), dtype=np.float32),
            refused=tuple(refused),
        )

    @property
    def liked(self) -> History:
        """The part that the user liked."""
        kept = self.likings > 0
        return History(positions=self.positions[kept], likings=self.likings[kept], refused=self.refused)

    def __len__(self) -> int:
        return len(self.positions)


def _liking(event: Interaction) -> float:
    match event.event:
        case "rejected":
            return -1.0
        case "rated":
            return float(np.clip((event.value - NEUTRAL_RATING) / (5 - NEUTRAL_RATING), -1, 1))
    return 1.0


class Recommender(Protocol):
    """Scores the whole catalog for a user. `tests/tools/recommenders/conformance.py` states the rest of the contract.

    A recommender need not leave out what the user has seen: that is done in one place, after scores are added up.
    One that cannot answer raises RecommenderFailed; the list is then made without it and says so.
    """

    @property
    def name(self) -> str: ...

    def score(self, user_id: str, history: History, *, query: str = "") -> Scores:
        """One finite number for each item, shape (number of items,), float32; the same for the same arguments.

        All zeros when there is nothing to say, for instance without history.
        """
        ...


@runtime_checkable
class Explains(Protocol):
    """A recommender that can say which item of the history speaks for an item."""

    def support(self, history: History, positions: Positions) -> NDArray[np.float32]:
        """What each item of the history adds to the score of each item at `positions`, shape (len(positions),
        len(history))."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Glance:
    """What a recommender says of a large catalog without looking at all of it.

    `best` are the positions it puts first, in any order. `at(positions)` are its scores there, as `standardised`
    makes them of those of the whole catalog, or nearly so.
    """

    best: Positions
    at: Callable[[Positions], Scores]

    @classmethod
    def silent(cls) -> Glance:
        """Of a recommender that has nothing to say."""
        return cls(best=np.zeros(0, np.int64), at=lambda positions: np.zeros(len(positions), np.float32))


def highest(scores: Scores, count: int) -> Positions:
    """The positions of the `count` highest scores, in any order."""
    if count >= len(scores):
        return np.arange(len(scores))
    return np.argpartition(scores, -count)[-count:]


@runtime_checkable
class Glances(Protocol):
    """A recommender that a catalog of a million items does not slow down."""

    def glance(self, user_id: str, history: History, *, query: str = "", count: int) -> Glance:
        """With about `count` best items; fewer, or none, when it has nothing to say."""
        ...
