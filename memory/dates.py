"""What stretch of time a phrase names ("last spring", "two weeks ago", "May 2024"), seen from a given moment.

Dates, months, years, weekdays and counted units are read by `dateparser`, which also says how exact they are; the rules
here add what it does not know: seasons, weekends, decades, "a couple of", "early 2023", "last May". Loading it takes a
tenth of a second, which only the first phrase pays that needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

__all__ = ["TIME_PHRASE", "TIME_SIGN", "Period", "period_of"]


class Period(NamedTuple):
    """A stretch of time; `end` no longer belongs to it."""

    start: datetime
    end: datetime


_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAYS = "mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_SEASONS = "spring|summer|autumn|fall|winter"
_FEASTS = "christmas|new year(?:['’]s)?(?: eve| day)?|halloween|valentine['’]s day"
_UNITS = "day|week|fortnight|month|quarter|year|decade"
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_COUNT = rf"(?:\d{{1,3}}|an?|{_NUMBERS}|(?:an? |the )?(?:couple(?: of)?|few|several)|half an?)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|(?:the )?{_DAY} (?:of )?(?:{_MONTHS})\b(?:,? {_YEAR})?"
    rf"|(?:{_MONTHS})\.? {_DAY}\b(?:,? {_YEAR})?|(?:{_MONTHS})\b(?: of)?,? {_YEAR}|q[1-4](?: of)? {_YEAR}|{_YEAR}-\d\d\b"
)
_PART = r"(?:(?:the )?(?:early|mid|late|beginning of|start of|middle of|end of)[ -])"
_COARSE = rf"{_PART}?(?:(?:{_SEASONS})\b(?: of)?,? {_YEAR}|(?:the )?(?:19|20)?\d0['’]?s\b|(?:{_MONTHS})\b|{_YEAR}\b)"
_RELATIVE = (
    r"the day before yesterday|the day after tomorrow|yesterday|today|tonight|tomorrow|last night"
    r"|this (?:morning|afternoon|evening)|(?<!most )recently|lately"
    rf"|(?:the )?(?:{_UNITS}|{_SEASONS}) before last"
    rf"|(?:earlier |later )?(?:(?:the|this) )?(?:last|past|previous|this|next|coming) "
    rf"(?:weekend|(?:{_UNITS}|{_MONTHS}|{_WEEKDAYS}|{_SEASONS}|{_FEASTS})\b(?!,? {_YEAR}))"
    rf"|(?:(?:the|these) )?(?:last|past|previous|next|coming) {_COUNT} (?:{_UNITS})s?"
    rf"|{_COUNT} (?:{_UNITS})s?(?: and a half)? (?:ago|back|earlier|from now)|in {_COUNT} (?:{_UNITS})s?"
)
TIME_PHRASE = rf"(?:{_RELATIVE}|{_PART}?(?:{_DATE})|{_COARSE}|(?:{_WEEKDAYS})\b|(?:{_FEASTS})\b|(?:{_SEASONS})\b)"
"""A regular expression (ignore case) for the phrases that `period_of` reads. It also matches words that need not be
meant as times ("may", "2000"): what stands before them has to decide."""
TIME_SIGN = (
    rf"\b(?:\d{{4}}|\d{{1,2}}[./]\d|\d*0['’]?s|(?:{_MONTHS}|{_WEEKDAYS}|{_SEASONS}|{_FEASTS})\b|{_UNITS}"
    r"|yesterday|today|tonight|tomorrow|night|morning|afternoon|evening|recently|lately|weekend)"
)
"""What at least one of stands in every such phrase, in lower case; looked for ten times faster than a phrase."""

_NAMED_COUNT = {name: at + 1 for at, name in enumerate(_NUMBERS.split("|"))}
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 14, "month": 30.44, "quarter": 91.3, "year": 365.25, "decade": 3652.5}
_SEASON_START = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FEAST_DAYS = {"christmas": (12, 24, 3), "new": (12, 31, 2), "halloween": (10, 31, 1), "valentine": (2, 14, 1)}
DAY = timedelta(days=1)


def period_of(phrase: str, now: datetime) -> Period | None:
    """The period that a phrase names, in the time zone of `now`, or None where it names none.

    What could lie on either side of `now` ("in May") lies before it. A counted unit is as exact as the unit: "two
    weeks ago" is a week, "three months ago" a month.
    """
    words = " ".join(phrase.lower().replace("’", "'").split()).strip(" ,.")
    try:
        return next(filter(None, (reader(words, now) for reader in _READERS)), None)
    except (OverflowError, ValueError):
        return None  # outside the years 1 to 9999 ("999 decades ago")


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _month(year: int, month: int, now: datetime, *, months: int = 1) -> Period:
    """`months` months from the first of one; `month` may lie outside 1 to 12."""
    first = _midnight(now).replace(day=1)
    ordinal, end = year * 12 + month - 1, year * 12 + month - 1 + months
    return Period(
        first.replace(year=ordinal // 12, month=ordinal % 12 + 1), first.replace(year=end // 12, month=end % 12 + 1)
    )


def _unit(unit: str, now: datetime, shift: int = 0) -> Period:
    """The calendar day, week, month … that holds `now`, or one `shift` of them away."""
    if unit == "month":
        return _month(now.year, now.month + shift, now)
    if unit == "quarter":
        return _month(now.year, (now.month - 1) // 3 * 3 + 1 + 3 * shift, now, months=3)
    if unit in ("year", "decade"):
        years = 10 if unit == "decade" else 1
        return _month((now.year + shift * years) // years * years, 1, now, months=12 * years)
    days = {"day": 1, "week": 7, "fortnight": 14}[unit]
    start = _midnight(now) - (DAY * now.weekday() if days > 1 else timedelta(0)) + shift * days * DAY
    return Period(start, start + days * DAY)


def _count(words: str) -> float:
    words = re.sub(r"^(?:an?|the) (?=couple|few|several)", "", words)
    if words.startswith("half"):
        return 0.5
    fuzzy = {"couple": 2, "few": 3, "several": 4}.get(words.split()[0])
    return fuzzy or _NAMED_COUNT.get(words) or (int(words) if words.isdigit() else 1)


_NAMED_DAYS = {
    "the day before yesterday": -2,
    "yesterday": -1,
    "last night": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
}
_THIS_PART = re.compile(r"this (?:morning|afternoon|evening)")
_LATELY = timedelta(days=45)
_BEFORE_LAST = re.compile(rf"(?:the )?({_UNITS}|{_SEASONS}) before last")
_SPAN = re.compile(rf"(?:(?:the|these) )?(last|past|previous|next|coming) ({_COUNT}) ({_UNITS})s?")
_AGO = re.compile(rf"(?:in )?({_COUNT}) ({_UNITS})s?( and a half)?(?: (ago|back|earlier|from now))?")
_NEAR = re.compile(r"(?:(?:earlier|later) )?(?:(?:the|this) )?(last|past|previous|this|next|coming) (.+)")
_DECADE = re.compile(rf"({_PART})?(?:the )?((?:19|20)?\d0)'?s")
_SEASON = re.compile(rf"({_PART})?({_SEASONS})(?:(?: of)?,? ({_YEAR}))?")
_PARTED = re.compile(rf"({_PART})(.+)")
_SHIFTS = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}


def _named_day(words: str, now: datetime) -> Period | None:
    if _THIS_PART.fullmatch(words):
        return _unit("day", now)
    if words in ("recently", "lately"):
        return Period(_midnight(now - _LATELY), now + DAY)
    return _unit("day", now, _NAMED_DAYS[words]) if words in _NAMED_DAYS else None


def _before_last(words: str, now: datetime) -> Period | None:
    if not (match := _BEFORE_LAST.fullmatch(words)):
        return None
    if match[1] in _UNIT_DAYS:
        return _unit(match[1], now, -2)
    last = _neighbour(match[1], now, -1)
    return _neighbour(match[1], last.start, -1) if last else None


def _span(words: str, now: datetime) -> Period | None:
    """ "the last three weeks": up to now."""
    if not (match := _SPAN.fullmatch(words)):
        return None
    length = timedelta(days=_count(match[2]) * _UNIT_DAYS[match[3]])
    return Period(now, now + length) if _SHIFTS[match[1]] > 0 else Period(_midnight(now - length), now + DAY)


def _ago(words: str, now: datetime) -> Period | None:
    if not (match := _AGO.fullmatch(words)):
        return None
    count = _count(match[1]) + (0.5 if match[3] else 0)
    sign = -1 if match[4] in ("ago", "back", "earlier") else 1
    if count == int(count) and match[2] != "fortnight" and not match[1].endswith(("of", "couple", "few", "several")):
        return _unit(match[2], now, sign * int(count)) if match[2] != "week" else _around(now, sign * count, 7)
    return _around(now, sign * count, _UNIT_DAYS[match[2]])


def _around(now: datetime, count: float, unit_days: float) -> Period:
    """A unit around a moment, or a third of it where the count is a broken one ("half a year ago")."""
    middle = now + timedelta(days=count * unit_days)
    half = timedelta(days=unit_days / (2 if count == int(count) else 6))
    return Period(_midnight(middle - half), _midnight(middle + half) + DAY)


def _near(words: str, now: datetime) -> Period | None:
    """ "last week", "this spring", "next Monday"."""
    if not (match := _NEAR.fullmatch(words)):
        return None
    shift, what = _SHIFTS[match[1]], match[2]
    if what == "weekend":
        week = _unit("week", now, shift)
        return Period(week.start + 5 * DAY, week.end)
    if what in _UNIT_DAYS:
        return Period(_midnight(now - 30 * DAY), now + DAY) if words == "the past month" else _unit(what, now, shift)
    return _neighbour(what, now, shift)


def _neighbour(what: str, now: datetime, shift: int) -> Period | None:
    """The last, this year's or next one of what comes every year, or of a weekday."""
    if re.fullmatch(_WEEKDAYS, what):
        return _weekday(what, now, shift)
    ahead = [
        one for year in (-2, -1, 0, 1) if (one := _of_year(what, now.replace(year=now.year + year, month=6, day=15)))
    ]
    if shift == 0:
        return next((one for one in ahead if one.start.year == now.year), None)
    if shift > 0:
        return next((one for one in ahead if one.start > now), None)
    return next((one for one in reversed(ahead) if one.end <= now), None)


