"""Picking items for a user: fused scores, everything that must not appear masked, a reason for each that is left."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

import numpy as np

from ..memory.lexical import stems
from ..memory.records import Interaction
from ..memory.store import check_user_id
from .asking import CANDIDATES, Question, best_question
from .catalog import Mask
from .errors import InvalidRequest
from .exploration import Exploration, times_shown
from .filters import AllOf, Filter, Range, mask_of, wanted
from .fusion import Scores
from .items import Item
from .leaning import history_of, leaning, narrowed
from .lexicon import telling
from .pool import Candidate
from .qualities import role_of
from .reasons import Evidence
from .recommenders import QUERY_WEIGHT, Fused, History, Judged
from .recommenders.exploring import Explorer
from .recommenders.popularity import Popularity
from .search import CatalogIndex, Hit
from .steering import Steering, phrase

__all__ = ["Picker", "Wish"]

POPULAR_SHARE = 0.1
"""An item is called popular when it is among this share of the catalog."""
MAX_OWN_WORDS = 3
_WORD = re.compile(r"[^\W\d_]{3,}")
FITS = QUERY_WEIGHT * math.log1p(2)
"""The request is said to be why when the item fits it at least two deviations better than the mean item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for in one request. `excluded` are ids that must not appear.

    Of `steering` the limits that must hold are masks, those that are hoped for give way before the list is empty.
    """

    query: str = ""
    filter: Filter = field(default_factory=AllOf)
    excluded: Collection[str] = ()
    count: int = 5
    steering: Steering = field(default_factory=Steering)


class Picker:
    """Recommends items of one catalog; with `exploring_slots` of a list for items that few people know."""

    def __init__(
        self, index: CatalogIndex, recommender: Fused, *, explorer: Explorer | None = None, exploring_slots: int = 0
    ) -> None:
        self.index = index
        self._recommender = recommender
        self._popularity = Popularity.train(index.catalog.interactions(), len(index.catalog)).counts
        self._popular = max(1.0, float(np.quantile(self._popularity, 1 - POPULAR_SHARE)))
        self._exploration = Exploration(explorer, self._popularity, exploring_slots) if explorer else None

    def pick(
        self,
        user_id: str,
        interactions: Sequence[Interaction],
        wish: Wish,
        *,
        missing: Callable[[str], object] = lambda fault: None,
    ) -> list[Candidate]:
        """The best items for the wish, best first; fewer than `count` when fewer are allowed, never a seen one.

        `missing` is told of each recommender that gave no answer, and of each hoped limit that nothing passes; the
        list is made without it.

        Raises InvalidUserId; InvalidRequest or UnknownFacet when the wish does not fit the catalog; SearchFailed.
        """
        check_user_id(user_id)
        if wish.count < 1:
            raise InvalidRequest(f"count is {wish.count}: ask for at least 1 item")
        catalog, history = self.index.catalog, History.of(self.index.catalog, interactions)
        judged = self._judged(user_id, history, wish, missing)
        rows, chances = _best(judged.scores, wish.count, user_id), dict[int, float]()
        if self._exploration is not None:
            rows, chances = self._exploration.mixed(judged, rows, times_shown(catalog, interactions))
        positions = [int(judged.positions[row]) for row in rows]
        items = dict(zip(positions, catalog.items(positions), strict=True))
        explainer = _Explainer(
            self,
            wish,
            {p: _parts(judged, r) for p, r in zip(positions, rows, strict=True)},
            self.evidence(history, items),
        )
        return [
            explainer.candidate(position, item, chances.get(row, 1.0))
            for (position, item), row in zip(items.items(), rows, strict=True)
        ]

    def question(self, user_id: str, interactions: Sequence[Interaction], wish: Wish) -> Question | None:
        """What to ask the user to choose better next time; None where no answer would tell much."""
        check_user_id(user_id)
        judged = self._judged(user_id, History.of(self.index.catalog, interactions), wish, lambda fault: None)
        rows = _best(judged.scores, CANDIDATES, user_id)
        items = self.index.catalog.items([int(judged.positions[row]) for row in rows])
        return best_question(items, [float(judged.scores[row]) for row in rows])

    def _judged(self, user_id: str, history: History, wish: Wish, missing: Callable[[str], object]) -> Judged:
        catalog, steering = self.index.catalog, wish.steering
        excluded = {*wish.excluded, *steering.without}
        masks = mask_of(catalog, wish.filter) & mask_of(catalog, steering.required)
        allowed, given_up = narrowed(self.index, masks & ~self.known(history, excluded), steering.hoped)
        # What is asked to be like other items is judged as if those were all the user ever chose.
        judged = self._recommender.judge(
            user_id, history_of(self.index, steering.like) if steering.like else history, allowed, query=wish.query
        )
        judged = replace(judged, parts={**judged.parts, **leaning(self.index, steering, judged.positions)})
        for fault in (*judged.missing, *(f"nothing else that fits is {phrase(limit)}" for limit in given_up)):
            missing(fault)
        return judged

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
        left = [hit for hit in hits if not known[hit.position]]
        evidence = self.evidence(history, {hit.position: hit.item for hit in left})
        return [
            Candidate(
                item=hit.item,
                score=hit.score,
                evidence=(Evidence(kind="found"), *evidence[hit.position]),
                arms={"query": round(hit.score, 3)},
            )
            for hit in left
        ]

    def evidence(self, history: History, items: Mapping[int, Item]) -> dict[int, list[Evidence]]:
        """What the user's history says for the items at these positions, or else that many people chose them."""
        liked = self._liked(history.liked, items)
        found = {position: liked.get(position) or self._popularity_of(position) for position in items}
        return {position: [one] if one else [] for position, one in found.items()}

    def _liked(self, liked: History, items: Mapping[int, Item]) -> dict[int, Evidence]:
        if not len(liked) or not items:
            return {}
        support = self._recommender.support(liked, np.array(list(items), np.int64))
        sources = self.index.catalog.items(liked.positions[support.argmax(axis=1)].tolist())
        return {
            position: Evidence(
                kind="liked",
                item_id=source.id,
                title=source.label,
                labels=tuple(label for label in item.labels if label in source.labels),
            )
            for (position, item), source, strongest in zip(items.items(), sources, support.max(axis=1), strict=True)
            if strongest > 0
        }

    def _popularity_of(self, position: int) -> Evidence | None:
        count = int(self._popularity[position])
        return Evidence(kind="popular", count=count) if count >= self._popular else None


