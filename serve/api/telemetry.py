"""OpenTelemetry spans of turns: names, times and token counts; what was said and whose it was never leave the process.

Where the API package is not installed, or no exporter is set up by whoever runs the server, this does nothing. Names
follow the GenAI conventions (invoke_agent), which are still in development, so they stand here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from ...agent import Reply

__all__ = ["record_reply", "turn_span"]


@contextmanager
def turn_span(operation: str) -> Iterator[Span | None]:
    """Around one turn; `operation` is the way in, as `chat.completions`."""
    try:
        from opentelemetry import trace
    except ImportError:
        yield None
        return
    # Not made current: the events of a stream are awaited in tasks of their own.
    span = trace.get_tracer("tailored").start_span("invoke_agent tailored")
    span.set_attribute("gen_ai.operation.name", "invoke_agent")
    span.set_attribute("gen_ai.agent.name", "tailored")
    span.set_attribute("tailored.way_in", operation)
    try:
        yield span
    except Exception as error:
        # Its name alone: the text of an exception may hold what was said.
        span.set_status(trace.Status(trace.StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        span.end()


def record_reply(span: Span | None, reply: Reply) -> None:
    """What a turn used and cost."""
    if span is None:
        return
    trace = reply.trace
    span.set_attribute("gen_ai.request.model", trace.model)
    span.set_attribute("gen_ai.usage.input_tokens", trace.tokens.prompt)
    span.set_attribute("gen_ai.usage.output_tokens", trace.tokens.completion)
    span.set_attribute("tailored.cached_tokens", trace.tokens.cached)
    span.set_attribute("tailored.memories", len(trace.memories))
    span.set_attribute("tailored.preferences", len(trace.preferences))
    span.set_attribute("tailored.tools", len(trace.tools))
    span.set_attribute("tailored.overhead_ms", trace.timings.overhead)
