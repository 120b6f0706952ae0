"""Replies in the form that OpenAI's clients read."""

from __future__ import annotations

import json
from typing import Any

from ...agent import Reply
from ...agent.trace import CallerCall, TokenUse

__all__ = ["call_json", "chunk", "completion", "extension", "finish_reason", "response_usage", "usage"]


def completion(reply: Reply, *, model: str, created: int) -> dict[str, Any]:
    """A chat completion."""
    calls = [call_json(call) for call in reply.calls]
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None, "refusal": None, "annotations": []}
    choice = {
        "index": 0,
        "message": message | ({"tool_calls": calls} if calls else {}),
        "finish_reason": finish_reason(reply),
        "logprobs": None,
    }
    return {
        "id": f"chatcmpl-{reply.id}",
        "object": "chat.completion",
        "created": created,
        "model": model,
        "choices": [choice],
        "usage": usage(reply.trace.tokens),
        "tailored": extension(reply),
    }


def chunk(
    reply_id: str, *, model: str, created: int, delta: dict[str, Any] | None = None, finish: str | None = None
) -> dict[str, Any]:
    """A piece of a streamed chat completion; without `delta` one that has no choice."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}]
    return {
        "id": f"chatcmpl-{reply_id}",
        "object": "chat.completion.chunk",
        "created": created,
        "model": model,
        "choices": choices,
    }


def extension(reply: Reply) -> dict[str, Any]:
    """What OpenAI's form has no place for: the id to edit the reply by, and why it is what it is."""
    editable = None if reply.private or reply.calls else reply.id
    return {
        "reply": editable,
        "user": reply.user_id,
        "thread": reply.thread,
        "private": reply.private,
        "why": reply.why.splitlines(),
    }


def finish_reason(reply: Reply) -> str:
    if reply.calls:
        return "tool_calls"
    return "length" if reply.trace.truncated else "stop"


def usage(tokens: TokenUse) -> dict[str, Any]:
    return {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {"cached_tokens": tokens.cached},
    }


def response_usage(tokens: TokenUse) -> dict[str, Any]:
    """As the Responses API has it."""
    return {
        "input_tokens": tokens.prompt,
        "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": 0},
        "output_tokens": tokens.completion,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": tokens.prompt + tokens.completion,
    }


def call_json(call: CallerCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)}
    return {"id": call.id, "type": "function", "function": function}
