from __future__ import annotations

from datetime import UTC, datetime

from tailored.agent.notes import newest_first, note
from tailored.memory import Episode, Fact, Hit, Record

NOW = datetime(2026, 5, 20, tzinfo=UTC)


def hit(record: Record) -> Hit[Record]:
    return Hit(record=record, score=1.0, text=record.text)


def fact(statement: str, since: int, until: int | None = None) -> Hit[Record]:
    return hit(
        Fact(
            id=f"{statement} {since}",
            user_id="ada",
            created=NOW,
            source="user",
            statement=statement,
            valid_from=datetime(since, 3, 1, tzinfo=UTC),
            valid_to=datetime(until, 3, 1, tzinfo=UTC) if until else None,
        )
    )


def test_a_fact_is_told_with_the_time_it_holds() -> None:
    assert note(fact("The user lives in Porto.", 2024), [], NOW) == "(since 2024-03-01) The user lives in Porto."


def test_a_fact_that_is_over_says_so() -> None:
    told = note(fact("The user lives in Lisbon.", 2019, 2024), [], NOW)

    assert told == "(2019-03-01 to 2024-03-01, no longer) The user lives in Lisbon."


def test_a_turn_is_told_with_its_day_and_speaker() -> None:
    said = Episode(id="1", user_id="ada", created=NOW, source="user", content="Hello", thread="t", order=0)

    assert note(hit(said), [], NOW) == "(2026-05-20) user: Hello"


def test_facts_that_contradict_each_other_are_both_told_and_marked_newest_first() -> None:
    older, newer = fact("The user lives in Lisbon.", 2019), fact("The user lives in Porto.", 2024)
    other = fact("The user plays chess.", 2020)

    hits = newest_first([older, other, newer], NOW)

    assert hits == [newer, other, older]
    assert note(newer, hits, NOW) == "(since 2024-03-01; contradicts an older note) The user lives in Porto."
    assert note(older, hits, NOW) == "(since 2019-03-01; contradicts a newer note) The user lives in Lisbon."
    assert "contradicts" not in note(other, hits, NOW)


def test_a_yes_and_a_no_contradict_each_other() -> None:
    hits = [fact("The user likes jazz.", 2019), fact("The user does not like jazz.", 2024)]

    assert "contradicts" in note(hits[0], hits, NOW)


def test_an_old_version_does_not_contradict_the_new_one() -> None:
    hits = [fact("The user lives in Lisbon.", 2019, 2024), fact("The user lives in Porto.", 2024)]

    assert not any("contradicts" in note(one, hits, NOW) for one in hits)


def test_two_sisters_do_not_contradict_each_other() -> None:
    hits = [fact("The user's sister is called Ana.", 2019), fact("The user's sister is called Eva.", 2020)]

    assert not any("contradicts" in note(one, hits, NOW) for one in hits)
