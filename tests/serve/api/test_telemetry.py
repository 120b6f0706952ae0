"""Spans of turns: what they cost, never what was said."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.serve.api.running import repeating, running

EXPORTER = InMemorySpanExporter()


@pytest.fixture(scope="module", autouse=True)
def provider() -> None:
    """OpenTelemetry lets a process set its provider once."""
    made = TracerProvider()
    made.add_span_processor(SimpleSpanProcessor(EXPORTER))
    trace.set_tracer_provider(made)


@pytest.fixture(autouse=True)
def _cleared() -> None:
    EXPORTER.clear()


def ours() -> list[ReadableSpan]:
    return [span for span in EXPORTER.get_finished_spans() if span.name == "invoke_agent tailored"]


def test_a_turn_is_a_span_without_its_content(tmp_path: Path) -> None:
    with running(tmp_path, repeating("Secretly noted.")) as api:
        api.say("ada-lovelace", "My secret word is xylophone")

    [span] = ours()
    attributes = dict(span.attributes or {})
    assert attributes["gen_ai.operation.name"] == "invoke_agent"
    assert attributes["gen_ai.usage.output_tokens"] == 2
    assert not [word for word in ("xylophone", "lovelace", "Secretly") if word in span.to_json()]


def test_a_turn_that_fails_is_marked_without_its_text(tmp_path: Path) -> None:
    def broken(messages: object) -> str:
        raise ValueError("xylophone")

    with running(tmp_path, repeating(broken)) as api:
        api.http.post("/v1/users/ada/turns", json={"text": "Hi", "stream": False})

    [span] = ours()
    assert span.status.status_code is trace.StatusCode.ERROR
    assert "xylophone" not in span.to_json()
