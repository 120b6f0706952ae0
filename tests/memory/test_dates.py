from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from tailored.memory.dates import period_of

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("phrase", "start", "end"),
    [
        ("yesterday", "2026-05-19", "2026-05-20"),
        ("the day before yesterday", "2026-05-18", "2026-05-19"),
        ("last night", "2026-05-19", "2026-05-20"),
        ("this morning", "2026-05-20", "2026-05-21"),
        ("last week", "2026-05-11", "2026-05-18"),
        ("last weekend", "2026-05-16", "2026-05-18"),
        ("next week", "2026-05-25", "2026-06-01"),
        ("last month", "2026-04-01", "2026-05-01"),
        ("last quarter", "2026-01-01", "2026-04-01"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("the year before last", "2024-01-01", "2025-01-01"),
        ("last spring", "2025-03-01", "2025-06-01"),
        ("last winter", "2025-12-01", "2026-03-01"),
        ("this summer", "2026-06-01", "2026-09-01"),
        ("the summer before last", "2024-06-01", "2024-09-01"),
        ("spring 2023", "2023-03-01", "2023-06-01"),
        ("summer", "2025-06-01", "2025-09-01"),
        ("last Monday", "2026-05-18", "2026-05-19"),
        ("last Wednesday", "2026-05-13", "2026-05-14"),
        ("next Friday", "2026-05-22", "2026-05-23"),
        ("last May", "2025-05-01", "2025-06-01"),
        ("May", "2026-05-01", "2026-06-01"),
        ("December", "2025-12-01", "2026-01-01"),
        ("May 2024", "2024-05-01", "2024-06-01"),
        ("May of 2024", "2024-05-01", "2024-06-01"),
        ("2024", "2024-01-01", "2025-01-01"),
        ("3 May", "2026-05-03", "2026-05-04"),
        ("the 3rd of May 2024", "2024-05-03", "2024-05-04"),
        ("May 3rd, 2024", "2024-05-03", "2024-05-04"),
        ("2024-05-03", "2024-05-03", "2024-05-04"),
        ("Q2 2024", "2024-04-01", "2024-07-01"),
        ("3 days ago", "2026-05-17", "2026-05-18"),
        ("two months ago", "2026-03-01", "2026-04-01"),
        ("five years ago", "2021-01-01", "2022-01-01"),
        ("the 1990s", "1990-01-01", "2000-01-01"),
        ("the 90s", "1990-01-01", "2000-01-01"),
        ("Christmas", "2025-12-24", "2025-12-27"),
    ],
)
def test_a_phrase_names_a_period(phrase: str, start: str, end: str) -> None:
    period = period_of(phrase, NOW)

    assert period is not None
    assert (f"{period.start:%Y-%m-%d}", f"{period.end:%Y-%m-%d}") == (start, end)


@pytest.mark.parametrize(
    ("phrase", "about", "within"),
    [
        ("two weeks ago", timedelta(days=14), timedelta(days=4)),
        ("a couple of weeks ago", timedelta(days=14), timedelta(days=4)),
        ("a few days ago", timedelta(days=3), timedelta(days=2)),
        ("half a year ago", timedelta(days=182), timedelta(days=62)),
        ("a year and a half ago", timedelta(days=548), timedelta(days=62)),
    ],
)
def test_a_count_is_as_exact_as_its_unit(phrase: str, about: timedelta, within: timedelta) -> None:
    period = period_of(phrase, NOW)

    assert period is not None
    assert period.start < NOW - about < period.end
    assert period.end - period.start <= 2 * within


def test_a_span_reaches_up_to_now() -> None:
    period = period_of("the last three weeks", NOW)

    assert period is not None
    assert period.start < NOW - timedelta(days=20)
    assert period.end > NOW


@pytest.mark.parametrize(
    ("phrase", "start", "end"), [("early 2024", 1, 5), ("mid 2024", 5, 8), ("the end of 2024", 8, 1)]
)
def test_parts_of_a_period(phrase: str, start: int, end: int) -> None:
    period = period_of(phrase, NOW)

    assert period is not None
    assert abs(period.start.month - start) <= 1
    assert period.end.month == end or abs(period.end.month - end) <= 1


@pytest.mark.parametrize("phrase", ["nonsense", "", "the dog"])
def test_what_names_no_time(phrase: str) -> None:
    assert period_of(phrase, NOW) is None


@pytest.mark.parametrize("phrase", ["999 decades ago", "the last 999 decades", "in 999 decades", "9999", "30 February"])
def test_a_time_that_no_calendar_has_is_none(phrase: str) -> None:
    assert period_of(phrase, NOW) is None


def test_periods_lie_in_the_time_zone_of_now() -> None:
    india = timezone(timedelta(hours=5, minutes=30))

    period = period_of("3 May 2024", NOW.astimezone(india))

    assert period is not None
    assert period.start == datetime(2024, 5, 3, tzinfo=india)
