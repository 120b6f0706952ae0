"""What a critique of a list says of every item: how likely somebody with that item in mind is to have said it.

Who criticises a list names what many of the shown items have and the one in mind has not; the more have it, the
likelier it is named. So "less horror" says that horror is wrong, and also that whatever stood out as much and was let
pass is not. The logarithms of these likelihoods add up over critiques, and with the recommender's scores as in Bayes'
rule. Any critique may be a slip, so that none is final (bot-play critiquing: soft ones recover from careless words).

Constants were chosen on people of MovieLens with even numbers, who name the commonest fault or any in proportion, with
and without slips; `tailored eval critique` reports the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np

from .catalog import Catalog
from .fusion import Scores
from .items import Item
from .qualities import role_of
from .recommenders.base import Positions
from .steering import Critique, Value

__all__ = ["likelihoods"]

SHARPNESS = 2.0
"""The chance of naming a fault goes with the number of shown items that have it to this power."""
SLIP = 0.2
"""The share of critiques that say anything at all."""
APART = 0.5
"""Deviations of a number facet by which an item is plainly higher or lower than another."""


def likelihoods(catalog: Catalog, critiques: Sequence[Critique], positions: Positions) -> Scores:
    """The logarithm of how likely each item at `positions` makes all the critiques, shape (len(positions),)."""
    total = np.zeros(len(positions), np.float32)
    for critique in critiques:
        total += np.log(_likelihood(_Faults(catalog, critique.shown, positions), critique))
    return total


def _likelihood(faults: _Faults, critique: Critique) -> Scores:
    named = faults.of_labels(critique.labels) if critique.labels else faults.of_numbers(critique.numbers)
    others = chain(
        (faults.of_labels(labels) for labels in faults.labels if labels != critique.labels),
        (faults.of_numbers(numbers) for numbers in faults.numbers if numbers != critique.numbers),
    )
    named **= SHARPNESS
    whole, n_faults = named.copy(), 1
    for other in others:  # one at a time: there may be a million items
        whole += other**SHARPNESS
        n_faults += 1
    said = named / np.maximum(whole, 1e-9)
    return np.asarray((1 - SLIP) * said + SLIP / n_faults, np.float32)


class _Faults:
    """For each item that may be meant, how many of a shown list have what it has not."""

    def __init__(self, catalog: Catalog, shown: Sequence[str], positions: Positions) -> None:
        self._catalog = catalog
        self._shown = np.array([catalog.position(one) for one in shown if one in catalog], np.int64)
        self._positions = positions
        self.labels = tuple((value,) for value in dict.fromkeys(_labels(catalog.items(self._shown.tolist()))))
        """Everything that could be said of the shown items' labels."""
        facets = [name for name, facet in catalog.facets.items() if facet.kind == "number" and role_of(name)]
        self.numbers = tuple(((facet, direction),) for facet in facets for direction in (1, -1))
        """Everything that could be said of their numbers."""

    def of_labels(self, labels: Sequence[Value]) -> Scores:
        """How many of the shown items have one of these, where the item has none of them."""
        having = np.zeros(len(self._catalog), np.bool_)
        for facet, value in labels:
            having |= self._catalog.having(facet, value)
        return np.where(having[self._positions], 0, having[self._shown].sum()).astype(np.float32)

    def of_numbers(self, numbers: Sequence[tuple[str, int]]) -> Scores:
        """How many of the shown items are lower (+1) or higher (-1) than the item; those nearby count in part."""
        count = np.zeros(len(self._positions), np.float32)
        for facet, direction in numbers:
            column = self._catalog.column(facet)
            apart = APART * float(np.nanstd(column)) if np.isfinite(column).any() else 0.0
            gaps = direction * (column[self._positions][:, None] - column[self._shown][None, :])
            count += np.nan_to_num(np.clip(gaps / (apart or 1.0), 0, 1)).sum(axis=1).astype(np.float32)
        return count


def _labels(items: Sequence[Item]) -> Iterator[Value]:
    for item in items:
        for facet, value in item.facets.items():
            if isinstance(value, tuple):
                yield from ((facet, label.casefold()) for label in value)
