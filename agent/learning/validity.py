"""Since when a statement holds, where the sentence says so ("since 2019", "last month", "two weeks ago")."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

__all__ = ["valid_from"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_SINCE = re.compile(
    rf"\b(?:since|in|from)\s+(?:{_MONTH}\s+)?(?P<year>(?:19|20)\d\d)\b|\b(?:since|in)\s+{_MONTH.replace('month', 'only')}\b",
    re.I,
)
_AGO = re.compile(
    r"\b(?P<count>an?|one|two|three|four|five|six|\d{1,2})\s+(?P<unit>day|week|month|year)s?\s+ago\b", re.I
)
_LAST = re.compile(r"\blast\s+(?P<unit>week|month|year)\b", re.I)
_YESTERDAY = re.compile(r"\byesterday\b", re.I)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


def valid_from(sentence: str, now: datetime) -> datetime:
    """The time the sentence names, to the day, or `now` when it names none. Never later than `now`."""
    return min(_named(sentence, now) or now, now)


def _named(sentence: str, now: datetime) -> datetime | None:
    if match := _SINCE.search(sentence):
        return _date(match, now)
    if match := _AGO.search(sentence):
        count = match["count"].lower()
        return now - timedelta(days=_DAYS[match["unit"].lower()] * (_NUMBERS.get(count) or int(count)))
    if match := _LAST.search(sentence):
        return now - timedelta(days=_DAYS[match["unit"].lower()])
    return now - timedelta(days=1) if _YESTERDAY.search(sentence) else None


def _date(match: re.Match[str], now: datetime) -> datetime:
    """A month without a year is the last one of that name."""
    midnight = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    named = match["month"] or match["only"]
    month = _MONTHS.index(named.lower()) + 1 if named else 1
    if match["year"]:
        return midnight.replace(year=int(match["year"]), month=month)
    return midnight.replace(year=now.year if month <= now.month else now.year - 1, month=month)
