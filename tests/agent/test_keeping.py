"""What a user may do with what is known about them: forget, take along, erase; and what the operator backs up."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tailored.agent import Assistant
from tailored.memory import Edit, Episode, Fact, Interaction, Profile, Record, StandingPreference
from tailored.memory.archive import unpack
from tailored.memory.errors import InvalidRecord, RecordNotFound
from tests.agent.makers import assistant

DRAFT = (
    "Dear team,\n\nI hope this note finds you well. Our weekly meeting moves to Thursday at ten o'clock in room B2. "
    "Please remember to bring your reports with you. Thank you for your understanding.\n\nBest regards,\nAda"
)
EDITED = "- Weekly meeting moves to Thursday, 10:00, room B2\n- Bring your reports"
NOTE = "Write a short note to my team: our weekly meeting moves to Thursday at 10:00 in room B2, bring your reports."
NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def tailored(tmp_path: Path) -> Iterator[Assistant]:
    with assistant(tmp_path, [DRAFT] * 8) as made:
        yield made


def put(tailored: Assistant, *records: Record) -> None:
    tailored._parts.memory.remember("ada", records)


def said(id_: str, text: str, order: int = 0) -> Episode:
    return Episode(id=id_, user_id="ada", created=NOW, source="user", content=text, thread="t", order=order)


def fact(id_: str, statement: str, *evidence: str, days: int = 0) -> Fact:
    since = NOW + timedelta(days=days)
    return Fact(
        id=id_, user_id="ada", created=since, source="user", evidence=evidence, statement=statement, valid_from=since
    )


# Forgetting one memory.


def test_facts_and_standing_preferences_go_with_the_message_they_were_read_from(tailored: Assistant) -> None:
    vegan = StandingPreference(
        id="s", user_id="ada", created=NOW, source="user", evidence=("e1",), statement="Cook vegan dishes"
    )
    put(tailored, said("e1", "I am vegan and live in Oslo"), fact("f", "The user lives in Oslo", "e1"), vegan)
    ada = tailored.user("ada")

    ada.forget("e1")

    assert (ada.memories, ada.standing) == ([], [])


def test_what_rests_on_another_message_as_well_stays(tailored: Assistant) -> None:
    put(tailored, said("e1", "Oslo!"), said("e2", "Still Oslo", 1), fact("f", "The user lives in Oslo", "e1", "e2"))

    tailored.user("ada").forget("e1")

    [kept] = tailored.user("ada").facts
    assert kept.evidence == ("e2",)


def test_a_fact_that_the_forgotten_one_had_ended_holds_again(tailored: Assistant) -> None:
    paris, berlin = fact("paris", "The user lives in Paris"), fact("berlin", "The user lives in Berlin", days=9)
    put(tailored, replace(paris, superseded_by="berlin", valid_to=berlin.valid_from), berlin)

    tailored.user("ada").forget("berlin")

    assert tailored.user("ada").facts == [paris]


def test_forgetting_the_middle_of_three_facts_links_the_outer_ones(tailored: Assistant) -> None:
    one, two, three = (fact(f"f{n}", f"The user lives in {n}", days=n) for n in range(3))
    ended = replace(two, superseded_by="f2", valid_to=three.valid_from)
    put(tailored, replace(one, superseded_by="f1", valid_to=two.valid_from), ended, three)

    tailored.user("ada").forget("f1")

    first, last = tailored.user("ada").facts
    assert (first.superseded_by, first.valid_to) == ("f2", three.valid_from)
    assert last == three


def test_a_profile_that_cites_the_forgotten_is_made_anew(tailored: Assistant) -> None:
    put(tailored, said("e1", "Oslo, and a cat"), fact("f1", "The user lives in Oslo", "e1"), fact("f2", "A cat", "e2"))
    tailored._parts.queue.enqueue("ada", "refresh-profile")
    tailored.learn_now()
    ada = tailored.user("ada")
    assert ada.profile is not None
    assert "Oslo" in ada.profile.summary

    ada.forget("e1")
    at_once = ada.profile
    tailored.learn_now()

    assert at_once is None
    assert ada.profile is not None
    assert ada.profile.summary == "A cat."


def test_a_preference_whose_only_edit_is_forgotten_goes(tailored: Assistant) -> None:
    lesson = tailored.edit(tailored.chat("ada", NOTE), EDITED)
    ada = tailored.user("ada")
    assert ada.preferences

    ada.forget(lesson.edit.id)

    assert (ada.preferences, ada.edits) == ([], [])


@pytest.mark.parametrize("which", ["request", "reply"])
def test_nothing_of_a_forgotten_message_or_reply_is_left_in_what_was_learned(tailored: Assistant, which: str) -> None:
    reply = tailored.chat("ada", NOTE)
    tailored.edit(reply, EDITED)
    ada = tailored.user("ada")
    [request] = [memory for memory in ada.memories if memory.source == "user"]

    ada.forget(reply.id if which == "reply" else request.id)
    tailored.learn_now()

    text = "short note to my team" if which == "request" else "I hope this note finds you well"
    assert text not in json.dumps(ada.export())
    assert (ada.preferences, ada.edits) == ([], [])


def test_forgetting_an_interaction_takes_it_out_of_the_profile(tmp_path: Path) -> None:
    with assistant(tmp_path, films=True) as tailored:
        ada = tailored.user("ada")
        film, title = tailored.find_item("Alien")
        rated = ada.rate(film, 5)
        tailored.learn_now()
        assert title[:5] in (ada.profile.summary if ada.profile else "")

        ada.forget(rated.id)
        tailored.learn_now()

        assert ada.profile is None or title[:5] not in ada.profile.summary
        assert ada.interactions == []


def test_forgetting_what_is_not_there_is_a_clear_error(tailored: Assistant) -> None:
    with pytest.raises(RecordNotFound, match="'no such'"):
        tailored.user("ada").forget("no such")


# Taking along.


def test_an_export_comes_back_exactly(tailored: Assistant, tmp_path: Path) -> None:
    tailored.edit(tailored.chat("ada", NOTE), EDITED)
    tailored.user("ada").remember("I am vegan")
    tailored.learn_now()
    exported = json.loads(json.dumps(tailored.user("ada").export()))

    with assistant(tmp_path / "elsewhere") as other:
        n_records = other.user("ada").take_in(exported)
        again = other.user("ada").export()
        other.user("ada").take_in(exported)

        assert n_records == len(exported["records"]) > 4
        assert again == other.user("ada").export()
        assert sorted(again["records"], key=lambda record: record["id"]) == sorted(
            exported["records"], key=lambda record: record["id"]
        )
        assert other.user("ada").search("weekly meeting")
        assert [preference.aspects for preference in other.user("ada").preferences]


def test_an_export_may_be_taken_in_for_another_user(tailored: Assistant) -> None:
    put(tailored, said("e1", "I have a cat"))

    tailored.user("bob").take_in(tailored.user("ada").export())

    assert [(memory.user_id, memory.text) for memory in tailored.user("bob").memories] == [("bob", "I have a cat")]
    assert [memory.user_id for memory in tailored.user("ada").memories] == ["ada"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other/1"}, "format"),
        ({"records": "all"}, "list"),
        ({"extra": 1}, "extra"),
        ({"user_id": "somebody else"}, "another user"),
        ({"records": [{"kind": "episode", "schema": 1}]}, "episode"),
        ({"records": [7]}, "list"),
    ],
)
def test_what_is_no_export_is_refused_and_nothing_written(
    tailored: Assistant, change: dict[str, object], message: str
) -> None:
    put(tailored, said("e1", "I have a cat"))
    exported = tailored.user("ada").export() | change

    with pytest.raises(InvalidRecord, match=message):
        tailored.user("bob").take_in(exported)

    assert tailored.user("bob").memories == []


# Erasing.


def test_the_receipt_says_what_was_deleted(tailored: Assistant) -> None:
    put(tailored, said("e1", "I have a cat"), said("e2", "and a dog", 1), fact("f", "The user has a cat", "e1"))
    tailored._parts.queue.enqueue("ada", "read-turn", ["e1"])

    receipt = tailored.user("ada").erase()

    assert (receipt.user_id, receipt.counts, receipt.n_records) == ("ada", {"episode": 2, "fact": 1}, 3)
    assert (receipt.jobs, receipt.compacted) == (1, True)
    assert receipt.erased_at.utcoffset() is not None
    assert tailored.waiting_jobs == 0
    assert json.dumps(receipt.as_dict())


@pytest.mark.parametrize("how", ["compact", "close", "kill"])
def test_no_byte_of_an_erased_user_is_left_in_the_folder(tmp_path: Path, how: str) -> None:
    with assistant(tmp_path, [DRAFT, "Noted.", "Meow."], on_disk=True) as tailored:
        tailored.edit(tailored.chat("ada@example.com", NOTE), EDITED)
        tailored.chat("ada@example.com", "My telephone number is 555-0199 and I adore xylophones.")
        tailored.user("ada@example.com").remember("I always eat marzipan")
        tailored.learn_now()
        tailored.chat("bob", "I have a cat.")
        before = on_disk(tmp_path)
        if how != "kill":
            tailored.user("ada@example.com").erase()
        if how == "compact":
            tailored._parts.memory.compact()
            left = on_disk(tmp_path)
    if how == "kill":
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path)], cwd=Path(__file__).parents[2], check=False
        )
        assert killed.returncode == -signal.SIGKILL
        with assistant(tmp_path, on_disk=True) as again:
            assert again.user("ada@example.com").memories == []
            assert len(again.user("bob").memories) == 2
    if how != "compact":
        left = on_disk(tmp_path)

    assert before == set(NEEDLES)
    assert left == {b"I have a cat."}


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.agent.makers import assistant
assistant(Path(sys.argv[1]), on_disk=True).user("ada@example.com").erase()
os.kill(os.getpid(), signal.SIGKILL)
"""
NEEDLES = (b"ada@example.com", b"555-0199", b"xylophone", b"marzipan", b"weekly meeting", b"I have a cat.")


