"""The summary of a user: what goes in, what it cites, what leaves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tailored.agent.learning.noticing import Noticed
from tailored.agent.learning.profile import ItemSketch, build_profile, noticed_in
from tailored.memory import Episode, Fact, Interaction, Profile
from tests.agent.learning.builders import NOW

FILMS = {
    "alien": ItemSketch(title="Alien (1979)", facets=("Horror", "Sci-Fi")),
    "dune": ItemSketch(title="Dune (2021)", facets=("Sci-Fi",)),
    "moon": ItemSketch(title="Moon (2009)", facets=("Sci-Fi", "Drama")),
    "saw": ItemSketch(title="Saw (2004)", facets=("Horror",)),
    "heat": ItemSketch(title="Heat (1995)", facets=("Drama",)),
}
PORTO = Fact(id="f1", user_id="ada", created=NOW, source="user", statement="The user lives in Porto.")
NURSE = Fact(id="f2", user_id="ada", created=NOW, source="user", statement="The user works as a nurse.")
PIANO = Noticed(sentence="The user is learning the piano.", evidence=("e1",), said=NOW)


def rated(item: str, value: float, number: int = 0) -> Interaction:
    return Interaction(
        id=f"{item}-{number}",
        user_id="ada",
        created=NOW + timedelta(minutes=number),
        source="user",
        item_id=item,
        event="rated",
        value=value,
    )


def built(words: int = 200, **given: Any) -> Profile | None:
    parts: dict[str, Any] = {"facts": [], "interactions": [], "previous": None, **given}
    return build_profile(
        "ada", sketch=FILMS.get, now=NOW + timedelta(days=1), fits=lambda text: len(text.split()) <= words, **parts
    )


def test_who_said_nothing_has_none() -> None:
    assert built() is None


def test_one_fact_is_a_profile() -> None:
    profile = built(facts=[PORTO])

    assert profile is not None
    assert profile.summary == "The user lives in Porto."
    assert profile.slots == {"home": "Porto"}


def test_each_sentence_cites_its_records() -> None:
    ratings = [rated(item, value, number) for number, (item, value) in enumerate([("alien", 2), ("dune", 5)])]

    profile = built(facts=[PORTO, NURSE], interactions=ratings, noticed=[PIANO])

    assert profile is not None
    lines = profile.summary.splitlines()
    assert len(lines) == len(profile.citations)
    assert dict(zip(lines, profile.citations, strict=True)) == {
        "The user lives in Porto.": ("f1",),
        "The user works as a nurse.": ("f2",),
        "The user is learning the piano.": ("e1",),
        "Liked Dune (2021).": ("dune-1",),
        "Did not want Alien (1979).": ("alien-0",),
    }


def test_where_there_is_little_room_each_task_has_its_first_sentence() -> None:
    profile = built(words=13, facts=[PORTO, NURSE], noticed=[PIANO], interactions=[rated("dune", 5)])

    assert profile is not None
    assert profile.summary == "The user works as a nurse.\nThe user is learning the piano."


def test_ratings_are_told_in_stars() -> None:
    stars = [("alien", 2), ("saw", 1.5), ("dune", 5), ("moon", 4.5), ("heat", 4)]

    profile = built(interactions=[rated(item, value, number) for number, (item, value) in enumerate(stars)])

    assert profile is not None
    assert profile.summary.splitlines()[:2] == [
        "Rates 3.4, lately 3.4: Drama 3.7, Horror 2.7.",
        "Lately likes Sci-Fi, Drama.",
    ]


def test_the_same_events_make_no_new_version() -> None:
    first = built(facts=[PORTO])

    assert built(facts=[PORTO], previous=first) is None


def test_a_new_fact_makes_the_next_version() -> None:
    second = built(facts=[PORTO, NURSE], previous=built(facts=[PORTO]))

    assert second is not None
    assert second.version == 2


def test_what_the_model_noticed_is_carried_over_while_its_messages_are_there() -> None:
    profile = built(facts=[PORTO], noticed=[PIANO])
    message = Episode(id="e1", user_id="ada", created=NOW, source="user", content="…", thread="t", order=0)

    assert noticed_in(profile, [message]) == [PIANO]
    assert noticed_in(profile, []) == []


def test_the_assistants_words_are_no_evidence() -> None:
    profile = built(noticed=[PIANO])
    reply = Episode(id="e1", user_id="ada", created=NOW, source="assistant", content="…", thread="t", order=1)

    assert noticed_in(profile, [reply]) == []


def test_what_holds_no_more_leaves_with_what_rests_on_it() -> None:
    moved = replace(PORTO, statement="The user lives in Lisbon.", id="f3")
    left = replace(PORTO, valid_to=NOW + timedelta(hours=1), superseded_by="f3")
    flat = Noticed(sentence="The user is looking for a flat in Porto.", evidence=("e2",), said=NOW)

    profile = built(facts=[left, moved], noticed=[PIANO, flat])

    assert profile is not None
    assert profile.summary == "The user lives in Lisbon.\nThe user is learning the piano."