def _weekday(name: str, now: datetime, shift: int) -> Period:
    wanted = ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(name[:3])
    back = (now.weekday() - wanted) % 7
    days = -(back or 7) if shift < 0 else ((7 - back) % 7 or 7 * (shift > 0))
    return _unit("day", now, days)


def _of_year(what: str, year: datetime) -> Period | None:
    if what in _SEASON_START:
        return _month(year.year, _SEASON_START[what], year, months=3)
    for feast, (month, day, days) in _FEAST_DAYS.items():
        if what.startswith(feast):
            start = _midnight(year).replace(month=month, day=day)
            return Period(start, start + days * DAY)
    parsed = _parsed(what, year)
    return _month(year.year, parsed.start.month, year) if parsed else None


def _season(words: str, now: datetime) -> Period | None:
    if not (match := _SEASON.fullmatch(words)):
        return None
    if match[3]:
        whole = _month(int(match[3]), _SEASON_START[match[2]], now, months=3)
    else:
        whole = _neighbour(match[2], now, 0) or _unit("quarter", now)
        if whole.start > now:
            whole = _neighbour(match[2], now, -1) or whole
    return _part(match[1], whole)


def _decade(words: str, now: datetime) -> Period | None:
    if not (match := _DECADE.fullmatch(words)):
        return None
    year = int(match[2])
    full = year if year > 99 else year + (2000 if year + 2000 <= now.year else 1900)
    return _part(match[1], _month(full, 1, now, months=120))


