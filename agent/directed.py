"""Calling a tool without asking the model which: where rules know what a turn wants, a small model can only be wrong.

Measured with the default model: the choice costs a second or more and copies words into arguments that nobody meant.
What the user wants of the list is read from the message in code, so nothing is left for a model to fill in.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, HumanMessage

from .listing import LISTED_TOOL
from .models.constrained import message_text
from .need import ASKS_FOR_ITEMS, LOOKS_UP, OUR_TOOLS, SEARCH, STEERS
from .turn import TurnContext

__all__ = ["Directed"]


class Directed(AgentMiddleware[Any, TurnContext, Any]):
    """Begins a turn that is certain to want a list, or to look items up, with the call for it."""

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        composition = request.runtime.context.composition
        asked = request.messages[-1] if request.messages else None
        name = _CALLED.get(composition.need.rule) if composition is not None else None
        offered = {getattr(tool, "name", "") for tool in request.tools}
        elsewhere = name == SEARCH and offered - OUR_TOOLS  # it may be found with somebody else's tool as well
        if name is None or name not in offered or elsewhere or not isinstance(asked, HumanMessage):
            return await handler(request)
        return ModelResponse(result=[_call(name, _arguments(name, asked, request.runtime.context))])


_CALLED = {ASKS_FOR_ITEMS: LISTED_TOOL, STEERS: LISTED_TOOL, LOOKS_UP: SEARCH}
"""The tool that a rule of the plan is certain to want."""


def _arguments(name: str, asked: HumanMessage, context: TurnContext) -> dict[str, Any]:
    if name == SEARCH:
        return {"query": context.steering.rest or message_text(asked)}
    return {"query": context.steering.rest} | ({} if context.count is None else {"count": context.count})


def _call(name: str, arguments: dict[str, Any]) -> AIMessage:
    call = {"name": name, "args": arguments, "id": f"call_{uuid.uuid4().hex}", "type": "tool_call"}
    return AIMessage(content="", tool_calls=[call])
