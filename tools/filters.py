"""Filters over facets as typed expressions, and the simple form a model or a person writes them in.

The simple form is a mapping from facet to condition: a value (`{"genres": "horror"}`), several of which any will do
(`{"genres": ["horror", "drama"]}`), or a span (`{"year": {"min": 1990, "max": 1999}}`).
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .catalog import Catalog, Mask
from .errors import InvalidRequest, UnknownFacet

__all__ = ["AllOf", "AnyOf", "Condition", "Equals", "Filter", "NoneOf", "Range", "mask_of", "parse_filters", "wanted"]

Value = str | float | bool
Condition = Value | Sequence[Value] | Mapping[str, float]
MAX_SUGGESTED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Equals:
    """Items whose facet is, or among its labels has, this value. Upper and lower case are one."""

    facet: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """Items that have at least one of the values."""

    facet: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneOf:
    """Items that have none of the values; those without the facet pass."""

    facet: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Items whose number is in [low, high], or with `inside=False` those whose number is not, or is not known."""

    facet: str
    low: float = -math.inf
    high: float = math.inf
    inside: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """Items that pass every filter; with no filters, every item."""

    filters: tuple[Filter, ...] = ()


Filter = Equals | AnyOf | NoneOf | Range | AllOf


def mask_of(catalog: Catalog, wish: Filter) -> Mask:
    """Which items pass, shape (number of items,).

    Raises UnknownFacet, which lists what there is, for a facet or a value the catalog does not have;
    InvalidRequest for an empty list of values or a span of something that is not a number.
    """
    match wish:
        case Equals(facet=facet, value=value):
            return _having(catalog, facet, (value,))
        case AnyOf(facet=facet, values=values):
            return _having(catalog, facet, values)
        case NoneOf(facet=facet, values=values):
            return ~_having(catalog, facet, values)
        case Range():
            return _within(catalog, wish)
        case AllOf(filters=filters):
            masks = [np.ones(len(catalog), np.bool_), *(mask_of(catalog, f) for f in filters)]
            return np.asarray(np.logical_and.reduce(masks))


def parse_filters(include: Mapping[str, Condition], exclude: Mapping[str, Condition]) -> AllOf:
    """The filter that keeps what passes every condition of `include` and none of `exclude`.

    Raises InvalidRequest for a condition of another form than the module names.
    """
    kept = [_parse(facet, condition) for facet, condition in include.items()]
    dropped = [_opposite(_parse(facet, condition)) for facet, condition in exclude.items()]
    return AllOf(filters=(*kept, *dropped))


def wanted(wish: Filter) -> dict[str, tuple[str, ...]]:
    """The texts and labels a filter asks for, by facet, in lower case: what a reason may name."""
    match wish:
        case Equals(facet=facet, value=str(value)):
            return {facet: (value.casefold(),)}
        case AnyOf(facet=facet, values=values):
            return {facet: tuple(v.casefold() for v in values if isinstance(v, str))}
        case AllOf(filters=filters):
            return {facet: values for part in filters for facet, values in wanted(part).items()}
    return {}


def _parse(facet: str, condition: Condition) -> AnyOf | Range:
    if isinstance(condition, Mapping):
        if not condition or not set(condition) <= {"min", "max"}:
            raise InvalidRequest(f"the span for {facet!r} must have `min`, `max` or both, and nothing else")
        low, high = (_bound(facet, condition.get(k), d) for k, d in (("min", -math.inf), ("max", math.inf)))
        return Range(facet=facet, low=low, high=high)
    if isinstance(condition, str | int | float):
        return AnyOf(facet=facet, values=(condition,))
    if isinstance(condition, Sequence) and all(isinstance(v, str | int | float) for v in condition):
        return AnyOf(facet=facet, values=tuple(condition))
    raise InvalidRequest(f"the condition for {facet!r} must be a value, a list of values or a span of min and max")


def _bound(facet: str, number: object, default: float) -> float:
    if number is None:
        return default
    if isinstance(number, bool) or not isinstance(number, int | float) or math.isnan(number):
        raise InvalidRequest(f"`min` and `max` for {facet!r} must be numbers")
    return float(number)


def _opposite(wish: AnyOf | Range) -> NoneOf | Range:
    if isinstance(wish, AnyOf):
        return NoneOf(facet=wish.facet, values=wish.values)
    return Range(facet=wish.facet, low=wish.low, high=wish.high, inside=False)


def _having(catalog: Catalog, facet: str, values: tuple[Value, ...]) -> Mask:
    catalog.facet(facet)
    if not values:
        raise InvalidRequest(f"no values given for {facet!r}: name at least one, or leave the facet out")
    return np.asarray(np.logical_or.reduce([_having_one(catalog, facet, value) for value in values]))


def _having_one(catalog: Catalog, facet: str, value: Value) -> Mask:
    mask = catalog.having(facet, _key(catalog, facet, value))
    if not mask.any():
        raise UnknownFacet(_no_such_value(catalog, facet, value))
    return mask


def _key(catalog: Catalog, facet: str, value: Value) -> str | float:
    kind = catalog.facet(facet).kind
    if kind in ("text", "labels"):
        return " ".join(str(value).split()).casefold()
    if isinstance(value, str):
        flags = {"true": 1.0, "false": 0.0} if kind == "flag" else {}
        try:
            return flags[value.lower()] if flags else float(value)
        except (KeyError, ValueError):
            raise InvalidRequest(f"{facet!r} is a {kind}: {value[:40]!r} is not one of its values") from None
    return float(value)


def _no_such_value(catalog: Catalog, facet: str, value: Value) -> str:
    known = catalog.values(facet)
    if catalog.facet(facet).kind == "number":
        return f"no item has {facet} {value}; it goes from {known[0]:g} to {known[-1]:g}: ask for a span of min and max"
    texts = [str(v) for v in known]
    close = difflib.get_close_matches(str(value).casefold(), texts, n=MAX_SUGGESTED, cutoff=0.5)
    return f"{facet} has no value {str(value)[:40]!r}; it has: {', '.join(close or texts[:20])}"


def _within(catalog: Catalog, span: Range) -> Mask:
    facet = catalog.facet(span.facet)
    if facet.kind != "number":
        raise InvalidRequest(f"{facet} has no span: only number facets have `min` and `max`")
    if span.low > span.high:
        raise InvalidRequest(f"the span for {span.facet!r} is empty: min {span.low:g} is above max {span.high:g}")
    mask = catalog.between(span.facet, span.low, span.high)
    return mask if span.inside else ~mask
