"""The agent of a turn: LangChain's `create_agent` with our middleware."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Command

from ..memory import Memory
from .compose import Composer
from .directed import Directed
from .foreign import ForeignTools
from .listing import LISTED_TOOL
from .models.constrained import ConstrainedToolModel
from .personalize import Composing
from .turn import Bookkeeping, TurnContext

__all__ = ["build_agent"]


def build_agent(
    model: BaseChatModel,
    tools: Sequence[BaseTool],
    memory: Memory,
    composer: Composer,
    *,
    max_model_calls: int,
    foreign: Sequence[ForeignTools] = (),
) -> CompiledStateGraph[Any, Any, Any, Any]:
    """A graph that answers one turn; invoke it with a TurnContext.

    A list of recommendations is written in code. With a model that needs constraints to call tools it also ends the
    turn: what such a small model adds to a list repeats it, or is wrong (measured with the default model).
    """
    ending = isinstance(model, ConstrainedToolModel)
    books = Bookkeeping(max_model_calls)
    return create_agent(
        model,
        [tool.model_copy(update={"return_direct": ending and tool.name == LISTED_TOOL}) for tool in tools],
        middleware=[WholeTurn(memory, composer, books, directed=Directed() if ending else None), *foreign],
        context_schema=TurnContext,
    )


class WholeTurn(Composing):
    """What surrounds every turn, as one middleware: composing, then a call that needs no model, then the books.

    LangChain makes a graph step of each middleware's hook, and for each wrapper a span with two changes of thread
    (whether or not anything is traced): a millisecond or two of every turn.
    """

    def __init__(self, memory: Memory, composer: Composer, books: Bookkeeping, *, directed: Directed | None) -> None:
        super().__init__(memory, composer, gate_tools=True)
        self._books = books
        self._directed = directed

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> ModelResponse[Any]:
        kept = partial(self._books.awrap_model_call, handler=handler)
        inner = partial(self._directed.awrap_model_call, handler=kept) if self._directed else kept
        return await super().awrap_model_call(request, inner)

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        return await self._books.awrap_tool_call(request, handler)
