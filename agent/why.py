"""The trace of a reply, told to a person."""

from __future__ import annotations

from collections.abc import Iterator

from .trace import Reply, Trace, UsedMemory

__all__ = ["explain"]


def explain(reply: Reply) -> str:
    """Sentences, one per line: what the reply used, what moved it, what it cost."""
    return "\n".join(_sentences(reply.trace))


def _sentences(trace: Trace) -> Iterator[str]:
    if not any((trace.memories, trace.preferences, trace.standing, trace.tools)):
        yield "Nothing about you was used for this reply."
    for statement in trace.standing:
        yield f"You said: {statement}"
    if trace.steered:
        yield f"Your words steered the list: {'; '.join(trace.steered)}"
    if trace.held:
        yield f"What you said before still counts: {'; '.join(trace.held)}"
    for preference in trace.preferences:
        wishes = "; ".join(preference.wishes)
        yield f"Learned from your edit of a text like this ({preference.similarity:.2f} alike): {wishes}"
    for memory in trace.memories:
        yield f"Remembered ({_arms(memory)}): {memory.text}"
    for tool in trace.tools:
        arguments = ", ".join(f"{name}={value!r}" for name, value in tool.arguments.items())
        yield f"Called {tool.name}({arguments})" + ("" if tool.ok else f", which failed: {tool.message}")
    for item in trace.items:
        yield f"{item.title}: {item.reason}"
    for title in trace.withheld:
        yield f"Taken out, because nothing had looked it up: {title}"
    yield _bill(trace)


def _arms(memory: UsedMemory) -> str:
    arms = ", ".join(f"{arm} {score:.2f}" for arm, score in memory.why.items())
    return f"{memory.score:.2f}: {arms}" if arms else f"{memory.score:.2f}"


def _bill(trace: Trace) -> str:
    tokens, timings = trace.tokens, trace.timings
    calls = "1 model call" if tokens.calls == 1 else f"{tokens.calls} model calls"
    return (
        f"{calls}, {tokens.prompt} prompt tokens ({tokens.cached_share:.0%} cached), {tokens.completion} written; "
        f"{timings.total / 1000:.1f} s, of which ours {timings.overhead:.0f} ms"
    )
