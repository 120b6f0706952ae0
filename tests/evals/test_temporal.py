from __future__ import annotations

from collections import Counter

from tailored.evals.temporal import evaluate
from tailored.evals.temporal_suite import KINDS, suite
from tailored.memory.embedders.hashing import HashingEmbedder


def test_sixty_facts_with_one_to_three_versions() -> None:
    facts, _ = suite()

    versions = Counter(fact.id.rsplit("-", 1)[0] for fact in facts)
    assert len(versions) == 60
    assert set(versions.values()) == {1, 2, 3}


def test_every_kind_of_question_in_both_halves() -> None:
    _, questions = suite()

    assert {(question.kind, question.seen) for question in questions} == {
        (kind, seen) for kind in KINDS for seen in (True, False)
    }


def test_the_suite_is_the_same_every_time() -> None:
    assert suite(3) == suite(3)
    assert suite(3) != suite(4)


def test_answers_are_facts_of_the_suite() -> None:
    facts, questions = suite()

    assert {question.answer for question in questions} <= {fact.id for fact in facts}


def test_the_right_version_is_found_more_often_than_by_cosine() -> None:
    figures = evaluate(HashingEmbedder(), seeds=(7,)).figures

    assert figures["tailored"]["all"] > figures["plain cosine"]["all"] + 20