def on_disk(folder: Path) -> set[bytes]:
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {needle for needle in NEEDLES if any(needle in content for content in contents)}


def test_what_is_being_learned_does_not_come_back_after_erasure(tailored: Assistant) -> None:
    reply = tailored.chat("ada", NOTE)
    lesson = tailored.edit(reply, EDITED)
    tailored.user("ada").erase()

    for kind, payload in (("word-edit", [lesson.edit.id]), ("read-turn", [reply.id]), ("refresh-profile", [])):
        tailored._parts.queue.enqueue("ada", kind, payload)
    tailored.learn_now()

    kinds: tuple[type[Record], ...] = (Profile, Edit, Interaction, Fact, Episode)
    assert [tailored._parts.memory.records("ada", kind) for kind in kinds] == [[]] * len(kinds)


# Backing up.


def test_a_backup_taken_while_in_use_is_an_assistant_again(tmp_path: Path) -> None:
    with assistant(tmp_path / "data", [DRAFT], on_disk=True, films=True) as tailored:
        tailored.edit(tailored.chat("ada", NOTE), EDITED)
        n_files = tailored.back_up(tmp_path / "backup.tar.gz")
        before = tailored.user("ada").export()

    unpack(tmp_path / "backup.tar.gz", tmp_path / "again")

    with assistant(tmp_path / "again", on_disk=True) as tailored:
        assert tailored.user("ada").export() == before
        assert tailored.find_item("Alien")
    assert n_files >= 3
