"""`tailored batch --dry-run`: what a batch would take, found without asking the model anything.

Some lines, spread evenly over the file, go through the whole turn up to a model that counts what it is given and says
nothing; nothing of it is remembered. The rest of the file is taken to be like them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from ...agent import Assistant
from ...agent.settings import Settings
from ...prompts import TiktokenCounter
from .engine import AssistantEngine
from .index import Index
from .lines import Chat
from .source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Estimate", "estimate"]

SAMPLE = 200
PER_MESSAGE = 4
"""Tokens that a chat template adds to each message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What is still to be done."""

    chats: int
    others: int
    malformed: int
    users: int
    prompt_tokens: int
    reply_tokens_at_most: int
    sampled: int

    def cost(self, per_prompt: float, per_reply: float) -> tuple[float, float]:
        """Of the prompts, and of the longest replies; prices are for a million tokens."""
        return self.prompt_tokens * per_prompt / 1e6, self.reply_tokens_at_most * per_reply / 1e6


async def estimate(settings: Settings, source: Source, index: Index) -> Estimate:
    """For the lines of an index that has begun."""
    chats, others, malformed, users = index.left()
    counter = _CountingModel()
    sampled = longest = 0
    with _assistant(settings, counter) as assistant:
        engine = AssistantEngine(assistant, remember=False)
        for pending in index.spread(SAMPLE):
            line = source.read(pending)
            if isinstance(line.action, Chat):
                await engine.answer(line, thread="dry run")
                longest += line.action.options.get("max_tokens", settings.model.max_tokens)
                sampled += 1
    share = chats / sampled if sampled else 0.0
    return Estimate(
        chats=chats,
        others=others,
        malformed=malformed,
        users=users,
        prompt_tokens=round(counter.tokens * share),
        reply_tokens_at_most=round(longest * share),
        sampled=sampled,
    )


@contextmanager
def _assistant(settings: Settings, model: BaseChatModel) -> Iterator[Assistant]:
    """On the data folder where there is one; a dry run makes none."""
    with TemporaryDirectory() as nowhere:
        if not settings.data_dir.is_dir():
            settings = settings.model_copy(update={"data_dir": Path(nowhere) / "data"})
        with Assistant.open(settings=settings, model=model) as assistant:
            yield assistant


class _CountingModel(BaseChatModel):
    """Counts the tokens it is given and answers nothing."""

    _counter: TiktokenCounter = PrivateAttr(default_factory=TiktokenCounter)
    _tokens: int = PrivateAttr(default=0)

    @property
    def tokens(self) -> int:
        return self._tokens

    @property
    def _llm_type(self) -> str:
        return "counting"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        texts = [str(message.text) for message in messages]
        texts += [json.dumps(tool) for tool in kwargs.get("tools", ())]
        self._tokens += sum(self._counter.count(text) + PER_MESSAGE for text in texts)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=""))])
