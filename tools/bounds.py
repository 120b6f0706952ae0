"""Numbers that a person sets as bounds: "nothing before 1980", "shorter than two hours", "under $20", "the 90s"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .filters import Range
from .qualities import Role
from .vocabulary import Vocabulary

__all__ = ["Bound", "bounds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A span of the text, [start, end) by character, and the ranges it asks for.

    `missing` says which number no facet of the catalog holds.
    """

    start: int
    end: int
    ranges: tuple[Range, ...] = ()
    missing: str = ""


_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_NUMBERS = {word: float(number) for number, word in enumerate(_ONES, start=1)} | {"a": 1.0, "an": 1.0, "half an": 0.5}
_DECADES = {
    word: 1900 + 10 * number
    for number, word in enumerate(
        ["tens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"], start=1
    )
}
_NO = (
    r"(?P<no>\b(?:nothing|none|no|not|never|don['’]?t|do not|without|avoid|except|neither|nor)\b"
    r"(?:(?! but )[^,.;!?\n]){0,24}?\s)?"
)
_BELOW = (
    r"shorter than|less than|fewer than|cheaper than|lower than|under|below|within|up to|at most|max(?:imum)?(?: of)?"
)
_ABOVE = r"longer than|more than|higher than|over|above|at least|min(?:imum)?(?: of)?"
_OPEN = re.compile(r"than|under|below|over|above")
_NUMBER = r"(?P<n>\d+(?:[.,]\d+)?|half an|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_UNITS: dict[Role, str] = {
    "length": r"hours?|hrs?|h|minutes?|mins?|min",
    "pages": r"pages?",
    "price": r"euros?|eur|€|dollars?|usd|bucks|\$|pounds?|£",
    "rating": r"stars?|points?",
}
_UNIT = r"(?P<unit>(?:" + "|".join(_UNITS.values()) + r")(?![a-z]))"
_MEASURE = re.compile(
    rf"{_NO}\b(?P<how>{_BELOW}|{_ABOVE})\s+(?P<sign>[$€£])?\s?{_NUMBER}(?P<half> and a half)?[\s-]?{_UNIT}?"
    r"(?:\s+and\s+(?P<more>\d+)\s*min\w*)?",
    re.IGNORECASE,
)
_YEAR = r"(?:the\s+)?(?:(?P<year>(?:1[5-9]|20)\d\d)(?P<s>['’]?s\b)?|['’]?(?P<short>[1-9]0)['’]?s\b|(?P<word>" + (
    "|".join(_DECADES) + r")\b)"
)
_TIME = re.compile(
    rf"{_NO}\b(?P<how>before|earlier than|older than|prior to|until|till|up to|after|later than|newer than|since|from"
    rf"|in|of|released in)\s+{_YEAR}(?P<on>\s+(?:on(?:wards?)?|or (?:later|newer|after|more recent)))?"
    r"(?P<back>\s+or (?:earlier|older|before))?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    rf"{_NO}\b(?:between|from)?\s*(?P<low>(?:1[5-9]|20)\d\d)\s*(?:and|to|until|[-–])\s*(?P<high>(?:1[5-9]|20)\d\d)\b",
    re.IGNORECASE,
)
_BARE_DECADE = re.compile(rf"{_NO}(?<!\w){_YEAR}", re.IGNORECASE)
_OR_LATER = re.compile(
    r"\b(?P<year>(?:1[5-9]|20)\d\d)\s+(?:or|and)\s+(?:(?P<up>later|newer|after|more recent|onwards?)|earlier|older|before)",
    re.IGNORECASE,
)


def bounds(text: str, vocabulary: Vocabulary) -> list[Bound]:
    """The bounds a text sets, in its order; a part of the text is read once."""
    found: list[Bound] = []
    taken = [False] * len(text)
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            bound = read(match, vocabulary)
            if bound is not None:
                found.append(bound)
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
    return sorted(found, key=lambda bound: bound.start)


def _of(match: re.Match[str], ranges: Iterator[Range], missing: str) -> Bound:
    kept = tuple(ranges)
    return Bound(start=match.start(), end=match.end(), ranges=kept, missing="" if kept else missing)


