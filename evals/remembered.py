"""A chat model whose answers are kept on disk, so that a benchmark that was cut short goes on where it was.

For evaluation only: answers are stored under a hash of everything that was asked but today's date, so a changed prompt
asks anew.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.output_parsers import PydanticOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableConfig
from openai import LengthFinishReasonError
from pydantic import PrivateAttr

from ..agent.models.resolve import close_chat_model, local_name, open_chat_model

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["RememberedModel", "remembered"]


class RememberedModel(BaseChatModel):
    """Asks `inner` what nobody asked before, and repeats what it answered to the rest, at temperature 0.

    `path` is an SQLite file; None keeps answers in memory for this run.
    """

    inner: BaseChatModel
    path: Path | None = None
    model_name: str = ""
    """Part of every key: answers of two models are never mixed."""

    _answers: sqlite3.Connection = PrivateAttr()
    _waiting: dict[str, threading.Lock] = PrivateAttr(default_factory=dict)
    _asking: dict[str, asyncio.Lock] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self._answers = sqlite3.connect(self.path or ":memory:", check_same_thread=False, isolation_level=None)
        self._answers.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL)")

    @property
    def _llm_type(self) -> str:
        return "remembered"

    def with_structured_output(self, schema: Any, *, include_raw: bool = False, **kwargs: Any) -> Runnable[Any, Any]:
        """Answers in a pydantic model's JSON schema; what does not fit raises OutputParserException."""
        wanted = {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True}
        asked = self.bind(response_format={"type": "json_schema", "json_schema": wanted})
        return asked | PydanticOutputParser(pydantic_object=schema)

    def close(self) -> None:
        self._answers.close()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        key = self._key(messages, kwargs)
        with self._waiting.setdefault(key, threading.Lock()):  # the same is often asked twice at a time
            known = self._known(key)
            if known is None:
                try:
                    answer = self.inner.invoke(messages, _QUIET, **kwargs)
                except LengthFinishReasonError as cut:
                    answer = _cut_short(cut)
                known = self._keep(key, answer)
        return ChatResult(generations=[ChatGeneration(message=known)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        key = self._key(messages, kwargs)
        async with self._asking.setdefault(key, asyncio.Lock()):
            known = self._known(key)
            if known is None:
                try:
                    answer = await self.inner.ainvoke(messages, _QUIET, **kwargs)
                except LengthFinishReasonError as cut:
                    answer = _cut_short(cut)
                known = self._keep(key, answer)
        return ChatResult(generations=[ChatGeneration(message=known)])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        """The answer in one piece: a conversation reads pieces."""
        kept = (await self._agenerate(messages, stop, run_manager, **kwargs)).generations[0].message
        piece = AIMessageChunk(content=kept.text, usage_metadata=cast("AIMessage", kept).usage_metadata)
        yield ChatGenerationChunk(message=piece)

    def _key(self, messages: list[BaseMessage], options: dict[str, Any]) -> str:
        said = [[message.type, _TODAY.sub("", message.text)] for message in messages]
        asked = json.dumps([self.model_name, said, options], sort_keys=True)
        return blake2b(asked.encode(errors="replace"), digest_size=16).hexdigest()

    def _known(self, key: str) -> AIMessage | None:
        row = self._answers.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        return _loaded(row[0]) if row else None

    def _keep(self, key: str, answer: AIMessage) -> AIMessage:
        kept = json.dumps(
            {
                "text": answer.text,
                "usage": answer.usage_metadata,
                "logprobs": answer.response_metadata.get("logprobs"),
            }
        )
        self._answers.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, kept))
        return _loaded(kept)


_TODAY = re.compile(r"Today is \w+, \d+ \w+ \d{4}\.")
"""The system prompt's line; a run may go on tomorrow."""
_QUIET: RunnableConfig = {"callbacks": []}
"""What the inner model writes is told once, by the outer one."""


def _loaded(answer: str) -> AIMessage:
    kept = json.loads(answer)
    return AIMessage(
        content=kept["text"], usage_metadata=kept["usage"], response_metadata={"logprobs": kept["logprobs"]}
    )


def _cut_short(cut: LengthFinishReasonError) -> AIMessage:
    return AIMessage(content=cut.completion.choices[0].message.content or "")


@contextmanager
def remembered(settings: Settings, cache: Path | None) -> Iterator[RememberedModel]:
    """The configured chat model, its answers kept in the folder `cache` where one is given."""
    inner = open_chat_model(settings.model, settings.weights_dir)
    model = RememberedModel(
        inner=getattr(inner, "inner", inner),  # benchmarks call no tools: none has to be chosen under a schema
        path=cache / "answers.sqlite" if cache else None,
        model_name=local_name(settings.model) or settings.model.name,
    )
    try:
        yield model
    finally:
        model.close()
        close_chat_model(inner)
