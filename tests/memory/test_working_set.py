from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import numpy as np
import pytest

from tailored.memory.records import Episode, Feedback, Record
from tailored.memory.store import Entry
from tailored.memory.threads import NO_ROW, REACH
from tailored.memory.working_set import WorkingSet
from tests.memory.makers import EMBEDDER, START, chat, episode, fact, working_set


def neighbours(memories: WorkingSet) -> dict[str, tuple[str, str]]:
    def name(row: int) -> str:
        return "" if row == NO_ROW else memories.record_at(row).id

    around = memories.around
    return {
        record.id: (name(around[0, memories.row(record.id)]), name(around[REACH, memories.row(record.id)]))
        for record in memories.records(Episode)
    }


def test_turns_know_their_neighbours_in_whatever_order_they_come() -> None:
    turns = chat("one", "two", "three", "four")
    expected = {"t-0": ("", "t-1"), "t-1": ("t-0", "t-2"), "t-2": ("t-1", "t-3"), "t-3": ("t-2", "")}

    for order in permutations(turns):
        assert neighbours(working_set(order)) == expected


def test_threads_are_apart() -> None:
    memories = working_set([episode("a", 0, thread="x"), episode("b", 1, thread="y")])

    assert neighbours(memories) == {"x-0": ("", ""), "y-1": ("", "")}


def test_turns_reach_three_turns_each_way() -> None:
    memories = working_set(chat("one", "two", "three", "four", "five"))

    assert memories.around[:, 1].tolist() == [0, NO_ROW, NO_ROW, 2, 3, 4]


def test_a_forgotten_turn_closes_the_gap() -> None:
    memories = working_set(chat("one", "two", "three"))
    assert neighbours(memories)["t-0"] == ("", "t-1")

    memories.remove("t-1")

    assert neighbours(memories) == {"t-0": ("", "t-2"), "t-2": ("t-0", "")}


def test_replacing_keeps_one_record() -> None:
    memories = working_set([fact("f", "likes tea")])

    memories.put([Entry(record=fact("f", "likes coffee"), vector=EMBEDDER.embed(["likes coffee"])[0])])

    assert [record.text for record in memories.records(Record)] == ["likes coffee"]


def test_forgotten_rows_are_used_again_and_clean() -> None:
    memories = working_set([*chat("one?", "two"), fact("f", "likes tea", superseded_by="g")])
    for record in memories.records(Record):
        memories.remove(record.id)

    memories.put([Entry(record=fact("new", "likes cake"), vector=None)])

    assert memories.n_rows == 3
    assert not memories.has_vector.any()
    assert not memories.vectors.any()
    assert not memories.asks.any()
    assert memories.versions() == []


def test_removing_what_is_not_there_says_so() -> None:
    assert working_set([]).remove("x") is False


def test_a_record_without_text_is_kept_but_not_searched() -> None:
    feedback = Feedback(id="x", user_id="ada", created=START, source="user", reply_id="r", signal="satisfied")
    memories = WorkingSet([Entry(record=feedback, vector=None)])

    assert memories.get("x") == feedback
    assert not memories.of_kinds(["feedback"]).any()


def test_records_come_oldest_first() -> None:
    late, early = episode("late", 9), episode("early", 1)

    assert working_set([late, early]).records(Episode) == [early, late]


def test_the_last_turns_of_a_thread() -> None:
    memories = working_set(chat("one", "two", "three"))

    assert [turn.content for turn in memories.thread("t", last=2)] == ["two", "three"]


@pytest.mark.parametrize(("last", "n"), [(0, 0), (9, 3), (None, 3)])
def test_any_number_of_last_turns(last: int | None, n: int) -> None:
    assert len(working_set(chat("one", "two", "three")).thread("t", last=last)) == n


def test_mean_vector_follows_changes() -> None:
    memories = working_set(chat("one", "two", "three"))
    before = memories.mean_likeness
    memories.remove("t-0")

    assert np.allclose(memories.mean_vector, EMBEDDER.embed(["two", "three"]).mean(axis=0), atol=1e-6)
    assert np.allclose(memories.mean_likeness, memories.vectors @ memories.mean_vector, atol=1e-6)
    assert not np.allclose(memories.mean_likeness, before, atol=1e-6)


def test_versions_of_a_fact_come_in_the_order_in_which_they_held() -> None:
    later = START + timedelta(days=1)
    newest = replace(fact("c", "in Kyiv"), valid_from=later)
    memories = working_set(
        [newest, fact("b", "in Oslo", superseded_by="c"), fact("a", "in Rome", superseded_by="b"), fact("x", "tall")]
    )

    assert [[memories.record_at(row).id for row in rows] for rows in memories.versions()] == [["b", "a", "c"]]


def test_a_version_without_an_end_ends_when_the_next_begins() -> None:
    later = START + timedelta(days=1)
    memories = working_set([fact("a", "in Rome", superseded_by="b"), replace(fact("b", "in Oslo"), valid_from=later)])
    memories.versions()

    assert memories.ends[memories.row("a")] == later.timestamp()
    assert np.isinf(memories.ends[memories.row("b")])


def test_a_version_is_open_again_when_the_next_one_is_gone() -> None:
    later = START + timedelta(days=5)
    memories = working_set([fact("a", "in Rome", superseded_by="b"), replace(fact("b", "in Oslo"), valid_from=later)])
    assert memories.ends[memories.row("a")] == later.timestamp()

    memories.remove("b")

    assert np.isinf(memories.ends[memories.row("a")])


def test_versions_follow_changes() -> None:
    memories = working_set([fact("a", "in Rome", superseded_by="b"), fact("b", "in Oslo")])
    before = memories.versions()
    memories.remove("b")

    assert len(before) == 1
    assert memories.versions() == []


def test_facts_that_supersede_each_other_do_not_hang() -> None:
    memories = working_set([fact("a", "in Rome", superseded_by="b"), fact("b", "in Oslo", superseded_by="a")])

    assert {row for rows in memories.versions() for row in rows} == {0, 1}


def test_a_fact_holds_from_when_it_began_or_was_written() -> None:
    since = START - timedelta(days=9)
    memories = working_set([replace(fact("a", "in Rome"), valid_from=since), fact("b", "in Oslo")])

    assert memories.starts.tolist() == [since.timestamp(), START.timestamp()]
    assert memories.written.tolist() == [START.timestamp()] * 2


def test_which_facts_are_about_the_user() -> None:
    memories = working_set([fact("a", "The user lives in Rome"), fact("b", "Ana lives in Rome"), episode("The user?")])

    assert memories.about_user.tolist() == [True, False, False]


def test_a_vector_of_another_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="384"):
        working_set(chat("one")).put([Entry(record=episode("x", 7), vector=np.ones(3, np.float32))])


def test_bytes_grow_with_the_memory_and_fall_with_forgetting() -> None:
    memories = working_set([])
    sizes = [memories.nbytes]
    for order in range(100):
        memories.put([Entry(record=episode(f"word{order} " * 50, order), vector=None)])
    sizes.append(memories.nbytes)
    for order in range(100):
        memories.remove(f"t-{order}")
    sizes.append(memories.nbytes)

    assert sizes[0] < sizes[2] < sizes[1]


def test_created_breaks_no_order_in_a_thread() -> None:
    first = episode("first", 0)
    second = Episode(
        id="s", user_id="ada", created=START - timedelta(days=1), source="user", content="second", thread="t", order=1
    )

    assert working_set([second, first]).thread("t") == [first, second]
