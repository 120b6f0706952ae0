"""The chat model and the agent around it, opened when they are first needed."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from .loop import Agent

__all__ = ["Brain"]


class Brain:
    """The chat model and the agent around it, opened when first needed and after the catalog has changed."""

    def __init__(
        self,
        open_model: Callable[[], BaseChatModel],
        make_agent: Callable[[BaseChatModel], Agent],
        *,
        owns_model: bool,
    ) -> None:
        self._open_model = open_model
        self._make_agent = make_agent
        self._owns_model = owns_model
        self._model: BaseChatModel | None = None
        self._agent: Agent | None = None
        self._lock = Lock()

    def model(self) -> BaseChatModel:
        with self._lock:
            return self._opened()

    def model_in_use(self) -> BaseChatModel | None:
        """The model where it is open already: background work never opens one."""
        return self._model

    def agent(self) -> Agent:
        with self._lock:
            if self._agent is None:
                self._agent = self._make_agent(self._opened())
            return self._agent

    async def wake(self) -> None:
        """Ask for one token, so that a local model is loaded."""
        await self.model().ainvoke("Hi", max_tokens=1)

    def close(self) -> None:
        """End a local model's process; a model that somebody brought along stays theirs."""
        from .models.resolve import close_chat_model

        with self._lock:
            if self._model is not None and self._owns_model:
                close_chat_model(self._model)

    def forget_agent(self) -> None:
        with self._lock:
            self._agent = None

    def _opened(self) -> BaseChatModel:
        if self._model is None:
            self._model = self._open_model()
        return self._model
