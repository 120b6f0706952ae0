from __future__ import annotations

import json
from pathlib import Path

import pytest

from tailored.agent.settings import Settings
from tailored.evals.errors import DataMissing
from tailored.evals.search import measure, ndcg


@pytest.mark.parametrize(
    ("found", "value"),
    [(["a", "b"], 1.0), (["x", "a", "b"], (0.6309 + 0.5) / 1.6309), (["x"], 0.0), ([], 0.0)],
)
def test_ndcg_counts_how_high_what_is_relevant_stands(found: list[str], value: float) -> None:
    assert ndcg(found, {"a": 1.0, "b": 1.0}) == pytest.approx(value, abs=1e-3)


def test_only_the_first_ten_count() -> None:
    assert ndcg([str(n) for n in range(20)], {"10": 1.0}) == 0


def test_data_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "other.jsonl").write_text(json.dumps({}))

    with pytest.raises(DataMissing, match="BEIR folder"):
        measure(Settings(), tmp_path)
