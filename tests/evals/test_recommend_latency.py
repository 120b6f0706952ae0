from __future__ import annotations

from tailored.agent.settings import Settings
from tailored.evals.recommend_latency import measure


def test_a_small_catalog_is_measured_with_and_without_a_request() -> None:
    report = measure(Settings(), None, size=120)

    assert set(report.figures) >= {"no request", "under a filter", "a request in words", "import, s"}
    assert report.figures["no request"]["p95, ms"] >= report.figures["no request"]["p50, ms"] > 0
