"""OpenAI's messages as a turn: the last message of the user is new, what comes before it is the conversation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ...agent.supplied import Supplied, content_of
from .errors import BadRequest

__all__ = ["Body", "Called", "Function", "Lenient", "Message", "Spoken", "spoken"]

PARTS_OF_TEXT = ("text", "input_text", "output_text")


class Lenient(BaseModel):
    """Clients send fields of their own, and new ones of OpenAI's; what is not known here is left alone."""

    model_config = ConfigDict(extra="allow")


class Body(Lenient):
    """A request's body. Half of a surrogate pair can be written in JSON, but no server can be sent it."""

    @model_validator(mode="before")
    @classmethod
    def _is_text(cls, body: Any) -> Any:
        if not isinstance(body, dict):
            return body  # no JSON, which is refused as such
        try:
            json.dumps(body, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ValueError("a text in it is not valid Unicode: it holds a lone surrogate") from None
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        return body


class Function(Lenient):
    name: str = Field(min_length=1, max_length=200)
    arguments: str = "{}"


class Called(Lenient):
    id: str = ""
    type: Literal["function"] = "function"
    function: Function


class Message(Lenient):
    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None = None
    tool_calls: list[Called] | None = None
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a list of messages comes to."""

    text: str
    supplied: Supplied
    thread: str
    """An id that is the same for every request of one conversation (on one day)."""


def spoken(
    messages: Sequence[Message],
    *,
    tools: Sequence[Mapping[str, Any]] = (),
    tool_choice: Any = None,
    options: Mapping[str, Any] | None = None,
) -> Spoken:
    """Raises BadRequest."""
    instructions = [_text(each) for each in messages if each.role in ("system", "developer")]
    said = [each for each in messages if each.role not in ("system", "developer")]
    last = max((number for number, each in enumerate(said) if each.role == "user"), default=-1)
    if last < 0:
        raise BadRequest("there is no message of the user to answer", param="messages")
    if said[-1].role == "assistant":
        raise BadRequest("the last message must be the user's or a tool's result", param="messages")
    supplied = Supplied(
        history=tuple(map(_as_message, said[:last])),
        following=tuple(map(_as_message, said[last + 1 :])),
        blocks=tuple(_blocks(said[last])),
        instructions="\n\n".join(filter(None, instructions)),
        tools=tuple(tools),
        tool_choice=tool_choice,
        options=options or {},
    )
    return Spoken(text=_text(said[last]), supplied=supplied, thread=_thread(instructions, said))


def _thread(instructions: Sequence[str], said: Sequence[Message]) -> str:
    # A client sends no id of the conversation, but it begins the same way with every request.
    first = next(_text(each) for each in said if each.role == "user")
    begun = json.dumps([f"{datetime.now(UTC):%Y-%m-%d}", *instructions, first])
    return "api-" + hashlib.sha256(begun.encode(errors="replace")).hexdigest()[:12]


def _text(message: Message) -> str:
    if message.content is None or isinstance(message.content, str):
        text = message.content or ""
    else:
        text = "\n".join(str(part.get("text", "")) for part in message.content if part.get("type") in PARTS_OF_TEXT)
    return text.encode("utf-8", errors="replace").decode()  # half of a surrogate pair is no text


def _blocks(message: Message) -> list[dict[str, Any]]:
    if message.content is None or isinstance(message.content, str):
        return []
    return [part for part in message.content if part.get("type") not in PARTS_OF_TEXT]


def _as_message(message: Message) -> AnyMessage:
    if message.role == "tool":
        return ToolMessage(content=_text(message), tool_call_id=message.tool_call_id)
    if message.role == "assistant":
        calls = [_call(called) for called in message.tool_calls or ()]
        return AIMessage(content=_text(message), tool_calls=calls)
    return HumanMessage(content_of(_text(message), _blocks(message)))


def _call(called: Called) -> Any:
    try:
        arguments = json.loads(called.function.arguments or "{}")
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise BadRequest(f"the arguments of tool call {called.id!a} are no JSON object", param="messages")
    return {"type": "tool_call", "id": called.id, "name": called.function.name, "args": arguments}
