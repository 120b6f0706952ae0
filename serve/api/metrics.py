"""Figures for Prometheus: counts and times, never a user, a key or a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from starlette.types import Scope

from ...agent import Lesson, Reply

__all__ = ["CONTENT_TYPE", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
RATIOS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)


class Metrics:
    """The figures of one app, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._requests = Counter(
            "tailored_requests", "Requests answered", ["route", "method", "status"], registry=registry
        )
        self._seconds = Histogram(
            "tailored_request_seconds", "Time to the end of the response", ["route"], buckets=SECONDS, registry=registry
        )
        self._turns = Counter("tailored_turns", "Turns answered", ["private"], registry=registry)
        self._first_text = Histogram(
            "tailored_first_text_seconds", "Time to a turn's first text", buckets=SECONDS, registry=registry
        )
        self._overhead = Histogram(
            "tailored_overhead_seconds", "A turn's time beside model and tools", buckets=SECONDS, registry=registry
        )
        self._tokens = Counter("tailored_tokens", "Tokens of turns", ["kind"], registry=registry)
        self._edits = Histogram(
            "tailored_edit_cost_ratio", "Edit cost of a reply, of its tokens", buckets=RATIOS, registry=registry
        )
        self._open = Gauge("tailored_requests_open", "Requests being answered", registry=registry)
        self._jobs = Gauge("tailored_learning_jobs", "Learning jobs that wait", registry=registry)

    @contextmanager
    def request(self, scope: Scope, status: Callable[[], int]) -> Iterator[None]:
        """Around the answering of a request."""
        begun = perf_counter()
        self._open.inc()
        try:
            yield
        finally:
            self._open.dec()
            # The template, not the path: that would hold user ids, and be without end.
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in METHODS else "other"  # whoever asks may make up any
            self._requests.labels(route, method, str(status() or "left")).inc()
            self._seconds.labels(route).observe(perf_counter() - begun)

    def answered(self, reply: Reply) -> None:
        timings, tokens = reply.trace.timings, reply.trace.tokens
        self._turns.labels(str(reply.private).lower()).inc()
        self._first_text.observe(timings.first_text / 1000)
        self._overhead.observe(max(timings.overhead, 0) / 1000)
        for kind in ("prompt", "cached", "completion"):
            self._tokens.labels(kind).inc(getattr(tokens, kind))

    def edited(self, lesson: Lesson) -> None:
        self._edits.observe(lesson.edit.cost_ratio)

    def page(self, *, waiting_jobs: int) -> bytes:
        """All of them as Prometheus reads them."""
        self._jobs.set(waiting_jobs)
        return generate_latest(self._registry)
