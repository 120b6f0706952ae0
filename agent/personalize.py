"""The middleware that makes a LangChain agent personal: our own agent's, or anybody else's.

Recall happens once for a turn, before the agent starts; each model call of the turn then gets the same system prompt
and message, so that a server's prefix cache holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, NotRequired

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain.agents.middleware.types import PrivateStateAttr
from langchain_core.messages import AnyMessage, HumanMessage, SystemMessage
from langgraph.channels import UntrackedValue
from langgraph.runtime import Runtime

from ..memory import Memory
from ..prompts import TiktokenCounter
from .compose import Composer, Composition
from .errors import ConfigError
from .models.constrained import REQUEST
from .need import Planner
from .outside import write_turn
from .settings import Limits

__all__ = ["Personalize", "PersonalizeState", "personal"]

DEFAULT_THREAD = "main"


class PersonalizeState(AgentState[Any]):
    # Untracked: what was recalled for a turn must not lie in anybody's checkpoints, where `erase` cannot reach it.
    composition: NotRequired[Annotated[Composition, UntrackedValue, PrivateStateAttr]]


class Personalize(AgentMiddleware[PersonalizeState, Any, Any]):
    """Adds profile, standing preferences, learned preferences and memories to each turn, and remembers the turn.

        agent = create_agent(model, tools, middleware=[Personalize(memory)], context_schema=UserContext)
        agent.invoke({"messages": [...]}, context=UserContext(user_id="ada"))

    The agent must run with a context that has a `user_id`; its `thread`, `previous` and `in_prompt` are used where it
    has them. Under a checkpointer only the messages themselves are kept, never what was recalled beside them.
    """

    state_schema = PersonalizeState

    def __init__(self, memory: Memory, *, composer: Composer | None = None, remember: bool = True) -> None:
        super().__init__()
        self._memory = memory
        self._composer = composer or Composer(memory, TiktokenCounter(), Planner(), Limits())
        self._remember = remember

    def before_agent(self, state: PersonalizeState, runtime: Runtime[Any]) -> dict[str, Any]:
        return {"composition": self._compose(state["messages"], runtime.context)}

    async def abefore_agent(self, state: PersonalizeState, runtime: Runtime[Any]) -> dict[str, Any]:
        return await asyncio.to_thread(self.before_agent, state, runtime)

    def _compose(self, messages: list[AnyMessage], context: object) -> Composition:
        user_id, said = _user_of(context), _last_human(messages).text
        if getattr(context, "private", False):
            return self._composer.compose_private(said)
        return self._composer.compose(
            user_id,
            said,
            previous=getattr(context, "previous", ""),
            in_prompt=getattr(context, "in_prompt", ()),
        )

    def wrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        return handler(personal(request, _composed(request) or self._compose_anew(request)))

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> ModelResponse[Any]:
        composition = _composed(request)
        if composition is None:
            composition = await asyncio.to_thread(self._compose_anew, request)
        return await handler(personal(request, composition))

    def _compose_anew(self, request: ModelRequest[Any]) -> Composition:
        """For a run that goes on from a checkpoint, which holds no composition."""
        return self._compose(request.state["messages"], request.runtime.context)

    def after_agent(self, state: PersonalizeState, runtime: Runtime[Any]) -> None:
        if self._remember:
            thread = getattr(runtime.context, "thread", "") or DEFAULT_THREAD
            asked, answered = _last_human(state["messages"]).text, state["messages"][-1].text
            if asked.strip() and answered.strip():
                write_turn(self._memory, _user_of(runtime.context), thread, asked=asked, answered=answered)

    async def aafter_agent(self, state: PersonalizeState, runtime: Runtime[Any]) -> None:
        await asyncio.to_thread(self.after_agent, state, runtime)


def personal(request: ModelRequest[Any], composition: Composition) -> ModelRequest[Any]:
    """The request with the composed system prompt and message."""
    system = composition.system
    if request.system_message is not None:
        system = f"{request.system_message.text}\n\n{system}"
    return request.override(
        system_message=SystemMessage(system), messages=_with_message(request.messages, composition.message)
    )


def _composed(request: ModelRequest[Any]) -> Composition | None:
    composition: Composition | None = request.state.get("composition")  # type: ignore[assignment]
    return composition


def _user_of(context: object) -> str:
    user_id = getattr(context, "user_id", None)
    if not isinstance(user_id, str):
        raise ConfigError("Personalize needs to know the user: invoke the agent with a context that has `user_id`")
    return user_id


def _last_human(messages: list[AnyMessage]) -> HumanMessage:
    for message in reversed(messages):
        if isinstance(message, HumanMessage):
            return message
    raise ConfigError("Personalize needs a message of the user: the agent was invoked without one")


def _with_message(messages: list[AnyMessage], content: str) -> list[AnyMessage]:
    """The messages with the text of the last human one replaced; what was said stays beside it for a router of tools.

    Images and other blocks of that message stay as they are.
    """
    last = _last_human(messages)
    blocks = [block for block in last.content if isinstance(block, dict) and block.get("type") != "text"]
    replaced = HumanMessage(
        content=[{"type": "text", "text": content}, *blocks] if blocks and isinstance(last.content, list) else content,
        id=last.id,
        additional_kwargs={**last.additional_kwargs, REQUEST: last.text},
    )
    return [replaced if message is last else message for message in messages]
