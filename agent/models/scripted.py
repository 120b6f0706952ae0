"""A chat model that plays a script: the exact, boring double for tests and demonstrations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field

__all__ = ["ScriptedModel"]

Line = str | AIMessage | Exception | Callable[[list[BaseMessage]], "str | AIMessage"]


class ScriptedModel(BaseChatModel):
    """Plays `script` line by line: text, messages, exceptions to raise, or functions of the messages it is given.

    `seen` holds the messages of every call and `options` what else each call passed (tools, response_format).
    A call after the last line raises IndexError. Usage is counted in words.
    """

    script: Sequence[Any]
    seen: list[list[BaseMessage]] = Field(default_factory=list)
    options: list[dict[str, Any]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        bound = self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice, **kwargs)
        return cast("Runnable[LanguageModelInput, AIMessage]", bound)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages, kwargs))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        message = self._next(messages, kwargs)
        for word in re.findall(r"\S+\s*|\s+", message.text):
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
        last = AIMessageChunk(
            content="", tool_calls=message.tool_calls, usage_metadata=message.usage_metadata, chunk_position="last"
        )
        yield ChatGenerationChunk(message=last)

    def _next(self, messages: list[BaseMessage], options: dict[str, Any]) -> AIMessage:
        number = len(self.seen)
        self.seen.append(list(messages))
        self.options.append(options)
        if number >= len(self.script):
            raise IndexError(f"the script has {len(self.script)} lines, this is call {number + 1}")
        line = self.script[number]
        if isinstance(line, Exception):
            raise line
        played = line(messages) if callable(line) else line
        message = AIMessage(content=played) if isinstance(played, str) else played
        return message.model_copy(
            update={"id": None, "usage_metadata": message.usage_metadata or _usage(messages, message)}
        )


def _usage(messages: Sequence[BaseMessage], reply: AIMessage) -> UsageMetadata:
    read = sum(len(message.text.split()) for message in messages)
    written = len(reply.text.split())
    return UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
