"""The decision "which tool, with which arguments, or answer now?", apart from how the model is called.

`choose_step` is a generator: it yields what to ask the model and is sent the model's text, so that the synchronous
and the asynchronous way of calling share every line of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from ...prompts.routing import ANSWER, PastCall, RoutingExample, ToolCard, fenced_result, routing_messages

__all__ = ["Ask", "ToolStep", "Turn", "choose_step", "plain_messages", "read_turn", "step_schema", "tool_cards"]

MAX_ATTEMPTS = 2
_NOT_IN_GRAMMAR = frozenset({"title", "description", "default", "examples", "pattern", "format"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One routing call: the prompt, and the schema the reply has to follow."""

    prompt: list[tuple[str, str]]
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolStep:
    """The tool to call next."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What routing looks at: the user's last message and the calls made for it so far."""

    message: str
    called: tuple[PastCall, ...] = ()


def tool_cards(tools: Sequence[Mapping[str, Any]], tool_choice: Any = None) -> tuple[list[ToolCard], bool]:
    """The tools on offer (OpenAI tool dicts) under a `tool_choice`, and whether one of them has to be called."""
    from langchain_core.utils.json_schema import dereference_refs

    cards = [
        ToolCard(
            name=spec["name"],
            description=spec.get("description", ""),
            parameters={"additionalProperties": False, **dereference_refs(spec.get("parameters", {"type": "object"}))},
        )
        for spec in (tool["function"] for tool in tools)
    ]
    if isinstance(tool_choice, dict):
        tool_choice = tool_choice.get("function", {}).get("name")
    if tool_choice == "none":
        return [], False
    if tool_choice in (None, "auto", False):
        return cards, False
    named = [card for card in cards if card.name == tool_choice]
    return named or cards, True


def read_turn(messages: Sequence[BaseMessage], said: Callable[[HumanMessage], str]) -> Turn:
    """The last user message, and the tool calls answered after it."""
    start = max((i for i, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    results = {m.tool_call_id: m.text for m in messages[start + 1 :] if isinstance(m, ToolMessage)}
    called = tuple(
        PastCall(name=call["name"], arguments=call["args"], result=results[call["id"] or ""])
        for message in messages[start + 1 :]
        if isinstance(message, AIMessage)
        for call in message.tool_calls
        if call["id"] in results
    )
    last = messages[start] if start >= 0 else None
    return Turn(message=said(last) if isinstance(last, HumanMessage) else "", called=called)


def step_schema(tools: Sequence[ToolCard], *, required: bool) -> dict[str, Any]:
    """The JSON schema of the next step: one branch for each tool with its own arguments, and one for answering."""
    branches = [
        _object({"tool": {"const": tool.name}, "arguments": _grammar(tool.parameters)}, ["tool", "arguments"])
        for tool in tools
    ]
    if not required:
        branches.append(_object({"tool": {"const": ANSWER}}, ["tool"]))
    return {"anyOf": branches}


def choose_step(
    tools: Sequence[ToolCard], turn: Turn, *, required: bool, examples: Sequence[RoutingExample]
) -> Generator[Ask, str, ToolStep | None]:
    """The next tool call, or None for an answer without one.

    Text that is no valid step is sent back once with what is wrong with it; after that the answer goes without
    tools, because a user must not see an error for what a model got wrong. A call already made in this turn is not
    made again.
    """
    prompt: list[tuple[str, str]] = [*routing_messages(tools, turn.message, turn.called, examples=examples)]
    schema = step_schema(tools, required=required)
    for _ in range(MAX_ATTEMPTS):
        text = yield Ask(prompt=prompt, schema=schema)
        try:
            step = _read_step(text, tools, required=required)
            _refuse_copied(step, turn, examples)
        except ValueError as problem:
            complaint = f"That step cannot be used: {problem}. Reply with the corrected JSON object only."
            prompt = [*prompt, ("assistant", text), ("user", complaint)]
        else:
            return None if step is None or _was_called(step, turn) else step
    return None


def plain_messages(messages: Sequence[BaseMessage]) -> list[BaseMessage]:
    """The conversation for a template that knows no tools: results join the user's message they were fetched for."""
    plain: list[BaseMessage] = []
    for message in messages:
        if isinstance(message, ToolMessage):
            _join(plain, fenced_result(message.name or "tool", message.text))
        elif isinstance(message, AIMessage) and message.tool_calls:
            if message.text.strip():
                plain.append(AIMessage(content=message.text))
        else:
            plain.append(message)
    return plain


def _join(plain: list[BaseMessage], block: str) -> None:
    if plain and isinstance(plain[-1], HumanMessage):
        plain[-1] = HumanMessage(content=f"{plain[-1].text}\n\n{block}")
    else:
        plain.append(HumanMessage(content=block))


def _read_step(text: str, tools: Sequence[ToolCard], *, required: bool) -> ToolStep | None:
    """Parse and validate; ValueError says to the model what is wrong."""
    step = _mended(text)
    name = step.get("tool") if isinstance(step, dict) else None
    if name == ANSWER and not required:
        return None
    card = next((tool for tool in tools if tool.name == name), None)
    if card is None:
        raise ValueError(f'"tool" must be one of {", ".join(tool.name for tool in tools)}')
    arguments = step.get("arguments", {})
    _validate(arguments, card)
    return ToolStep(name=card.name, arguments=arguments)


def _mended(text: str) -> Any:
    """The JSON of a step, also with words or a code fence around it; what is cut short is not completed, because half
    an argument may mean something else."""
    start = max(text.find("{"), 0)
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not one JSON object ({error.msg})") from error


def _refuse_copied(step: ToolStep | None, turn: Turn, examples: Sequence[RoutingExample]) -> None:
    """A small model sometimes takes an example's words for the message's ("quiet keyboard")."""
    shown = {value for example in examples for _, value in _texts(example.arguments)}
    shown |= {value for example in examples for call in example.called for _, value in _texts(call.arguments)}
    for name, value in _texts(step.arguments if step else {}):
        if value in shown and value not in turn.message.casefold():
            raise ValueError(f'"{name}" is copied from an example; take it from the user\'s message')


def _texts(arguments: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, value.casefold()) for name, value in arguments.items() if isinstance(value, str) and value]


def _validate(arguments: Any, card: ToolCard) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
    from jsonschema.exceptions import best_match  # type: ignore[import-untyped]

    error = best_match(Draft202012Validator({"type": "object", **card.parameters}).iter_errors(arguments))
    if error is not None:
        where = ".".join(str(part) for part in error.absolute_path) or "arguments"
        raise ValueError(f"{card.name}: {where}: {error.message}")


def _was_called(step: ToolStep, turn: Turn) -> bool:
    return any(call.name == step.name and call.arguments == step.arguments for call in turn.called)


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _grammar(schema: Any) -> Any:
    """The schema without what grammars do not know; arguments are validated against the whole of it afterwards."""
    if isinstance(schema, list):
        return [_grammar(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {key: _grammar(value) for key, value in schema.items() if key not in _NOT_IN_GRAMMAR | {"properties"}}
    if "properties" in schema:
        kept["properties"] = {name: _grammar(spec) for name, spec in schema["properties"].items()}
    return kept
