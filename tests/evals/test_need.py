"""The messages by which needs are told are sound, and the benchmark counts what it says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from tailored.agent.meaning import LABELS
from tailored.agent.named import Named
from tailored.evals import need_training
from tailored.evals.need import opened
from tailored.evals.need_training import MESSAGES, SUBJECTS, Message
from tailored.evals.toolcalls import HALVES, KINDS, _half, halves_of, read_asked, read_told
from tailored.memory.embedders.hashing import HashingEmbedder


def messages() -> list[Message]:
    return [Message(**json.loads(line)) for line in MESSAGES.read_text(encoding="utf-8").splitlines()]


def test_there_are_hundreds_of_messages_about_many_subjects() -> None:
    told = messages()

    assert len({one.message.casefold() for one in told}) == len(told) >= 600
    assert {one.tool for one in told} == set(LABELS)
    assert {one.subject for one in told} == {*SUBJECTS, "any"}


def test_none_of_them_is_a_message_that_is_reported() -> None:
    reported = {one.message.casefold() for one in read_asked() if one.half != "early"}

    assert not reported & {one.message.casefold() for one in messages()}


def test_the_cases_have_all_kinds_in_all_halves() -> None:
    asked = read_asked()

    counts = Counter((one.half, one.tool) for one in asked)
    assert halves_of(asked)[:2] == ["early", "late"]
    assert all(counts[half, kind] for half in halves_of(asked) for kind in KINDS)
    assert read_told()


def test_what_a_message_says_the_catalog_holds_is_named_in_it() -> None:
    for one in messages():
        named = Named(one.names, one.people).names(one.message)
        assert (named.items or named.people) or not (one.names or one.people), one.message


def test_a_catalog_may_lack_what_a_message_names() -> None:
    one = Message(message="How long is Vertigo?", tool="search", subject="films", names=["Vertigo"])

    own = [case for case in need_training._cases([one]) if case.subject == "films"]

    assert [(case.holds, case.own) for case in own] == [(True, True), (False, False)]


def test_the_newest_messages_come_last() -> None:
    halves = [_half({"message": "Hm?", **mark}) for mark in ({"late3": True}, {"late": True}, {})]

    assert sorted(halves, key=HALVES.index) == ["early", "late", "late3"]


def test_with_another_embedder_the_rules_decide_alone(tmp_path: Path) -> None:
    asked = [one.message for one in read_asked() if one.half == "late"]
    with opened(tmp_path, HashingEmbedder()) as plan:
        assert [plan.need(plan.both, one) for one in asked] == [plan.need(plan.rules, one) for one in asked]