def _feast(words: str, now: datetime) -> Period | None:
    return _neighbour(words, now, -1) if re.fullmatch(_FEASTS, words) else None


def _parted(words: str, now: datetime) -> Period | None:
    if not (match := _PARTED.fullmatch(words)):
        return None
    whole = _parsed(match[2], now)
    return _part(match[1], whole) if whole else None


def _part(which: str | None, whole: Period) -> Period:
    third = (whole.end - whole.start) / 3
    if not which:
        return whole
    if re.search("early|beginning|start", which):
        return Period(whole.start, whole.start + third)
    if re.search("mid", which):
        return Period(whole.start + third, whole.end - third)
    return Period(whole.end - third, whole.end)


def _parsed(words: str, now: datetime) -> Period | None:
    """What dateparser reads, as long as it says it is exact."""
    words = re.sub(r"^the |\bof ", "", words)
    found = _parser(_midnight(now).replace(tzinfo=None)).get_date_data(words)
    if found.date_obj is None:
        return None
    moment = found.date_obj.replace(tzinfo=now.tzinfo)
    return _unit(found.period if found.period in _UNIT_DAYS else "day", moment)


@lru_cache(maxsize=8)
def _parser(base: datetime) -> Any:
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]

    return DateDataParser(languages=["en"], settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"})


_READERS: tuple[Callable[[str, datetime], Period | None], ...] = (
    _named_day,
    _before_last,
    _span,
    _ago,
    _near,
    _season,
    _decade,
    _feast,
    _parted,
    _parsed,
)
