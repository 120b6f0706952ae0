"""The agent of a turn: LangChain's `create_agent` with our middleware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool
from langgraph.graph.state import CompiledStateGraph

from .compose import Composer
from .personalize import Personalize
from .turn import Bookkeeping, TurnContext

__all__ = ["build_agent"]


def build_agent(
    model: BaseChatModel, tools: Sequence[BaseTool], composer: Composer, *, max_model_calls: int
) -> CompiledStateGraph[Any, Any, Any, Any]:
    """A graph that answers one turn; invoke it with a TurnContext."""
    return create_agent(
        model,
        list(tools),
        middleware=[Personalize(composer, gate_tools=True), Bookkeeping(max_model_calls)],
        context_schema=TurnContext,
    )
