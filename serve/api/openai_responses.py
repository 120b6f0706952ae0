"""`/v1/responses`: OpenAI's newer protocol, on the same turns as chat completions."""

from __future__ import annotations

from dataclasses import replace
from time import time
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from ...agent.supplied import Supplied
from ...memory import Episode
from ...memory.errors import RecordNotFound
from .bodies import Name
from .desk import Asked, Desk, TheDesk
from .documented import event_stream, openai_faults
from .errors import BadRequest, Unknown
from .identity import identity_of
from .openai_chat import user_of
from .openai_messages import Body, Called, Function, Lenient, Message, Spoken, spoken
from .openai_models import MODEL, PRIVATE_MODEL, check_model
from .openai_stream import PATIENCE_S, once_begun
from .response_events import response_events
from .response_shapes import RESPONSE, finished_response
from .sse import EventStream

__all__ = ["router"]

router = APIRouter(prefix="/v1/responses", tags=["openai"])


class Reasoning(Lenient):
    effort: str | None = None


class Format(Lenient):
    type: str = "text"


class TextOptions(Lenient):
    format: Format = Format()


class ResponseBody(Body):
    """OpenAI's request for a response. `thread` and `private` are ours (`extra_body` in the openai client)."""

    model: str = MODEL
    input: str | list[dict[str, Any]] = Field(min_length=1)
    instructions: str | None = None
    stream: bool = False
    user: str | None = Field(default=None, max_length=512)
    tools: list[dict[str, Any]] | None = Field(default=None, max_length=128)
    tool_choice: str | dict[str, Any] | None = None
    max_output_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = None
    top_p: float | None = None
    parallel_tool_calls: bool | None = None
    reasoning: Reasoning | None = None
    text: TextOptions | None = None
    previous_response_id: str | None = Field(default=None, max_length=600)
    background: bool = False
    thread: Name | None = None
    private: bool = False


@router.post(
    "",
    summary="Answer, in OpenAI's newer form",
    response_model=dict,
    responses={
        **openai_faults(404, 502),
        200: {
            "description": "A response, or with `stream` its events as server-sent events.",
            "content": event_stream(),
        },
    },
)
async def responses(request: Request, body: ResponseBody, desk: TheDesk) -> Any:
    asked = _asked(request, body, desk)
    frame = _frame(body)
    if not body.stream:
        return finished_response(await desk.reply(asked), frame)
    events = await once_begun(desk.events(asked, patience_s=PATIENCE_S))
    return EventStream(response_events(events, frame, operator=identity_of(request).operator))


def _asked(request: Request, body: ResponseBody, desk: Desk) -> Asked:
    if body.background:
        raise BadRequest("`background` is not supported: ask and wait, or stream", param="background")
    user_id = user_of(request, desk, body.user)
    private = body.private or check_model(body.model) == PRIVATE_MODEL
    said = spoken(
        [*_instructions(body), *_messages(body.input)],
        tools=[_tool(tool) for tool in body.tools or ()],
        tool_choice=_choice(body.tool_choice),
        options=_options(body, desk),
    )
    thread, supplied = body.thread or said.thread, said.supplied
    if body.previous_response_id:
        thread, supplied = _continued(desk, user_id, body.previous_response_id, said)
    return Asked(user_id=user_id, text=said.text, thread=thread, private=private, supplied=supplied, way_in="responses")


def _continued(desk: Desk, user_id: str, response_id: str, said: Spoken) -> tuple[str, Supplied]:
    """The thread of an earlier response, and what this request supplies to its conversation. Raises Unknown."""
    try:
        earlier = desk.assistant.user(user_id).record(response_id.removeprefix(RESPONSE))
    except RecordNotFound:
        earlier = None
    if not isinstance(earlier, Episode):
        raise Unknown(
            f"response {response_id!a} is not kept (it was private, called a tool, or was forgotten): "
            "send the whole conversation as `input`"
        )
    if said.supplied.history:
        raise BadRequest("with `previous_response_id` send the new message alone", param="input")
    turns = desk.assistant.user(user_id).thread(earlier.thread)
    before = [Message(role=_role(turn), content=turn.content) for turn in turns if turn.order <= earlier.order]
    history = spoken([*before, Message(role="user", content=said.text)]).supplied.history
    return earlier.thread, replace(said.supplied, history=history)


