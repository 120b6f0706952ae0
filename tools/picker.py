"""Picking items for a user: fused scores, everything that must not appear masked, a reason for each that is left."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from ..memory.lexical import stems
from ..memory.records import Interaction
from ..memory.store import check_user_id
from .catalog import Mask
from .errors import InvalidRequest
from .filters import AllOf, Filter, mask_of, wanted
from .fusion import Scores
from .items import Item
from .lexicon import telling
from .pool import Candidate
from .reasons import Evidence
from .recommenders import QUERY_WEIGHT, Fused, History
from .recommenders.popularity import Popularity
from .search import CatalogIndex, Hit

__all__ = ["Picker", "Wish"]

POPULAR_SHARE = 0.1
"""An item is called popular when it is among this share of the catalog."""
MAX_OWN_WORDS = 3
_WORD = re.compile(r"[^\W\d_]{3,}")
FITS = QUERY_WEIGHT * math.log1p(2)
"""The request is said to be why when the item fits it at least two deviations better than the mean item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for in one request. `excluded` are ids that must not appear."""

    query: str = ""
    filter: Filter = field(default_factory=AllOf)
    excluded: Collection[str] = ()
    count: int = 5


class Picker:
    """Recommends items of one catalog."""

    def __init__(self, index: CatalogIndex, recommender: Fused) -> None:
        self.index = index
        self._recommender = recommender
        self._popularity = Popularity.train(index.catalog.interactions(), len(index.catalog)).counts
        self._popular = max(1.0, float(np.quantile(self._popularity, 1 - POPULAR_SHARE)))

    def pick(self, user_id: str, interactions: Sequence[Interaction], wish: Wish) -> list[Candidate]:
        """The best items for the wish, best first; fewer than `count` when fewer are allowed, never a seen one.

        Raises InvalidUserId; InvalidRequest or UnknownFacet when the wish does not fit the catalog; SearchFailed.
        """
        check_user_id(user_id)
        if wish.count < 1:
            raise InvalidRequest(f"count is {wish.count}: ask for at least 1 item")
        catalog = self.index.catalog
        history = History.of(catalog, interactions)
        allowed = mask_of(catalog, wish.filter) & ~self.known(history, wish.excluded)
        parts = self._recommender.parts(user_id, history, query=wish.query)
        positions = _best(np.sum(list(parts.values()), axis=0), allowed, wish.count)
        explainer = _Explainer(self, history, wish, parts)
        return [explainer.candidate(p, item) for p, item in zip(positions, catalog.items(positions), strict=True)]

    def known(self, history: History, excluded: Collection[str] = ()) -> Mask:
        """Which items must never be recommended: seen, rejected or excluded. The one place where that is decided."""
        catalog = self.index.catalog
        known = np.zeros(len(catalog), dtype=np.bool_)
        known[history.positions] = True
        known[[catalog.position(item_id) for item_id in excluded if item_id in catalog]] = True
        return known

    def found(
        self, user_id: str, interactions: Sequence[Interaction], hits: Sequence[Hit], excluded: Collection[str] = ()
    ) -> list[Candidate]:
        """The hits of a search that may be recommended, in their order, each with its evidence."""
        check_user_id(user_id)
        history = History.of(self.index.catalog, interactions)
        known = self.known(history, excluded)
        return [
            Candidate(
                item=hit.item,
                score=hit.score,
                evidence=(Evidence(kind="found"), *self.evidence(history, hit.position, hit.item)),
                arms={"query": round(hit.score, 3)},
            )
            for hit in hits
            if not known[hit.position]
        ]

    def evidence(self, history: History, position: int, item: Item) -> list[Evidence]:
        """What the user's history says for an item, or else that many people chose it."""
        found = self._liked(history.liked, position, item) or self._popularity_of(position)
        return [found] if found else []

    def _liked(self, liked: History, position: int, item: Item) -> Evidence | None:
        if not len(liked):
            return None
        support = self._recommender.support(liked, position)
        best = int(np.argmax(support))
        if support[best] <= 0:
            return None
        [source] = self.index.catalog.items([int(liked.positions[best])])
        shared = tuple(label for label in item.labels if label in source.labels)
        return Evidence(kind="liked", item_id=source.id, title=source.label, labels=shared)

    def _popularity_of(self, position: int) -> Evidence | None:
        count = int(self._popularity[position])
        return Evidence(kind="popular", count=count) if count >= self._popular else None


class _Explainer:
    """Says why, for the items of one pick."""

    def __init__(self, picker: Picker, history: History, wish: Wish, parts: Mapping[str, Scores]) -> None:
        self._picker = picker
        self._history = history
        self._parts = parts
        self._wanted = {value for values in wanted(wish.filter).values() for value in values}
        self._words = frozenset(telling(wish.query))

    def candidate(self, position: int, item: Item) -> Candidate:
        arms = {name: round(float(scores[position]), 3) for name, scores in self._parts.items() if scores[position]}
        evidence = [*self._asked(position, item), *self._picker.evidence(self._history, position, item)]
        return Candidate(
            item=item,
            score=round(sum(arms.values()), 3),
            evidence=tuple(evidence) or (self._weakest(arms),),
            arms=arms,
        )

    def _asked(self, position: int, item: Item) -> list[Evidence]:
        texts = [value for value in item.facets.values() if isinstance(value, str)]
        labels = tuple(label for label in (*item.labels, *texts) if self._asks_for(label))
        if labels:
            return [Evidence(kind="asked", labels=labels)]
        if self._part("query", position) < FITS:
            return []
        return [Evidence(kind="found", labels=tuple(self._own_words(item)))]

    def _own_words(self, item: Item) -> Iterator[str]:
        """The words of the item's text that the query has as well, as the text writes them."""
        said = dict.fromkeys(word for word in _WORD.findall(item.text.lower()) if self._words.intersection(stems(word)))
        return islice(said, MAX_OWN_WORDS)

    def _asks_for(self, label: str) -> bool:
        words = stems(label)
        return label.casefold() in self._wanted or (bool(words) and self._words.issuperset(words))

    def _part(self, name: str, position: int) -> float:
        scores = self._parts.get(name)
        return 0.0 if scores is None else float(scores[position])

    def _weakest(self, arms: Mapping[str, float]) -> Evidence:
        return Evidence(kind="taste") if arms.get("taste", 0) > 0 else Evidence(kind="other")


def _best(scores: Scores, allowed: Mask, count: int) -> list[int]:
    masked = np.where(allowed, scores, -np.inf)
    n = min(count, int(allowed.sum()))
    return [int(p) for p in np.argsort(-masked, kind="stable")[:n]]
