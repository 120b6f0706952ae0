"""Calling a tool without asking the model which: where rules know what a turn wants, a small model can only be wrong.

Measured with the default model: the choice costs a second or more and copies words into arguments that nobody meant.
What the user wants of the list is read from the message in code, so nothing is left for a model to fill in.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage

from .compose import Composition
from .listing import LISTED_TOOL
from .need import ASKS_FOR_ITEMS, STEERS
from .turn import TurnContext

__all__ = ["Directed"]


class Directed(AgentMiddleware[Any, TurnContext, Any]):
    """Begins a turn that is certain to want a list with the call that makes it. Stands inside `Personalize`."""

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        composition: Composition | None = request.state.get("composition")  # type: ignore[assignment]
        offered = {getattr(tool, "name", "") for tool in request.tools}
        certain = composition is not None and composition.need.rule in (ASKS_FOR_ITEMS, STEERS)
        begun = request.messages and request.messages[-1].type != "human"
        if not certain or begun or LISTED_TOOL not in offered:
            return await handler(request)
        return ModelResponse(result=[_call(request.runtime.context)])


def _call(context: TurnContext) -> AIMessage:
    arguments: dict[str, Any] = {"query": context.steering.rest}
    if context.count is not None:
        arguments["count"] = context.count
    call = {"name": LISTED_TOOL, "args": arguments, "id": f"call_{uuid.uuid4().hex}", "type": "tool_call"}
    return AIMessage(content="", tool_calls=[call])