class _Explainer:
    """Says why, for the items of one pick."""

    def __init__(
        self,
        picker: Picker,
        wish: Wish,
        parts: Mapping[int, Mapping[str, float]],
        evidence: Mapping[int, Sequence[Evidence]],
    ) -> None:
        self._parts = parts
        self._evidence = evidence
        limits = (wish.filter, *wish.steering.must, *wish.steering.hoped)
        self._wanted = {value for limit in limits for values in wanted(limit).values() for value in values}
        self._wanted |= {value for lean in wish.steering.leans if lean.weight > 0 for _, value in lean.labels}
        self._spans = dict(_spans(wish.steering))
        like = history_of(picker.index, wish.steering.like).positions
        self._like = picker.index.catalog.items([int(position) for position in like])
        self._words = frozenset(telling(wish.query))

    def candidate(self, position: int, item: Item, propensity: float) -> Candidate:
        arms = {name: round(value, 3) for name, value in self._parts[position].items() if value}
        evidence = [
            *self._alike(item),
            *self._asked(position, item),
            *self._evidence[position],
        ]
        return Candidate(
            item=item,
            score=round(sum(arms.values()), 3),
            evidence=tuple(evidence) or (self._weakest(item, arms),),
            arms=arms,
            propensity=propensity,
        )

    def _alike(self, item: Item) -> Iterator[Evidence]:
        """The item it is asked to be like that it shares most with."""
        shared = {one.id: tuple(label for label in item.labels if label in one.labels) for one in self._like}
        best = max(self._like, key=lambda one: len(shared[one.id]), default=None)
        if best is not None:
            yield Evidence(kind="alike", item_id=best.id, title=best.label, labels=shared[best.id])

    def _asked(self, position: int, item: Item) -> list[Evidence]:
        texts = [value for value in item.facets.values() if isinstance(value, str)]
        labels = (*(label for label in (*item.labels, *texts) if self._asks_for(label)), *self._numbers(item))
        if labels:
            return [Evidence(kind="asked", labels=labels)]
        if self._parts[position].get("query", 0.0) < FITS:
            return []
        return [Evidence(kind="found", labels=tuple(self._own_words(item)))]

    def _numbers(self, item: Item) -> Iterator[str]:
        """The limits that were asked for and that the item's numbers keep, such as "year from 1980"."""
        for facet, limit in self._spans.items():
            if isinstance(item.facets.get(facet), float):
                yield limit

    def _own_words(self, item: Item) -> Iterator[str]:
        """The words of the item's text that the query has as well, as the text writes them."""
        said = dict.fromkeys(word for word in _WORD.findall(item.text.lower()) if self._words.intersection(stems(word)))
        return islice(said, MAX_OWN_WORDS)

    def _asks_for(self, label: str) -> bool:
        words = stems(label)
        return label.casefold() in self._wanted or (bool(words) and self._words.issuperset(words))

    def _weakest(self, item: Item, arms: Mapping[str, float]) -> Evidence:
        return Evidence(kind="taste") if arms.get("taste", 0) > 0 else Evidence(kind="other", labels=item.labels)


def _spans(steering: Steering) -> Iterator[tuple[str, str]]:
    """What was asked of numbers, by facet: "year from 1980", or "older (year up to 1958)" where no number was said."""
    for limit in steering.must:
        if isinstance(limit, Range):
            yield limit.facet, phrase(limit)
    said = {lean.about: lean.name for lean in steering.leans}
    for limit in steering.hoped:
        if isinstance(limit, Range):
            name = said.get(role_of(limit.facet) or "")
            yield limit.facet, f"{name} ({phrase(limit)})" if name else phrase(limit)


def _best(scores: Scores, count: int, user_id: str) -> list[int]:
    """The rows of the best scores. Equal ones come in an order of the user's own, since catalogs are sorted by
    something: a user of whom nothing is known would be shown the oldest films."""
    order = np.random.default_rng(list(user_id.encode())).permutation(len(scores))
    return [int(row) for row in order[np.argsort(-scores[order], kind="stable")[:count]]]


def _parts(judged: Judged, row: int) -> dict[str, float]:
    return {name: float(scores[row]) for name, scores in judged.parts.items()}
