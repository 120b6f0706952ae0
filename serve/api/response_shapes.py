"""Replies as OpenAI's Responses API gives them."""

from __future__ import annotations

import json
from typing import Any

from ...agent import Reply
from ...agent.trace import CallerCall
from .openai_shapes import extension, response_usage

__all__ = ["RESPONSE", "call_item", "finished_response", "message_item", "open_response"]

RESPONSE = "resp_"
"""A response's id is this and the reply's."""


def open_response(reply_id: str, frame: dict[str, Any]) -> dict[str, Any]:
    """A response that is being written."""
    fields = {"id": RESPONSE + reply_id, "status": "in_progress", "output": []}
    return frame | fields | {"error": None, "incomplete_details": None, "usage": None}


def finished_response(reply: Reply, frame: dict[str, Any]) -> dict[str, Any]:
    said = [message_item(reply.id, reply.text)] if reply.text or not reply.calls else []
    return open_response(reply.id, frame) | {
        "status": "incomplete" if reply.trace.truncated else "completed",
        "incomplete_details": {"reason": "max_output_tokens"} if reply.trace.truncated else None,
        "output": [*said, *(call_item(call) for call in reply.calls)],
        "usage": response_usage(reply.trace.tokens),
        "tailored": extension(reply),
    }


def message_item(reply_id: str, text: str | None) -> dict[str, Any]:
    """The message of a response; without text as it begins."""
    content = [] if text is None else [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return {
        "id": f"msg_{reply_id}",
        "type": "message",
        "role": "assistant",
        "status": "in_progress" if text is None else "completed",
        "content": content,
    }


def call_item(call: CallerCall, *, begun: bool = False) -> dict[str, Any]:
    """A call of the caller's tool; `begun` as it begins."""
    return {
        "id": f"fc_{call.id}",
        "type": "function_call",
        "call_id": call.id,
        "name": call.name,
        "arguments": "" if begun else json.dumps(call.arguments, ensure_ascii=False),
        "status": "in_progress" if begun else "completed",
    }
