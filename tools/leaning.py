"""Steering as scores: what is like the items that were named, and what leans the way the words say.

Soft, because one careless word must not empty a list (bot-play critiquing): limits are filters, the rest weighs.
Composed as in retrieval with text feedback: the named items' vectors, and a step towards the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from .catalog import Mask
from .critiquing import likelihoods
from .filters import AllOf, mask_of
from .fusion import Moments, Scores
from .recommenders.base import History, Positions
from .search import CatalogIndex
from .steering import Lean, Limit, Steering

__all__ = ["history_of", "leaning", "narrowed"]

ALIKE_WEIGHT = 3.0
LABEL_WEIGHT = 4.0
WORDS_WEIGHT = 1.0
NUMBER_WEIGHT = 2.0
STEPS = 8
"""Parts in which the values of a number facet are told apart."""


def narrowed(index: CatalogIndex, allowed: Mask, hoped: Sequence[Limit]) -> tuple[Mask, list[Limit]]:
    """Those of the allowed items that pass the hoped limits, each as long as it leaves any; and the limits given up."""
    given_up: list[Limit] = []
    for limit in hoped:
        fewer = allowed & mask_of(index.catalog, AllOf(filters=(limit,)))
        if fewer.any():
            allowed = fewer
        else:
            given_up.append(limit)
    return allowed, given_up


def history_of(index: CatalogIndex, item_ids: Sequence[str]) -> History:
    """The history of somebody who chose these items and nothing else."""
    positions = [index.catalog.position(item_id) for item_id in item_ids if item_id in index.catalog]
    return History(positions=np.array(positions, np.int64), likings=np.ones(len(positions), np.float32))


def leaning(index: CatalogIndex, steering: Steering, positions: Positions) -> dict[str, Scores]:
    """What the steering adds to the scores of the items at `positions`, each of shape (len(positions),)."""
    parts: dict[str, Scores] = {}
    if steering.like:
        parts["alike"] = _alike(index, steering.like, positions)
    if steering.leans:
        parts["steering"] = _leans(index, steering, positions)
    if steering.critiques:
        parts["criticised"] = likelihoods(index.catalog, steering.critiques, positions)
    return parts


def _leans(index: CatalogIndex, steering: Steering, positions: Positions) -> Scores:
    total = np.zeros(len(positions), np.float32)
    criticised = {one.labels for one in steering.critiques}
    for lean in steering.leans:
        if lean.labels in criticised and lean.weight < 0:
            lean = replace(lean, labels=())  # the critique says it, and more
        total += np.float32(lean.weight) * _lean(index, lean, positions)
    return total


def _alike(index: CatalogIndex, item_ids: Sequence[str], positions: Positions) -> Scores:
    named = history_of(index, item_ids).positions
    if not len(named):
        return np.zeros(len(positions), np.float32)
    middle = np.asarray(index.vectors[named]).mean(axis=0)
    cosines = np.asarray(index.vectors @ middle, dtype=np.float32)
    shared = np.zeros(len(index.catalog), np.float32)
    items = index.catalog.items([int(position) for position in named])
    labels = [
        (facet, v.casefold())
        for i in items
        for facet, value in i.facets.items()
        if isinstance(value, tuple)
        for v in value
    ]
    for facet, label in labels:
        shared += index.catalog.having(facet, label)
    both = _standardised(cosines, positions) + _standardised(shared, positions)
    return np.asarray(np.float32(ALIKE_WEIGHT / 2) * both, dtype=np.float32)


def _lean(index: CatalogIndex, lean: Lean, positions: Positions) -> Scores:
    score = np.float32(LABEL_WEIGHT) * (_any_of(index, lean.labels, positions) - _any_of(index, lean.away, positions))
    if lean.like:
        words = index.relevance(lean.like) - index.relevance(lean.unlike)
        score = score + np.float32(WORDS_WEIGHT) * _standardised(words, positions)
    for facet, sign in lean.numbers:
        score = score + np.float32(NUMBER_WEIGHT * sign) * _height(index, facet)[positions]
    return np.asarray(score, dtype=np.float32)


def _any_of(index: CatalogIndex, labels: Sequence[tuple[str, str]], positions: Positions) -> Scores:
    mask = np.zeros(len(index.catalog), np.bool_)
    for facet, label in labels:
        mask |= index.catalog.having(facet, label)
    return mask[positions].astype(np.float32)


def _height(index: CatalogIndex, facet: str) -> Scores:
    """How high each item's number is among the facet's values, -1 to 1, in steps; 0 where it is not known."""
    values = np.array([value for value in index.catalog.values(facet) if isinstance(value, float)])
    heights = np.zeros(len(index.catalog), np.float32)
    edges = np.quantile(values, np.linspace(0, 1, STEPS + 1)) if len(values) else ()
    for step, (low, high) in enumerate(pairwise(edges)):
        heights[index.catalog.between(facet, float(low), float(high))] = 2 * step / (STEPS - 1) - 1
    return heights


def _standardised(scores: Scores, positions: Positions) -> Scores:
    return Moments.of(scores).standardise(scores[positions])