def _role(turn: Episode) -> Any:
    return "assistant" if turn.source == "assistant" else "user"


def _instructions(body: ResponseBody) -> list[Message]:
    return [Message(role="system", content=body.instructions)] if body.instructions else []


def _messages(given: str | list[dict[str, Any]]) -> list[Message]:
    if isinstance(given, str):
        return [Message(role="user", content=given)]
    return [message for item in given if (message := _message(item)) is not None]


def _message(item: dict[str, Any]) -> Message | None:
    """An item of the input; None for one that says nothing to another model, as its reasoning."""
    kind = item.get("type", "message")
    if kind == "message":
        return _said(item)
    if kind == "function_call":
        function = Function(name=str(item.get("name") or "unnamed"), arguments=str(item.get("arguments") or "{}"))
        call = Called(id=str(item.get("call_id", "")), function=function)
        return Message(role="assistant", content="", tool_calls=[call])
    if kind == "function_call_output":
        output = item.get("output", "")
        return Message(role="tool", content=_output(output), tool_call_id=str(item.get("call_id", "")))
    if kind in ("reasoning", "item_reference"):
        return None
    raise BadRequest(f"input items of type {kind!a} are not supported", param="input")


def _said(item: dict[str, Any]) -> Message:
    content = item.get("content", "")
    if not isinstance(content, str | list):
        raise BadRequest("the content of a message is text or a list of parts", param="input")
    if item.get("role") not in ("system", "developer", "user", "assistant"):
        raise BadRequest(f"a message has the role {item.get('role')!a}, which is not known", param="input")
    parts = content if isinstance(content, str) else [_part(part) for part in content if isinstance(part, dict)]
    return Message(role=item["role"], content=parts)


def _part(part: dict[str, Any]) -> dict[str, Any]:
    """A part of a message as chat completions have it."""
    if part.get("type") == "input_image":
        return {"type": "image_url", "image_url": {"url": part.get("image_url", "")}}
    return part


def _output(output: Any) -> str | list[dict[str, Any]]:
    return output if isinstance(output, str) else [part for part in output if isinstance(part, dict)]


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    if tool.get("type") != "function" or not isinstance(tool.get("name"), str) or not tool["name"]:
        raise BadRequest(
            f"a tool of type {tool.get('type')!a} is not supported: only named functions are", param="tools"
        )
    fields = ("name", "description", "parameters", "strict")
    return {"type": "function", "function": {name: tool[name] for name in fields if tool.get(name) is not None}}


def _choice(choice: str | dict[str, Any] | None) -> Any:
    if isinstance(choice, dict) and choice.get("type") == "function":
        return {"type": "function", "function": {"name": choice.get("name")}}
    return choice


def _options(body: ResponseBody, desk: Desk) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "temperature": body.temperature,
        "top_p": body.top_p,
        "parallel_tool_calls": body.parallel_tool_calls,
        "reasoning_effort": body.reasoning.effort if body.reasoning else None,
        "response_format": _response_format(body.text.format) if body.text else None,
    }
    if body.max_output_tokens:
        wanted["max_tokens"] = min(body.max_output_tokens, desk.settings.model.max_tokens)
    return {name: value for name, value in wanted.items() if value is not None}


def _response_format(form: Format) -> dict[str, Any] | None:
    if form.type == "json_schema":
        return {"type": "json_schema", "json_schema": form.model_extra or {}}
    return None if form.type == "text" else {"type": form.type}


def _frame(body: ResponseBody) -> dict[str, Any]:
    """What a response repeats of its request."""
    return {
        "object": "response",
        "created_at": int(time()),
        "model": body.model,
        "instructions": body.instructions,
        "max_output_tokens": body.max_output_tokens,
        "parallel_tool_calls": body.parallel_tool_calls is not False,
        "previous_response_id": body.previous_response_id,
        "temperature": body.temperature,
        "top_p": body.top_p,
        "tool_choice": body.tool_choice or "auto",
        "tools": body.tools or [],
        "metadata": {},
    }
