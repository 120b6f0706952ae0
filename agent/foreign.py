"""Foreign tools in a turn: the few that fit are offered, and no call is made that the policy or the user forbids."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse, hook_config
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.runtime import Runtime
from langgraph.types import Command

from ..tools.foreign import conduct_in
from ..tools.policy import Verdict
from ..tools.registry import ToolRegistry
from .permission import Asked, Permissions, call_key
from .trace import DeniedCall
from .turn import TurnContext

__all__ = ["ForeignTools"]

SHORT = 4
"""Words of a message ("yes, do that") that need the one before to say which tools fit."""


class ForeignTools(AgentMiddleware[Any, TurnContext, Any]):
    """Stands inside `Bookkeeping`, which counts and times the calls."""

    def __init__(self, tools: Sequence[BaseTool], registry: ToolRegistry, permissions: Permissions) -> None:
        super().__init__()
        self._names = frozenset(tool.name for tool in tools if conduct_in(tool) is not None)
        self._registry = registry
        self._permissions = permissions

    @hook_config(can_jump_to=["tools"])
    async def abefore_model(self, state: AgentState[Any], runtime: Runtime[TurnContext]) -> dict[str, Any] | None:
        """A turn that begins with a call the user has just allowed begins by making it."""
        last = state["messages"][-1]
        confirmed = runtime.context.supplied.confirmed
        if confirmed and isinstance(last, AIMessage) and last.tool_calls:
            return {"jump_to": "tools"}
        return None

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        fitting = await asyncio.to_thread(self._fitting, request.runtime.context)
        kept = [tool for tool in request.tools if self._name(tool) not in self._names or self._name(tool) in fitting]
        return await handler(request.override(tools=kept))

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        call = request.tool_call
        context = cast("TurnContext", request.runtime.context)
        if call["name"] not in self._names or call_key(call["name"], call["args"]) in context.supplied.confirmed:
            return await handler(request)
        verdict = await asyncio.to_thread(
            self._permissions.judge,
            context.user_id,
            request.tool,
            call["args"],
            context.request,
            request.state["messages"],
            self._names,
            composition=context.composition,
        )
        if verdict.decision == "allow":
            return await handler(request)
        return _not_made(request, verdict, context)

    def _fitting(self, context: TurnContext) -> frozenset[str]:
        said = context.request
        found = self._registry.fitting(said)
        if len(said.split()) < SHORT and context.previous:
            found += self._registry.fitting(context.previous)
        return frozenset(found)

    @staticmethod
    def _name(tool: BaseTool | dict[str, Any]) -> str:
        return tool.name if isinstance(tool, BaseTool) else ""


def _not_made(request: ToolCallRequest, verdict: Verdict, context: TurnContext) -> ToolMessage:
    call, nobody = request.tool_call, ""
    if context.private or not (context.supplied.attended and context.supplied.remembered):
        nobody = ", because nobody could be asked"
    if verdict.decision == "deny" or nobody:
        context.record.denied.append(DeniedCall(tool=call["name"], because=verdict.because))
        message = f"Not done{nobody}: {verdict.because}. Say so; do not try another way."
    else:
        context.record.waiting.append(Asked(tool=call["name"], arguments=call["args"], verdict=verdict))
        message = (
            f"Not done yet: the user is asked first, because {verdict.because}. Tell them what waits for their word."
        )
    return ToolMessage(content=message, tool_call_id=call["id"] or "", name=call["name"], status="error")
