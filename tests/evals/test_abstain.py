from __future__ import annotations

from tailored.evals.abstain import evaluate, few_of_twenty
from tailored.memory.embedders.hashing import HashingEmbedder


def test_nothing_is_kept_when_nothing_is_relevant_and_most_otherwise() -> None:
    found = few_of_twenty(HashingEmbedder(), rounds=10)

    assert found["0 relevant"]["anything returned"] <= 10
    assert found["1 relevant"]["found"] >= 80
    assert found["3 relevant"]["found"] >= 80


def test_without_data_only_what_is_generated_is_measured() -> None:
    report = evaluate(HashingEmbedder(), None)

    assert set(report.figures) == {"of twenty", "of twenty, hashing"}
    assert [bar.name for bar in report.bars] == ["0 of 20 relevant: returned", "3 of 20 relevant: found"]
