from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import count

from tailored.agent.learning.facts import Reconciled, reconcile
from tailored.agent.learning.statements import statements
from tailored.memory.records import Fact, StandingPreference

from .builders import NOW


def after(turn: str, *known: Fact | StandingPreference, days: int = 1) -> Reconciled:
    now = NOW + timedelta(days=days)
    numbers = count(len(known))
    return reconcile(
        "ada",
        statements(turn, now=now),
        [record for record in known if isinstance(record, Fact)],
        [record for record in known if isinstance(record, StandingPreference)],
        evidence=("episode",),
        now=now,
        new_id=lambda: f"id{next(numbers)}",
    )


def facts(records: Sequence[Fact | StandingPreference]) -> dict[str, Fact]:
    return {record.statement: record for record in records if isinstance(record, Fact)}


def test_a_new_fact_names_its_user_and_evidence() -> None:
    (fact,) = after("I live in Porto.").put

    assert (fact.user_id, fact.source, fact.evidence) == ("ada", "user", ("episode",))


def test_a_new_value_closes_the_old_one_and_keeps_it() -> None:
    (old,) = after("I live in Porto.", days=0).put

    found = facts(after("I moved to Lisbon.", old).put)

    porto, lisbon = found["The user lives in Porto."], found["The user lives in Lisbon."]
    assert porto.id == old.id
    assert (porto.valid_to, porto.superseded_by) == (lisbon.valid_from, lisbon.id)
    assert lisbon.valid_to is None


def test_what_was_true_earlier_does_not_replace_what_is_true_now() -> None:
    (now,) = after("I live in Porto since 2020.", days=0).put

    (earlier,) = after("I moved to Rome in 2011.", now).put

    assert isinstance(earlier, Fact)
    assert (earlier.valid_to, earlier.superseded_by) == (now.valid_from if isinstance(now, Fact) else None, now.id)


def test_a_known_fact_changes_nothing() -> None:
    (old,) = after("I live in Porto.", days=0).put

    assert after("As I said, I live in Porto.", old).put == ()


def test_a_second_sister_does_not_replace_the_first() -> None:
    (first,) = after("My sister is called Mia.", days=0).put

    assert [
        record.statement for record in after("My sister is called Eva.", first).put if isinstance(record, Fact)
    ] == ["The user's sister is called Eva."]


def test_the_newer_of_two_contradicting_wishes_applies() -> None:
    (old,) = after("Call me Ada.", days=0).put

    changes = after("Call me Countess.", old)

    assert [record.text for record in changes.put] == ["Call the user Countess."]
    assert changes.delete == (old.id,)


def test_a_wish_taken_back_is_replaced() -> None:
    (old,) = after("I'm vegan.", days=0).put

    assert after("I'm not vegan.", old).delete == (old.id,)


def test_wishes_about_different_things_stand_together() -> None:
    (old,) = after("I'm vegan.", days=0).put

    assert after("No spoilers please.", old).delete == ()


def test_a_pinned_wish_is_not_replaced() -> None:
    pinned = StandingPreference(
        id="s", user_id="ada", created=NOW, source="user", statement="Call the user Ada.", pinned=True
    )

    assert after("Call me Countess.", pinned).delete == ()
