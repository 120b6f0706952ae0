"""What somebody may want to ask next, made of what they speak of (K-LaMP, without a model).

Each thing a person speaks of weighs log(1 + times) * 2^(-age / half-life) * (1 + nearness to what they speak of now).
A suggestion joins the things of greatest weight that some item of the catalog has together, and is said as one would
ask for it, so that it can be asked as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from .catalog import Catalog, Mask
from .qualities import role_of

__all__ = ["Interest", "Suggestion", "suggestions", "weight"]

HALF_LIFE_DAYS = 30.0
CONSIDERED = 8
"""Things of greatest weight that suggestions are made of."""
MIN_ITEMS = 3
"""A suggestion that fewer items fit would disappoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """Something of the catalog somebody speaks of: a value of a facet, and how much it weighs."""

    facet: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A query somebody may ask next, and the names it is made of."""

    text: str
    names: tuple[str, ...]


def weight(times: int, last_seen: datetime, now: datetime, nearness: float = 0.0) -> float:
    """How much a thing weighs that was spoken of so often and so long ago; `nearness` is a cosine to the context."""
    age = max(0.0, (now - last_seen).total_seconds() / 86_400)
    return math.log1p(times) * 2 ** (-age / HALF_LIFE_DAYS) * (1 + max(0.0, nearness))


def suggestions(
    catalog: Catalog,
    interests: Sequence[Interest],
    *,
    called: str = "items",
    count: int = 3,
    asked: Callable[[str], bool] = lambda text: False,
) -> list[Suggestion]:
    """Up to `count` queries, the likeliest first; none that `asked` says was asked before, no two about one thing."""
    known = [one for one in interests if one.weight > 0 and one.facet in catalog.facets]
    best = sorted(known, key=lambda one: -one.weight)[:CONSIDERED]
    found: list[Suggestion] = []
    firsts: set[str] = set()
    spoken_of: set[str] = set()
    for _, suggestion in sorted(_candidates(catalog, best, called), key=lambda pair: -pair[0]):
        if len(found) == count:
            break
        new = suggestion.names[0] not in firsts and not spoken_of.issuperset(suggestion.names)
        if new and not asked(suggestion.text):
            found.append(suggestion)
            firsts.add(suggestion.names[0])
            spoken_of.update(suggestion.names)
    return found


def _candidates(catalog: Catalog, interests: Sequence[Interest], called: str) -> Iterator[tuple[float, Suggestion]]:
    masks = {one: catalog.having(one.facet, one.name) for one in interests}
    for one, other in combinations(interests, 2):
        both = masks[one] & masks[other]
        if both.sum() >= MIN_ITEMS:
            first, second = (other, one) if catalog.facet(one.facet).kind == "text" else (one, other)
            yield one.weight + other.weight, _pair(catalog, first, second, called)
    for one in interests:
        if masks[one].sum() >= MIN_ITEMS:
            yield one.weight, _single(catalog, one, masks[one], called)


def _pair(catalog: Catalog, one: Interest, other: Interest, called: str) -> Suggestion:
    if catalog.facet(other.facet).kind == "text":
        text = f"{one.name} {called} {_of(other)}"
    else:
        text = f"{called} with {one.name} and {other.name}"
    return Suggestion(text=text, names=(one.name, other.name))


def _single(catalog: Catalog, one: Interest, mask: Mask, called: str) -> Suggestion:
    if catalog.facet(one.facet).kind == "text":
        return Suggestion(text=f"{called} {_of(one)}", names=(one.name,))
    return Suggestion(text=f"{one.name} {called}{_decade(catalog, mask)}", names=(one.name,))


def _of(interest: Interest) -> str:
    by = any(word in interest.facet.casefold() for word in ("director", "author", "artist", "brand", "maker"))
    return f"{'by' if by else 'from'} {interest.name.title()}"


def _decade(catalog: Catalog, mask: Mask) -> str:
    """The newest decade that has enough of them, so that a suggestion says more than a label."""
    facet = next((name for name, one in catalog.facets.items() if one.kind == "number" and role_of(name) == "time"), "")
    if not facet:
        return ""
    years = [value for value in catalog.values(facet) if isinstance(value, float)]
    for start in range(int(max(years)) // 10 * 10, int(min(years)) // 10 * 10 - 1, -10):
        if (mask & catalog.between(facet, start, start + 9)).sum() >= MIN_ITEMS:
            return f" from the {start}s"
    return ""
