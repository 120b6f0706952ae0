"""Streams of an OpenAI-compatible server, taken as they come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import openai
import pytest
from langchain_core.messages import AIMessageChunk
from pydantic import SecretStr

from tailored.agent.models.compatible import CompatibleChat

Respond = Callable[[httpx2.Request], httpx2.Response]


def stream(*data: dict[str, Any]) -> httpx2.Response:
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "mine"}
    lines = [f"data: {json.dumps(head | one)}\n\n" for one in data]
    content = "".join([*lines, "data: [DONE]\n\n"]).encode()
    return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=content)


def piece(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def streamed(respond: Respond, *, retries: int = 0, **options: Any) -> AIMessageChunk:
    """What adds up of the stream of a model whose server answers so."""

    async def ask() -> AIMessageChunk:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(respond)) as http:
            model = CompatibleChat(
                model="mine",
                base_url="http://mine.invalid/v1",
                api_key=SecretStr("some-key"),
                http_async_client=http,
                max_retries=retries,
                stream_usage=True,
                max_tokens=7,
            )
            whole = None
            async for chunk in model.astream([("system", "Be brief."), ("human", "Hi")], **options):
                whole = chunk if whole is None else whole + chunk
            assert isinstance(whole, AIMessageChunk)
            return whole

    return asyncio.run(ask())


def test_text_usage_and_the_end_of_a_stream() -> None:
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}

    said = streamed(
        lambda _: stream(
            piece(role="assistant", content="Hel"),
            piece(content="lo."),
            piece("length"),
            {"choices": [], "usage": usage},
        )
    )

    assert said.text == "Hello."
    assert said.response_metadata["finish_reason"] == "length"
    assert said.usage_metadata is not None
    assert said.usage_metadata["output_tokens"] == 2
    assert said.usage_metadata["input_token_details"]["cache_read"] == 4


def test_calls_of_tools_are_joined() -> None:
    def call(**function: str) -> dict[str, Any]:
        return {"index": 0, "function": function} | ({"id": "c", "type": "function"} if "name" in function else {})

    said = streamed(
        lambda _: stream(
            piece(tool_calls=[call(name="search", arguments='{"text":')]),
            piece(tool_calls=[call(arguments='"Jaws"}')]),
            piece("tool_calls"),
        )
    )

    assert [(call["name"], call["args"], call["id"]) for call in said.tool_calls] == [("search", {"text": "Jaws"}, "c")]


@pytest.mark.parametrize("options", [{}, {"extra_headers": {"X-Trace": "7"}}])
def test_the_same_is_sent_by_either_way(options: dict[str, Any]) -> None:
    sent: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return stream(piece(content="Hello."))

    streamed(respond, extra_body={"top_k": 3}, **options)

    assert sent[0].url == "http://mine.invalid/v1/chat/completions"
    assert sent[0].headers["authorization"] == "Bearer some-key"
    assert sent[0].headers.get("x-trace") == options.get("extra_headers", {}).get("X-Trace")
    assert json.loads(sent[0].content) == {
        "model": "mine",
        "messages": [{"content": "Be brief.", "role": "system"}, {"content": "Hi", "role": "user"}],
        "max_completion_tokens": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
        "top_k": 3,
    }


@pytest.mark.parametrize(
    ("status", "fault"),
    [(401, openai.AuthenticationError), (404, openai.NotFoundError), (429, openai.RateLimitError)],
)
def test_a_refusal_is_the_clients_own_fault(status: int, fault: type[openai.APIError]) -> None:
    with pytest.raises(fault):
        streamed(lambda _: httpx2.Response(status, json={"error": {"message": "no"}}))


def test_a_failed_request_is_tried_again() -> None:
    answers = [httpx2.Response(500, headers={"retry-after-ms": "1"}, json={}), stream(piece(content="Hello."))]

    said = streamed(lambda _: answers.pop(0), retries=1)

    assert said.text == "Hello."


def test_an_error_in_the_middle_is_no_end() -> None:
    with pytest.raises(openai.APIError, match="out of memory"):
        streamed(lambda _: stream(piece(content="Hel"), {"error": {"message": "out of memory"}}))


def test_a_server_that_cannot_be_reached_is_named_so() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(openai.APIConnectionError):
        streamed(refuse)