def _measure(match: re.Match[str], vocabulary: Vocabulary) -> Bound | None:
    unit = (match["unit"] or match["sign"] or "").casefold()
    role = _role(unit, match["how"].casefold())
    if role is None:
        return None
    value = _value(match["n"]) + (0.5 if match["half"] else 0)
    in_minutes = value * 60 + float(match["more"] or 0) if unit.startswith("h") else value
    above = re.fullmatch(_ABOVE, match["how"], re.IGNORECASE) is not None
    strict = _OPEN.search(match["how"].casefold()) is not None

    def span(facet: str) -> Range:
        hours = role == "length" and "hour" in facet.casefold()
        return _side(facet, in_minutes / 60 if hours else in_minutes, above=above, strict=strict, no=bool(match["no"]))

    return _of(match, (span(facet) for facet in vocabulary.numbers((role,))), f"{role} of its items")


def _role(unit: str, how: str) -> Role | None:
    if unit:
        return next((role for role, names in _UNITS.items() if re.fullmatch(names, unit)), None)
    return "price" if how.startswith("cheaper") else None


def _side(facet: str, value: float, *, above: bool, strict: bool, no: bool) -> Range:
    if no:
        above, strict = not above, not strict
    edge = math.nextafter(value, math.inf if above else -math.inf) if strict else value
    return Range(facet=facet, low=edge) if above else Range(facet=facet, high=edge)


def _time(match: re.Match[str], vocabulary: Vocabulary) -> Bound | None:
    first, last = _years(match)
    how, no = match["how"].casefold(), bool(match["no"])
    if match["on"] or how == "since":
        low, high = float(first), math.inf
    elif match["back"] or how in ("until", "till", "up to"):
        low, high = -math.inf, float(last)
    elif how in ("before", "earlier than", "older than", "prior to"):
        low, high = -math.inf, float(first - 1)
    elif how in ("after", "later than", "newer than"):
        low, high = float(last + 1), math.inf
    else:
        low, high = float(first), float(last)
    return _of(match, _spans(vocabulary, low, high, no=no), "year of its items")


def _spans(vocabulary: Vocabulary, low: float, high: float, *, no: bool) -> Iterator[Range]:
    for facet in vocabulary.numbers(("time",)):
        if no and math.isinf(low):
            yield Range(facet=facet, low=high + 1)
        elif no and math.isinf(high):
            yield Range(facet=facet, high=low - 1)
        else:
            yield Range(facet=facet, low=low, high=high, inside=not no)


def _between(match: re.Match[str], vocabulary: Vocabulary) -> Bound:
    low, high = sorted((float(match["low"]), float(match["high"])))
    return _of(match, _spans(vocabulary, low, high, no=bool(match["no"])), "year of its items")


def _bare(match: re.Match[str], vocabulary: Vocabulary) -> Bound | None:
    first, last = _years(match)
    if first == last:
        return None  # a year alone may be part of a title
    return _of(match, _spans(vocabulary, first, last, no=bool(match["no"])), "year of its items")


def _or_later(match: re.Match[str], vocabulary: Vocabulary) -> Bound:
    year = float(match["year"])
    low, high = (year, math.inf) if match["up"] else (-math.inf, year)
    return _of(match, _spans(vocabulary, low, high, no=False), "year of its items")


def _years(match: re.Match[str]) -> tuple[int, int]:
    """The first and the last year that are meant."""
    if match["year"] and not match["s"]:
        return int(match["year"]), int(match["year"])
    if match["year"]:
        first = int(match["year"])
        return first, first + (99 if first % 100 == 0 and first < 2000 else 9)
    first = 1900 + int(match["short"]) if match["short"] else _DECADES[match["word"].casefold()]
    if match["short"] and int(match["short"]) <= 10:
        first += 100
    return first, first + 9


def _value(number: str) -> float:
    return _NUMBERS.get(number.casefold()) or float(number.replace(",", "."))


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Vocabulary], Bound | None]], ...] = (
    (_BETWEEN, _between),
    (_OR_LATER, _or_later),
    (_TIME, _time),
    (_MEASURE, _measure),
    (_BARE_DECADE, _bare),
)
