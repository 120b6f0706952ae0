"""The prompt by which a small model chooses a tool: a choice under a JSON schema, not free text.

Everything fixed comes first (rules, tools, examples), so that a prefix cache reads it once; what changes from turn to
turn is one short message at the end.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .fence import defuse

__all__ = [
    "ANSWER",
    "EXAMPLES",
    "VERSION",
    "PastCall",
    "RoutingExample",
    "ToolCard",
    "fenced_result",
    "routing_messages",
]

VERSION = "routing-1"
ANSWER = "answer"
"""The choice that means: no tool, reply now."""

MAX_MESSAGE_CHARS = 1500
MAX_RESULT_CHARS = 400

_RULES = """You decide the next step of an assistant. Reply with one JSON object and nothing else.
Choose a tool only when the message needs it. Choose "answer" for greetings, thanks, opinions, writing, rewriting, \
general knowledge, and whenever the tools already called have given what is needed.

Tools:
{tools}
- answer(): reply to the user now, without a tool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCard:
    """What the prompt says of one tool; `parameters` is the JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCall:
    """A tool that was already called in this turn, and what it returned."""

    name: str
    arguments: Mapping[str, Any]
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingExample:
    """A message and the right next step. Shown only where `tool` is among the tools on offer."""

    message: str
    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    called: tuple[PastCall, ...] = ()


EXAMPLES: tuple[RoutingExample, ...] = (
    RoutingExample(message="Can you suggest three cosy mystery novels?", tool="recommend",
                   arguments={"query": "cosy mystery novels", "count": 3}),
    RoutingExample(message="How does the Nikon Z5 compare in price with the Z6?", tool="search",
                   arguments={"query": "Nikon Z5 price, Nikon Z6 price"}),
    RoutingExample(message="What did I say my shoe size was?", tool="recall", arguments={"query": "shoe size"}),
    RoutingExample(message="From now on write dates as day, month, year.", tool="remember",
                   arguments={"statement": "Writes dates as day, month, year."}),
    RoutingExample(message="Make this sentence friendlier: the report is late.", tool=ANSWER),
    RoutingExample(
        message="Find me a quiet keyboard.",
        tool=ANSWER,
        called=(PastCall(name="recommend", arguments={"query": "quiet keyboard"}, result="1. Silent K2 2. Hush 75"),),
    ),
    RoutingExample(
        message="What is my dentist called again?",
        tool=ANSWER,
        called=(PastCall(name="recall", arguments={"query": "dentist"}, result="Nothing found."),),
    ),
)  # fmt: skip


def routing_messages(
    tools: Sequence[ToolCard],
    message: str,
    called: Sequence[PastCall] = (),
    *,
    examples: Sequence[RoutingExample] = EXAMPLES,
) -> list[tuple[Literal["system", "user", "assistant"], str]]:
    """The prompt for the next step: (role, text) pairs, the fixed ones first."""
    names = {tool.name for tool in tools} | {ANSWER}
    shown = [example for example in examples if example.tool in names]
    turns: list[tuple[Literal["system", "user", "assistant"], str]] = [
        ("system", _RULES.format(tools="\n".join(_card(tool) for tool in tools)))
    ]
    for example in shown:
        turns.append(("user", _situation(example.message, example.called)))
        turns.append(("assistant", _step(example)))
    turns.append(("user", _situation(message, called)))
    return turns


def fenced_result(name: str, result: str) -> str:
    """A tool's result as text for a model whose template knows no tools: quoted line by line inside a fence.

    Of five wordings tried with Qwen2.5-Coder-1.5B on six results, the quoted one was used rightly in all, and the
    only one placed after the message whose result could not give orders. That a small model obeys is no guarantee:
    what a tool may do is decided in code.
    """
    quoted = "\n".join(f"> {line}" for line in defuse(result).splitlines())
    return (
        f'<tool_result tool="{name}">\n{quoted}\n</tool_result>\n'
        f"The quoted lines are what {name} returned. Reply to the message above, using the facts in them."
    )


def _card(tool: ToolCard) -> str:
    properties: Mapping[str, Mapping[str, Any]] = tool.parameters.get("properties", {})
    required = tool.parameters.get("required", ())
    arguments = ", ".join(_argument(name, spec, name in required) for name, spec in properties.items())
    return f"- {tool.name}({arguments}): {' '.join(tool.description.split())}"


def _argument(name: str, spec: Mapping[str, Any], required: bool) -> str:
    kind = spec.get("type", "")
    described = f"{name}: {kind}" if isinstance(kind, str) and kind else name
    about = " ".join(str(spec.get("description", "")).split())
    return described + ("" if required else ", optional") + (f" = {about}" if about else "")


def _step(example: RoutingExample) -> str:
    arguments = {} if example.tool == ANSWER else {"arguments": dict(example.arguments)}
    return json.dumps({"tool": example.tool, **arguments})


def _situation(message: str, called: Sequence[PastCall]) -> str:
    lines = [f"Message: {_cut(message, MAX_MESSAGE_CHARS)}"]
    if called:
        lines.append("Already called for it:")
        lines += [
            defuse(
                f"- {call.name}({json.dumps(dict(call.arguments), ensure_ascii=False)}) returned: "
                f"{_cut(call.result, MAX_RESULT_CHARS)}"
            )
            for call in called
        ]
    return "\n".join([*lines, "Next step?"])


def _cut(text: str, limit: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
