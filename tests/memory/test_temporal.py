from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tailored.memory.memory import Memory
from tailored.memory.ram import InMemoryStore
from tailored.memory.records import Fact, Record
from tests.memory.makers import EMBEDDER, chat, count_words, episode, fact

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


def at(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def version(record_id: str, statement: str, start: datetime, end: datetime | None, following: str | None) -> Fact:
    return replace(fact(record_id, statement, superseded_by=following), valid_from=start, valid_to=end, created=start)


HOMES = (
    version("porto", "The user lives in Porto.", at(2018), at(2021, 6, 15), "oslo"),
    version("oslo", "The user lives in Oslo.", at(2021, 6, 15), at(2024, 2, 10), "lima"),
    version("lima", "The user lives in Lima.", at(2024, 2, 10), None, None),
)
JOBS = (
    version("nurse", "The user has a job as a nurse.", at(2017), at(2023), "baker"),
    version("baker", "The user has a job as a baker.", at(2023), None, None),
)
OTHERS = (
    fact("ana", "Ana lives in Ghent."),
    fact("car", "The user drives a Volvo."),
    fact("tea", "The user likes green tea."),
)


def remembering(records: Sequence[Record]) -> Memory:
    memory = Memory(InMemoryStore(), EMBEDDER, clock=lambda: NOW, count_tokens=count_words)
    memory.remember("ada", records)
    return memory


def found(text: str, records: Sequence[Record] = (*HOMES, *JOBS, *OTHERS), *, limit: int = 4) -> list[str]:
    hits = remembering(records).recall("ada", text, limit=limit, budget_tokens=None, policy="search").hits
    return [hit.record.id for hit in hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Where do I live?", "lima"),
        ("Where do I live now?", "lima"),
        ("Where did I live in 2019?", "porto"),
        ("Where did I live in May 2022?", "oslo"),
        ("Where did I live before June 2021?", "porto"),
        ("Where did I live before 2024?", "oslo"),
        ("Where did I live after February 2024?", "lima"),
        ("Where did I live after July 2021?", "oslo"),
        ("Where did I live between March 2022 and May 2022?", "oslo"),
        ("Where did I live first?", "porto"),
        ("What was the last town that I live in?", "lima"),
        ("Where did I use to live?", "oslo"),
        ("Where did I live five years ago?", "oslo"),
        ("Where did I live before I had a job as a baker?", "oslo"),
        ("What job did I have before I lived in Lima?", "baker"),
        ("What job did I have when I lived in Porto?", "nurse"),
    ],
)
def test_what_held_at_that_time_comes_first(text: str, first: str) -> None:
    assert found(text)[0] == first


def test_how_something_changed_finds_old_and_new() -> None:
    assert found("How has the town where I live changed?")[:3] == ["lima", "oslo", "porto"]


def test_old_versions_stand_below_the_newest() -> None:
    assert found("Where do I live?")[:3] == ["lima", "oslo", "porto"]


def test_a_newer_version_in_other_words_is_found_and_injected() -> None:
    facts = [
        version("old", "The user works at Acme.", at(2020), at(2024), "new"),
        version("new", "Since May she is employed by Globex.", at(2024), None, None),
    ]

    hits = remembering([*facts, *OTHERS]).recall("ada", "Where does the user work, at Acme?").hits

    assert [hit.record.id for hit in hits][:2] == ["new", "old"]


def test_a_fact_that_ended_gives_way_to_one_that_holds() -> None:
    ended = replace(fact("ended", "The user owns a red bicycle."), valid_from=at(2020), valid_to=at(2022))

    assert found("bicycle", [ended, fact("holds", "The user owns a blue bicycle."), *OTHERS])[0] == "holds"


def test_a_future_version_does_not_hold_yet() -> None:
    homes = [
        version("now", "The user lives in Lima.", at(2024), at(2026, 9), "soon"),
        version("soon", "The user lives in Quito.", at(2026, 9), None, None),
    ]

    assert found("Where do I live?", [*homes, *OTHERS])[0] == "now"


def test_turns_of_the_time_asked_about_go_first() -> None:
    turns = [
        replace(episode("We played chess in the park", 0, thread="a"), created=at(2024, 3)),
        replace(episode("We played chess in the garden", 0, thread="b"), created=at(2025, 8)),
    ]

    assert found("Where did we play chess in August 2025?", [*turns, *OTHERS])[0] == "b-0"


def test_a_question_about_a_day_alone_finds_what_was_said_then() -> None:
    turns = [
        replace(turn, created=NOW - timedelta(days=day))
        for day, turn in enumerate(chat("I bought a lamp", "My knee hurts", "The cat is ill"))
    ]

    hits = remembering(turns).recall("ada", "What did we talk about yesterday?").hits

    assert [hit.record.id for hit in hits] == ["t-1"]


def test_plans_are_not_looked_for_among_what_was_said_today() -> None:
    plan = replace(fact("plan", "The user sees the dentist."), event_time=at(2026, 5, 27))

    assert found("What about the dentist next week?", [plan, *OTHERS])[0] == "plan"


def test_an_event_that_nobody_knows_changes_nothing() -> None:
    assert found("Where did I live before the flood of Atlantis?")[0] in {"lima", "oslo", "porto"}


def test_why_tells_of_the_time() -> None:
    hits = remembering([*HOMES, *OTHERS]).recall("ada", "Where did I live in 2019?", policy="search").hits

    assert hits[0].why.get("time", 0) == 0
    assert any(hit.why.get("time", 0) < 0 or hit.why.get("version", 0) > 0 for hit in hits[1:])
