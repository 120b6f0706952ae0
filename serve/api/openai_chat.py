"""`/v1/chat/completions`: the assistant for every client that speaks OpenAI's protocol."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from time import time
from typing import Any, Literal
from urllib.parse import unquote

from fastapi import APIRouter, Request
from pydantic import Field

from ...agent import Prepared, ReplyFinished, TextDelta
from .bodies import Name
from .desk import Asked, Desk, TheDesk
from .documented import event_stream, openai_faults
from .errors import BadRequest
from .identity import identity_of
from .openai_messages import Body, Lenient, Message, spoken
from .openai_models import MODEL, PRIVATE_MODEL, check_model
from .openai_shapes import call_json, chunk, completion, extension, finish_reason, usage
from .openai_stream import PATIENCE_S, Events, fault_json, once_begun
from .sse import DONE, PING, EventStream, event

__all__ = ["router", "user_of"]

router = APIRouter(prefix="/v1/chat", tags=["openai"])

OPTIONS = (
    "temperature", "top_p", "stop", "seed", "frequency_penalty", "presence_penalty", "logit_bias",
    "reasoning_effort", "response_format", "parallel_tool_calls",
)  # fmt: skip
"""What is handed on to the model as it is."""
REFUSED = ("audio", "functions", "function_call", "logprobs", "top_logprobs", "web_search_options")
"""What would silently not happen."""


class FunctionTool(Lenient):
    type: Literal["function"]
    function: dict[str, Any]


class StreamOptions(Lenient):
    include_usage: bool = False


class ChatBody(Body):
    """OpenAI's chat completion request. `thread` and `private` are ours (`extra_body` in the openai client)."""

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=10_000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str | None = Field(default=None, max_length=512)
    n: int | None = None
    tools: list[FunctionTool] | None = Field(default=None, max_length=128)
    tool_choice: str | dict[str, Any] | None = None
    max_tokens: int | None = Field(default=None, ge=1)
    max_completion_tokens: int | None = Field(default=None, ge=1)
    thread: Name | None = None
    private: bool = False
    temperature: float | None = None
    top_p: float | None = None
    stop: str | list[str] | None = None
    seed: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    logit_bias: dict[str, float] | None = None
    reasoning_effort: str | None = None
    response_format: dict[str, Any] | None = None
    parallel_tool_calls: bool | None = None


@router.post(
    "/completions",
    summary="Answer, in OpenAI's form",
    response_model=dict,
    responses={
        **openai_faults(404, 502),
        200: {
            "description": "A chat completion, or with `stream` its chunks as server-sent events.",
            "content": event_stream(),
        },
    },
)
async def chat_completions(request: Request, body: ChatBody, desk: TheDesk) -> Any:
    asked = _asked(request, body, desk)
    created = int(time())
    if not body.stream:
        return completion(await desk.reply(asked), model=body.model, created=created)
    events = await once_begun(desk.events(asked, patience_s=PATIENCE_S))
    with_usage = body.stream_options is not None and body.stream_options.include_usage
    operator = identity_of(request).operator
    return EventStream(_chunks(events, model=body.model, created=created, with_usage=with_usage, operator=operator))


def user_of(request: Request, desk: Desk, named: str | None) -> str:
    """Whose memory a request to an OpenAI-compatible route is for: the key's user, or for others whom it names.

    Raises BadRequest.
    """
    name = desk.settings.api.user_header
    header = request.headers.get(name)
    return identity_of(request).named(_decoded(header, name) if header else named)


def _decoded(header: str, name: str) -> str:
    # Ids that are not text would all become the same one.
    if not header.isascii():
        raise BadRequest(f"the header {name} is not plain ASCII: percent-encode the user's id")
    try:
        return unquote(header, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest(f"the header {name} is not valid UTF-8: percent-encode the user's id") from None


def _asked(request: Request, body: ChatBody, desk: Desk) -> Asked:
    extra = body.model_extra or {}
    if body.n not in (None, 1):
        raise BadRequest(f"`n` is {body.n}: there is one reply to a message", param="n")
    if refused := [name for name in REFUSED if extra.get(name)]:
        raise BadRequest(f"`{refused[0]}` is not supported", param=refused[0])
    said = spoken(
        body.messages,
        tools=[_tool(tool) for tool in body.tools or ()],
        tool_choice=body.tool_choice,
        options=_options(body, desk),
    )
    return Asked(
        user_id=user_of(request, desk, body.user),
        text=said.text,
        thread=body.thread or said.thread,
        private=body.private or check_model(body.model) == PRIVATE_MODEL,
        supplied=said.supplied,
        way_in="chat.completions",
    )


def _tool(tool: FunctionTool) -> dict[str, Any]:
    if not isinstance(tool.function.get("name"), str) or not tool.function["name"]:
        raise BadRequest("a tool has no name: each needs `function.name`", param="tools")
    return tool.model_dump()


def _options(body: ChatBody, desk: Desk) -> dict[str, Any]:
    options = {name: value for name in OPTIONS if (value := getattr(body, name)) is not None}
    if wanted := body.max_completion_tokens or body.max_tokens:
        # The operator's limit is what a reply may cost; a client can only ask for less.
        options["max_tokens"] = min(wanted, desk.settings.model.max_tokens)
    return options


async def _chunks(
    events: Events, *, model: str, created: int, with_usage: bool, operator: bool
) -> AsyncGenerator[str, None]:
    reply_id = head = ""
    try:
        async for each in events:
            if each is None:
                yield PING
            elif isinstance(each, Prepared):
                reply_id = each.reply_id
                # Sent with the first text: each write costs.
                head = event(chunk(reply_id, model=model, created=created, delta={"role": "assistant", "content": ""}))
            elif isinstance(each, TextDelta):
                yield head + event(chunk(reply_id, model=model, created=created, delta={"content": each.text}))
                head = ""
            elif isinstance(each, ReplyFinished):
                last = _last_chunks(each, model=model, created=created, with_usage=with_usage)
                yield head + "".join(map(event, last))
        yield DONE
    except Exception as error:
        yield event(fault_json(error, operator=operator))
    finally:
        await events.aclose()


def _last_chunks(finished: ReplyFinished, *, model: str, created: int, with_usage: bool) -> list[dict[str, Any]]:
    reply = finished.reply
    chunks = [
        chunk(reply.id, model=model, created=created, delta={"tool_calls": [{"index": number, **call_json(call)}]})
        for number, call in enumerate(reply.calls)
    ]
    ending = chunk(reply.id, model=model, created=created, delta={}, finish=finish_reason(reply))
    chunks.append(ending | {"tailored": extension(reply)})
    if with_usage:
        chunks.append(chunk(reply.id, model=model, created=created) | {"usage": usage(reply.trace.tokens)})
    return chunks
