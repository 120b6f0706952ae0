"""What a person wants of a list, read from their words: what must hold, what should, and what to lean towards.

Values only. `reading` makes them from text; the picker turns `must` into a mask, `hoped` into a mask that gives way
before the list would be empty, and `like` and `leans` into scores.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from .filters import AllOf, AnyOf, NoneOf, Range

__all__ = ["Critique", "Lean", "Limit", "Steering", "Value", "merged", "phrase"]

MAX_TITLES = 3

Value = tuple[str, str]
"""A facet and one of its values, in lower case."""

Limit = AnyOf | NoneOf | Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean:
    """A soft wish. `labels` and `away` are values, `numbers` (facet, +1 or -1), `like` and `unlike` words of texts.

    `weight` is negative for less of it; `name` says it to a person ("funnier"). Of what a lean is `about` the latest
    counts: "less drama" takes the place of "more drama".
    """

    name: str
    about: str
    weight: float = 1.0
    labels: tuple[Value, ...] = ()
    away: tuple[Value, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()
    like: str = ""
    unlike: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Critique:
    """What was said to be wrong with a list. `shown` are its ids; it has too much of `labels`, or its `numbers`
    (facet, +1 or -1) should be higher or lower. What that says of items is told by `critiquing`."""

    shown: tuple[str, ...]
    labels: tuple[Value, ...] = ()
    numbers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """What one or several messages want of a list; empty when they say nothing about it.

    `like` are ids of items to be like, `titles` their titles; `without` are ids that must not come; `rest` is what the
    text says besides, `missing` what it asks for that no facet of the catalog holds.
    """

    must: tuple[Limit, ...] = ()
    hoped: tuple[Limit, ...] = ()
    like: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    leans: tuple[Lean, ...] = ()
    critiques: tuple[Critique, ...] = ()
    without: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    rest: str = ""
    relative: bool = False
    """Whether it is said in relation to items that were shown: those have been seen, and others are wanted."""

    def __bool__(self) -> bool:
        return bool(self.must or self.hoped or self.like or self.leans or self.without or self.missing)

    @property
    def required(self) -> AllOf:
        return AllOf(filters=self.must)

    @property
    def words(self) -> tuple[str, ...]:
        """The steering told to a person, one short phrase each."""
        return tuple(self._words())

    def _words(self) -> Iterator[str]:
        if len(self.titles) > MAX_TITLES:
            yield "like what you were shown"
        else:
            yield from (f"like {title}" for title in self.titles)
        limits = (*self.must, *self.hoped)
        yield from (phrase(limit) for limit in limits if not any(_narrower(other, limit) for other in limits))
        yield from (lean.name for lean in self.leans)


def merged(earlier: Steering, later: Steering) -> Steering:
    """Both together; where they contradict each other the later one counts."""
    must = reduce(_without_contradicted, later.must, (*earlier.must,))
    hoped = reduce(_without_contradicted, (*later.must, *later.hoped), (*earlier.hoped,))
    must = reduce(_without_contradicted, later.hoped, must)
    wanted = _wanted(later)
    must = reduce(_without_contradicted, (AnyOf(facet=facet, values=(value,)) for facet, value in wanted), must)
    return Steering(
        must=(*must, *later.must),
        hoped=(*hoped, *later.hoped),
        like=later.like or earlier.like,
        titles=later.titles or earlier.titles,
        leans=(*_left(earlier.leans, later), *later.leans),
        critiques=(*(one for one in earlier.critiques if wanted.isdisjoint(one.labels)), *later.critiques),
        without=earlier.without | later.without,
        missing=later.missing,
        rest=later.rest or earlier.rest,
        relative=later.relative,
    )


def _wanted(steering: Steering) -> frozenset[Value]:
    """The values that were asked for by name."""
    asked = {
        (one.facet, str(v)) for one in (*steering.must, *steering.hoped) if isinstance(one, AnyOf) for v in one.values
    }
    return frozenset(asked.union(*(lean.labels for lean in steering.leans if lean.weight > 0 and not lean.like)))


def _left(leans: tuple[Lean, ...], later: Steering) -> Iterator[Lean]:
    """The earlier leans that the later words leave: those about other things, and not against what they say by name."""
    about, wanted = {lean.about for lean in later.leans}, _wanted(later)
    refused = {(one.facet, str(v)) for one in later.must if isinstance(one, NoneOf) for v in one.values}
    for lean in leans:
        against = wanted if lean.weight < 0 else refused
        if lean.about not in about and (lean.like or against.isdisjoint(lean.labels)):
            yield lean


def _without_contradicted(limits: tuple[Limit, ...], later: Limit) -> tuple[Limit, ...]:
    """The limits that can hold beside the later one."""
    return tuple(kept for limit in limits if (kept := _beside(limit, later)) is not None)


def _beside(limit: Limit, later: Limit) -> Limit | None:
    if limit.facet != later.facet:
        return limit
    if isinstance(limit, Range) or isinstance(later, Range):
        both = isinstance(limit, Range) and isinstance(later, Range) and limit.inside and later.inside
        return limit if both and _overlap(limit, later) else None  # type: ignore[arg-type]
    if isinstance(limit, AnyOf) and isinstance(later, AnyOf):
        return None  # another wish for the same facet takes its place
    if isinstance(limit, NoneOf) and isinstance(later, NoneOf):
        return limit
    left = tuple(value for value in limit.values if value not in later.values)
    return type(limit)(facet=limit.facet, values=left) if left else None


def _narrower(other: Limit, limit: Limit) -> bool:
    """Whether the other one says more: "up to 1950" beside "up to 1960"."""
    if not (isinstance(other, Range) and isinstance(limit, Range) and other.facet == limit.facet and other != limit):
        return False
    return other.inside and limit.inside and limit.low <= other.low and other.high <= limit.high


def _overlap(one: Range, other: Range) -> bool:
    return one.low <= other.high and other.low <= one.high


def phrase(limit: Limit) -> str:
    """A limit told to a person: "without horror", "year from 1980"."""
    match limit:
        case AnyOf(values=values):
            return f"with {_listed(values)}"
        case NoneOf(values=values):
            return f"without {_listed(values)}"
        case Range(facet=facet, low=low, high=high, inside=inside):
            no = "" if inside else "not "
            if low == high:
                return f"{no}{facet} {low:g}"
            if low == float("-inf"):
                return f"{no}{facet} up to {high:g}"
            return f"{no}{facet} from {low:g}" + ("" if high == float("inf") else f" to {high:g}")


def _listed(values: tuple[object, ...]) -> str:
    return " or ".join(str(value) for value in values)
