"""One turn as it runs: its context, and a middleware that keeps the books and the limits."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Protocol

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langgraph.errors import GraphBubbleUp
from langgraph.types import Command

from ..memory import MemoryFault
from ..prompts.fence import defuse
from ..tools import ToolFault, UserContext
from .compose import Composition
from .errors import ConfigError
from .models.failures import as_model_fault
from .permission import Asked, call_key
from .supplied import Supplied
from .trace import CallerCall, DeniedCall, TokenUse, UsedTool

__all__ = ["Bookkeeping", "Listener", "TurnContext", "TurnRecord"]

log = logging.getLogger(__name__)


@dataclass(slots=True)
class TurnRecord:
    """What happened so far in one turn."""

    model_ms: float = 0.0
    tokens: TokenUse = field(default_factory=TokenUse)
    tools: list[UsedTool] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Tool calls that were made, with their arguments."""
    waiting: list[Asked] = field(default_factory=list)
    """Calls that were not made, since the user has to allow them first."""
    denied: list[DeniedCall] = field(default_factory=list)
    """Calls that were not made and cannot be."""
    handed_back: list[CallerCall] = field(default_factory=list)
    """Calls of the caller's own tools: theirs to run."""
    truncated: bool = False
    """Whether the model stopped at its longest reply."""

    @property
    def tools_ms(self) -> float:
        return sum(tool.ms for tool in self.tools)

    def add_model_call(self, ms: float, messages: list[Any]) -> None:
        self.model_ms += ms
        for message in messages:
            usage = message.usage_metadata if isinstance(message, AIMessage) else None
            self.truncated = message.response_metadata.get("finish_reason") == "length"
            self.tokens = TokenUse(
                prompt=self.tokens.prompt + (usage["input_tokens"] if usage else 0),
                cached=self.tokens.cached
                + ((usage.get("input_token_details") or {}).get("cache_read", 0) if usage else 0),
                completion=self.tokens.completion + (usage["output_tokens"] if usage else 0),
                calls=self.tokens.calls + 1,
            )


class Listener(Protocol):
    """Is told what happens in a turn as it happens; in the turn's event loop."""

    def said(self, piece: BaseMessage) -> None:
        """The next piece of what the model says."""

    def done(self, message: BaseMessage) -> None:
        """A whole message: the model's, with its calls of tools, or what a tool returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext(UserContext):
    """What the agent's middleware and tools know of the turn. Nothing of it comes from the model."""

    thread: str = ""
    previous: str = ""
    steers: bool = False
    """Whether the message speaks of the items of a list."""
    steered: tuple[str, ...] = ()
    """What the message asks of the list, in words."""
    held: tuple[str, ...] = ()
    """What earlier messages asked of it that counts still."""
    in_prompt: frozenset[str] = frozenset()
    private: bool = False
    """Whether memory must not be read."""
    supplied: Supplied = field(default_factory=Supplied)
    record: TurnRecord = field(default_factory=TurnRecord)
    composition: Composition | None = None
    """What goes to the model, once it is composed."""
    listener: Listener | None = None


class Bookkeeping(AgentMiddleware[Any, TurnContext, Any]):
    """Times and counts what a turn does, and makes sure that it concludes.

    The last model call a turn may make is offered no tools, so it can only answer. A tool call that was made before
    with the same arguments is refused (KwaiAgents). A tool that fails tells the model so; the turn goes on.
    """

    def __init__(self, max_model_calls: int) -> None:
        super().__init__()
        self._max_model_calls = max_model_calls

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        record, supplied = _record(request.runtime.context), request.runtime.context.supplied
        last = record.tokens.calls >= self._max_model_calls - 1
        request = _as_supplied(request, supplied)
        if last:
            request = request.override(tools=[])
        started = perf_counter()
        try:
            response = await handler(request)
        except GraphBubbleUp:
            raise  # LangGraph's own control flow
        except Exception as error:
            raise as_model_fault(error) from error
        record.add_model_call((perf_counter() - started) * 1000, response.result)
        for message in response.result if supplied.tools else ():
            record.handed_back += _callers(message, supplied.tool_names)
        if last or record.handed_back:
            return replace(response, result=[_without_calls(message) for message in response.result])
        return response

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        record = _record(request.runtime.context)
        call = request.tool_call
        started = perf_counter()
        key = call_key(call["name"], call["args"])
        if key in record.asked:
            result: ToolMessage | Command[Any] = _failed(request, "You made this very call before: use its result.")
        else:
            record.asked.add(key)
            result = await _guarded(request, handler)
        failed = isinstance(result, ToolMessage) and result.status == "error"
        record.tools.append(
            UsedTool(
                name=call["name"],
                arguments=_as_done(call["args"], result),
                ok=not failed,
                ms=(perf_counter() - started) * 1000,
                message=result.text if failed and isinstance(result, ToolMessage) else "",
            )
        )
        return result


def _as_done(arguments: dict[str, Any], result: ToolMessage | Command[Any]) -> dict[str, Any]:
    """The arguments as the call was carried out: how many items there are is settled by the user and the catalog."""
    found = result.artifact if isinstance(result, ToolMessage) and result.status != "error" else None
    return {**arguments, "count": len(found)} if isinstance(found, tuple) and "count" in arguments else arguments


def _without_calls(message: BaseMessage) -> BaseMessage:
    """The message as an answer: a model may call tools that it was not offered."""
    if isinstance(message, AIMessage) and message.tool_calls:
        return AIMessage(content=message.text, usage_metadata=message.usage_metadata, id=message.id)
    return message


def _as_supplied(request: ModelRequest[TurnContext], supplied: Supplied) -> ModelRequest[TurnContext]:
    """The request with what the caller supplied: instructions before ours, tools beside ours, options."""
    if supplied.instructions:
        ours = request.system_message.text if request.system_message else ""
        request = request.override(system_message=SystemMessage(f"{supplied.instructions}\n\n{ours}".strip()))
    if "response_format" in supplied.options:  # a list written in code would break the form that is asked for
        request = request.override(tools=[])
    if supplied.tools:
        ours_too = [tool for tool in request.tools if getattr(tool, "name", "") not in supplied.tool_names]
        request = request.override(tools=[*ours_too, *map(dict, supplied.tools)], tool_choice=supplied.tool_choice)
    if supplied.options:
        request = request.override(model_settings={**request.model_settings, **supplied.options})
    return request


def _callers(message: BaseMessage, names: frozenset[str]) -> list[CallerCall]:
    """The message's calls of the caller's tools."""
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    return [
        CallerCall(id=call["id"] or "", name=call["name"], arguments=call["args"])
        for call in calls
        if call["name"] in names
    ]


def _record(context: object) -> TurnRecord:
    if not isinstance(context, TurnContext):
        raise ConfigError("Bookkeeping needs to know the turn: invoke the agent with a TurnContext")
    return context.record


async def _guarded(
    request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
) -> ToolMessage | Command[Any]:
    try:
        return await handler(request)
    except GraphBubbleUp:
        raise  # LangGraph's own control flow
    except (ToolFault, MemoryFault) as fault:
        return _failed(request, str(fault))
    except Exception as error:  # anybody's tool: whatever it raises must not end the turn
        log.warning("tool %s raised %s", request.tool_call["name"], type(error).__name__)
        return _failed(request, f"The tool failed ({type(error).__name__}). Go on without it and say what is missing.")


def _failed(request: ToolCallRequest, message: str) -> ToolMessage:
    call = request.tool_call
    return ToolMessage(content=defuse(message), tool_call_id=call["id"] or "", name=call["name"], status="error")
