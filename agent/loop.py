"""The agent of a turn: the model alone where no tool is offered, else LangChain's `create_agent` with our middleware."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, BaseMessage, ToolMessage
from langchain_core.messages.ai import add_ai_message_chunks
from langchain_core.messages.utils import message_chunk_to_message
from langchain_core.tools import BaseTool
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command

from .compose import Composition
from .directed import Directed
from .errors import ConfigError
from .foreign import ForeignTools
from .listing import LISTED_TOOL
from .models.constrained import ConstrainedToolModel
from .need import OUR_TOOLS
from .personalize import personal
from .trace import Need
from .turn import Bookkeeping, Listener, TurnContext

__all__ = ["Agent"]


class Agent:
    """Answers turns, telling the listener of each what the model says as it says it.

    A list of recommendations is written in code. With a model that needs constraints to call tools it also ends the
    turn: what such a small model adds to a list repeats it, or is wrong (measured with the default model).
    """

    def __init__(
        self,
        model: BaseChatModel,
        tools: Sequence[BaseTool],
        *,
        max_model_calls: int,
        foreign: Sequence[ForeignTools] = (),
    ) -> None:
        ending = isinstance(model, ConstrainedToolModel)
        self._model = model
        self._tools = tools
        self._whole = WholeTurn(Bookkeeping(max_model_calls), directed=Directed() if ending else None)
        self._graph: CompiledStateGraph[Any, Any, Any, Any] = create_agent(
            model,
            [tool.model_copy(update={"return_direct": ending and tool.name == LISTED_TOOL}) for tool in tools],
            middleware=[self._whole, *foreign, Speaking()],
            context_schema=TurnContext,
        )

    async def run(self, messages: list[AnyMessage], context: TurnContext) -> None:
        """Answer the last human message of a turn that is composed. Raises a ModelFault."""
        if self._may_call(messages, context):
            await self._graph.ainvoke({"messages": messages}, context=context)
            return
        # The graph around a single call costs some milliseconds.
        request = ModelRequest(
            model=self._model,
            messages=messages,
            state={"messages": messages},
            runtime=Runtime(context=context),
        )
        await self._whole.awrap_model_call(request, speak)

    def _may_call(self, messages: Sequence[AnyMessage], context: TurnContext) -> bool:
        """Whether a tool may be called in the turn, or was called before its answer."""
        if context.private or context.supplied.tools:  # private turns are not planned
            return True
        need = _composed(context)[0].need
        called = any(isinstance(message, ToolMessage) or _calls(message) for message in messages)
        return called or any(_offered(tool, need) for tool in self._tools)


class WholeTurn(AgentMiddleware[Any, TurnContext, Any]):
    """What surrounds every turn, as one middleware: the prompt, then a call that needs no model, then the books.

    LangChain makes a graph step of each middleware's hook, and for each wrapper a span with two changes of thread
    (whether or not anything is traced): a millisecond or two of every turn.
    """

    def __init__(self, books: Bookkeeping, *, directed: Directed | None) -> None:
        super().__init__()
        self._books = books
        self._directed = directed

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        composition, listener = _composed(request.runtime.context)
        kept = partial(self._books.awrap_model_call, handler=handler)
        inner = partial(self._directed.awrap_model_call, handler=kept) if self._directed else kept
        offered = [tool for tool in request.tools if _offered(tool, composition.need)]
        response = await inner(personal(request.override(tools=offered), composition))
        for message in response.result:
            listener.done(message)
        return response

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]]
    ) -> ToolMessage | Command[Any]:
        result = await self._books.awrap_tool_call(request, handler)
        if isinstance(result, ToolMessage):
            _composed(request.runtime.context)[1].done(result)
        return result


class Speaking(AgentMiddleware[Any, TurnContext, Any]):
    """Stands innermost and calls the model, so that what it says is told as it comes."""

    async def awrap_model_call(
        self,
        request: ModelRequest[TurnContext],
        handler: Callable[[ModelRequest[TurnContext]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        return await speak(request)


async def speak(request: ModelRequest[TurnContext]) -> ModelResponse[Any]:
    """Call the model. LangChain's own call of it would give the answer when it is whole."""
    listener = _composed(request.runtime.context)[1]
    options = request.model_settings
    model: Any = request.model
    if request.tools:
        model = model.bind_tools(request.tools, tool_choice=request.tool_choice, **options)
    elif options:
        model = model.bind(**options)
    before = [request.system_message] if request.system_message else []
    pieces: list[BaseMessage] = []
    async for piece in model.astream([*before, *request.messages]):
        pieces.append(piece)
        listener.said(piece)
    return ModelResponse(result=[_joined(pieces)])


def _joined(pieces: Sequence[BaseMessage]) -> BaseMessage:
    chunks = [piece for piece in pieces if isinstance(piece, AIMessageChunk)]
    # A model that does not stream gives one whole message.
    return message_chunk_to_message(add_ai_message_chunks(*chunks)) if chunks else pieces[-1]


def _composed(context: object) -> tuple[Composition, Listener]:
    if not isinstance(context, TurnContext) or context.composition is None or context.listener is None:
        raise ConfigError("an Agent needs a TurnContext with a composition and a listener")
    return context.composition, context.listener


def _calls(message: BaseMessage) -> bool:
    return isinstance(message, AIMessage) and bool(message.tool_calls or message.invalid_tool_calls)


def _offered(tool: BaseTool | dict[str, Any], need: Need) -> bool:
    """Our own tools only on turns whose plan wants them."""
    name = tool.name if isinstance(tool, BaseTool) else ""
    return name not in OUR_TOOLS or name in need.tools
