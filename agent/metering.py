"""Measuring what a turn or a job spends, wherever in it a model or the embedder is called.

The meter of what is being done travels in a context variable, so that nothing between has to hand it on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.tracers.context import register_configure_hook

from ..memory import Embedder, Memory, Vectors
from ..memory.embedders.base import Expecting
from ..prompts import TokenCounter
from .errors import LedgerUnavailable
from .ledger import Ledger, Purpose, Spent

__all__ = ["Cashier", "Meter", "MeteredEmbedder"]

_log = logging.getLogger(__name__)

Handler = Callable[[str, tuple[str, ...]], Awaitable[None]]


class Meter(BaseCallbackHandler):
    """Adds up the calls of models and of the embedder. A call inside another one is part of that one."""

    run_inline = True  # in the caller's order, not in threads

    def __init__(self) -> None:
        self.model = Spent()
        self.embedder = Spent()
        self._open: dict[UUID, float] = {}

    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: UUID, **kwargs: Any) -> None:
        self._open[run_id] = perf_counter()

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **kwargs: Any) -> None:
        self._close(run_id, response)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        self._close(run_id, None)

    def _close(self, run_id: UUID, response: LLMResult | None) -> None:
        started = self._open.pop(run_id, None)
        if started is not None and not self._open:
            self.model += _spent(response, perf_counter() - started)


_METER: ContextVar[Meter | None] = ContextVar("tailored_meter", default=None)
register_configure_hook(_METER, inheritable=True)


class MeteredEmbedder:
    """An embedder whose calls are on the meter."""

    def __init__(self, embedder: Embedder, tokens: TokenCounter) -> None:
        self._embedder = embedder
        self._tokens = tokens

    @property
    def space(self) -> str:
        return self._embedder.space

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        meter = _METER.get()
        if meter is None:
            return self._embedder.embed(texts)
        # Counted first: a text that is expected is being embedded meanwhile.
        tokens = sum(map(self._tokens.count, texts))
        started = perf_counter()
        vectors = self._embedder.embed(texts)
        meter.embedder += Spent(calls=1, prompt=tokens, seconds=perf_counter() - started)
        return vectors

    def expect(self, text: str) -> None:
        """See Expecting. Whoever asks for the text is charged."""
        if isinstance(self._embedder, Expecting):
            self._embedder.expect(text)


class Cashier:
    """Charges users for what is spent on them."""

    def __init__(self, memory: Memory, ledger: Ledger) -> None:
        self._memory = memory
        self._ledger = ledger

    @asynccontextmanager
    async def bill(self, user_id: str, purpose: Purpose) -> AsyncIterator[None]:
        """Charge the user for what is spent inside, also when it fails; in a task of its own, or all of one.

        Nothing is charged to a user who was erased meanwhile: not even the id may come back.
        """
        epoch = self._memory.epoch(user_id)
        meter = Meter()
        _METER.set(meter)  # the variable belongs to the task and goes with it
        try:
            yield
        finally:
            await asyncio.shield(asyncio.to_thread(self._charge, user_id, purpose, meter, epoch))

    def billed(self, handler: Handler) -> Handler:
        """A handler of learning jobs, charged to the user it learns for."""

        async def run(user_id: str, payload: tuple[str, ...]) -> None:
            async with self.bill(user_id, "learn"):
                await handler(user_id, payload)

        return run

    def _charge(self, user_id: str, purpose: Purpose, meter: Meter, epoch: int) -> None:
        with self._memory.alone(user_id):
            if self._memory.epoch(user_id) != epoch:
                return
            spent: tuple[tuple[Purpose, Spent], ...] = ((purpose, meter.model), ("embed", meter.embedder))
            for what, amount in spent:
                if amount.calls:
                    self._write(user_id, what, amount)

    def _write(self, user_id: str, purpose: Purpose, amount: Spent) -> None:
        try:
            self._ledger.charge(user_id, purpose, amount)
        except LedgerUnavailable as error:  # what was said and learned is worth more than its price
            _log.warning("%s", error)


def _spent(response: LLMResult | None, seconds: float) -> Spent:
    generation = response.generations[0][0] if response and response.generations and response.generations[0] else None
    message = generation.message if isinstance(generation, ChatGeneration) else None
    usage = message.usage_metadata if isinstance(message, AIMessage) else None
    if usage is None:
        return Spent(calls=1, seconds=seconds)
    return Spent(
        calls=1,
        prompt=usage["input_tokens"],
        cached=usage.get("input_token_details", {}).get("cache_read", 0),
        written=usage["output_tokens"],
        seconds=seconds,
    )
