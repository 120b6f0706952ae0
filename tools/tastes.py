"""What a user's ratings, picks and rejections say about labels such as genres, and how far each event is to be believed.

Misclicks, gifts and films that were picked by somebody else lie far from a person's other tastes. They are weighed
down softly and never dropped: on clean histories pruning costs more than it gives (PLD, arXiv 2502.00348: noise
separates within a user, not over all of them).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..memory.records import Interaction

__all__ = ["LabelTaste", "event_weights", "liking", "soft_weights", "tastes"]

NEUTRAL_RATING, HIGHEST_RATING = 2.75, 5.0
"""Half way between 0.5 and 5: above it a rating counts as liking, below it as disliking."""

Floats = NDArray[np.float64]
LabelsOf = Callable[[str], Sequence[str]]
"""The labels of an item, given its id; none for one that is not in the catalog."""
Weigh = Callable[[Sequence[Interaction], LabelsOf], Mapping[str, float]]
"""How far each event is to be believed, by its id."""

LEAST = 0.3
"""However far an event is from the others, this much of it stays."""
TOO_FEW = 4
"""Among fewer events nothing can be said to be far from the rest."""
CAUTION = 3.0
"""So many events of the usual liking are added to each label's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTaste:
    """How a user takes to one label, with the evidence."""

    label: str
    level: float
    """How much its items are liked, from -1 to 1; drawn to what is usual for the user where there are few."""
    strength: float
    """`level` less what is usual for the user: above 0 it is liked better than other items."""
    liked: int
    disliked: int
    seen: int
    evidence: tuple[str, ...]
    """Ids of the interactions, oldest first."""


def liking(event: Interaction) -> float:
    """How much the user liked an item by one event, from -1 (rejected) to 1 (picked)."""
    if event.event == "rejected":
        return -1.0
    if event.event == "rated":
        return float(np.clip((event.value - NEUTRAL_RATING) / (HIGHEST_RATING - NEUTRAL_RATING), -1, 1))
    return 1.0


def soft_weights(vectors: Floats, likings: Floats) -> Floats:
    """A weight from LEAST to 1 for each event: those that are unlike what the user otherwise likes weigh less.

    `vectors` of the events' items, shape (n, dimension), of length 1 with cosines that are not negative; `likings` from
    -1 to 1, shape (n,). Disliked events keep their weight: nobody rejects by mistake what is far from their taste.
    """
    weights = np.ones(len(likings))
    liked = np.flatnonzero(likings > 0)
    if len(liked) < TOO_FEW:
        return weights
    own = vectors[liked]
    # The mean cosine to all others, without the table of all pairs.
    support = (own @ own.sum(axis=0) - (own**2).sum(axis=1)) / (len(liked) - 1)
    usual = float(np.median(support))
    if usual > 0:
        weights[liked] = np.clip(support / usual, LEAST, 1.0)
    return weights


def event_weights(interactions: Sequence[Interaction], labels_of: LabelsOf) -> dict[str, float]:
    """The weight of each event that counts (the last one on each item), by its id.

    Picks weigh by how like their items' labels are to the others'. A rating or a rejection is no slip: somebody said it.
    """
    events = _counting(interactions)
    likings = np.array([liking(event) for event in events])
    weights = soft_weights(_vectors([labels_of(event.item_id) for event in events]), likings)
    return {
        event.id: float(weight) if event.event == "picked" else 1.0
        for event, weight in zip(events, weights, strict=True)
    }


def tastes(
    interactions: Sequence[Interaction], labels_of: LabelsOf, *, weigh: Weigh | None = None
) -> tuple[LabelTaste, ...]:
    """The user's tastes, the one that is surest to be liked first and the surest to be disliked last.

    Of an item only what was done last counts. `weigh` is `event_weights` unless another one is given.
    """
    events = _counting(interactions)
    weights = (weigh or event_weights)(events, labels_of)
    likings = {event.id: liking(event) for event in events}
    usual = sum(weights[id_] * value for id_, value in likings.items()) / max(sum(weights.values()), 1e-9)
    about: dict[str, list[Interaction]] = {}
    for event in events:
        for label in dict.fromkeys(labels_of(event.item_id)):
            about.setdefault(label, []).append(event)
    found = [_taste(label, of, likings, weights, usual) for label, of in about.items()]
    return tuple(sorted(found, key=lambda taste: (-taste.strength * taste.seen**0.5, -taste.liked, taste.label)))


def _taste(
    label: str,
    of: Sequence[Interaction],
    likings: Mapping[str, float],
    weights: Mapping[str, float],
    usual: float,
) -> LabelTaste:
    weight = sum(weights[event.id] for event in of)
    level = (sum(weights[event.id] * likings[event.id] for event in of) + CAUTION * usual) / (weight + CAUTION)
    return LabelTaste(
        label=label,
        level=level,
        strength=level - usual,
        liked=sum(likings[event.id] > 0 for event in of),
        disliked=sum(likings[event.id] < 0 for event in of),
        seen=len(of),
        evidence=tuple(event.id for event in of),
    )


def _counting(interactions: Sequence[Interaction]) -> list[Interaction]:
    """The last event on each item, oldest first; what was only shown says nothing."""
    last: dict[str, Interaction] = {}
    for event in sorted(interactions, key=lambda one: one.created):
        if event.event != "shown":
            last.pop(event.item_id, None)
            last[event.item_id] = event
    return list(last.values())


def _vectors(labels: Sequence[Sequence[str]]) -> Floats:
    """Of each item's labels, rare ones weighing more, shape (n, number of labels)."""
    names = {name: at for at, name in enumerate(sorted({label for of in labels for label in of}))}
    table = np.zeros((len(labels), len(names)))
    for row, of in enumerate(labels):
        table[row, [names[label] for label in of]] = 1
    weighed = table * np.log1p(len(labels) / np.maximum(table.sum(axis=0), 1))
    return np.asarray(weighed / np.maximum(np.linalg.norm(weighed, axis=1, keepdims=True), 1e-9), np.float64)
