"""The agent of a turn: LangChain's `create_agent` with our middleware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool
from langgraph.graph.state import CompiledStateGraph

from ..memory import Memory
from .compose import Composer
from .directed import Directed
from .foreign import ForeignTools
from .listing import LISTED_TOOL
from .models.constrained import ConstrainedToolModel
from .personalize import Personalize
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
    directed = [Directed()] if ending else []
    return create_agent(
        model,
        [tool.model_copy(update={"return_direct": ending and tool.name == LISTED_TOOL}) for tool in tools],
        middleware=[
            Personalize(memory, composer=composer, remember=False, gate_tools=True),
            *directed,
            Bookkeeping(max_model_calls),
            *foreign,
        ],
        context_schema=TurnContext,
    )
