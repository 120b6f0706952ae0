"""The lines of a batch's input file: OpenAI's Batch format, and edits and interactions beside the chats.

    {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions",
     "body": {"messages": [{"role": "user", "content": "…"}], "user": "ada"}}
    {"custom_id": "2", "method": "POST", "url": "/v1/users/ada/replies/line:1/edit", "body": {"text": "…"}}
    {"custom_id": "3", "method": "POST", "url": "/v1/users/ada/interactions", "body": {"item_id": "…", "event": "picked"}}

The urls are those of the API. In a batch `line:ID` stands for the reply to the line with that `custom_id`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ...memory import InvalidUserId, check_user_id
from ...memory.records import Signal
from .errors import MalformedLine

__all__ = ["Action", "Chat", "Correction", "Doing", "Line", "Message", "Verdict", "parse"]

CHAT_URL = "/v1/chat/completions"
LINE = "line:"
_EDIT = re.compile(r"/v1/users/([^/]+)/replies/([^/]+)/edit")
_FEEDBACK = re.compile(r"/v1/users/([^/]+)/replies/([^/]+)/feedback")
_INTERACTIONS = re.compile(r"/v1/users/([^/]+)/interactions")
CUSTOM_ID_AT_MOST = 512


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Part(_Strict):
    type: Literal["text"]
    text: str


class Message(_Strict):
    role: Literal["user", "assistant", "system", "developer"]
    content: str | tuple[_Part, ...]
    name: str | None = None

    @property
    def text(self) -> str:
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class _Metadata(_Strict):
    thread: Annotated[str, Field(min_length=1, max_length=512)] | None = None


class _ChatBody(_Strict):
    messages: Annotated[tuple[Message, ...], Field(min_length=1)]
    user: str | None = None
    metadata: _Metadata = _Metadata()
    model: str | None = None
    """Read over: the settings name the model."""
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: int | None = None
    stream: Literal[False] | None = None
    n: Literal[1] | None = None


class _EditBody(_Strict):
    text: str


class _FeedbackBody(_Strict):
    signal: Signal
    note: Annotated[str, Field(max_length=2000)] = ""


class _InteractionBody(_Strict):
    item_id: str
    event: Literal["rated", "picked", "rejected"]
    value: float | None = Field(default=None, ge=0.5, le=5)
    reason: str = ""


class _Envelope(_Strict):
    custom_id: Annotated[str, Field(min_length=1, max_length=CUSTOM_ID_AT_MOST)]
    method: Literal["POST"]
    url: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A message to answer. Without a thread it is a conversation of its own."""

    text: str
    before: tuple[Message, ...] = ()
    """What was said before it in the conversation."""
    thread: str | None = None
    instructions: str = ""
    """A system prompt of the line's own."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """How this line wants the model to be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The user's version of a reply: of a stored one, or of the reply to another line."""

    text: str
    reply_id: str | None = None
    of_line: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Something the user did with an item."""

    item_id: str
    event: Literal["rated", "picked", "rejected"]
    value: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a reply was good: a stored one, or the reply to another line."""

    signal: Signal
    note: str = ""
    reply_id: str | None = None
    of_line: str | None = None


Action = Chat | Correction | Verdict | Doing


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    custom_id: str
    user_id: str
    action: Action


_ENVELOPE = TypeAdapter(_Envelope)


def parse(data: bytes, *, default_user: str) -> Line:
    """A line of the input file. Raises MalformedLine, which says what is wrong but not what the line holds."""
    try:
        envelope = _ENVELOPE.validate_json(data)
        user_id, action = _action(envelope, default_user)
        return Line(custom_id=envelope.custom_id, user_id=check_user_id(user_id), action=action)
    except ValidationError as error:
        raise MalformedLine(_reasons(error), custom_id=_custom_id(data)) from None
    except (MalformedLine, InvalidUserId) as error:
        raise MalformedLine(str(error), custom_id=_custom_id(data)) from None


def _action(envelope: _Envelope, default_user: str) -> tuple[str, Action]:
    if envelope.url == CHAT_URL:
        body = _ChatBody.model_validate(envelope.body)
        return body.user or default_user, _chat(body)
    if found := _EDIT.fullmatch(envelope.url):
        text = _EditBody.model_validate(envelope.body).text
        return unquote(found[1]), Correction(text=text, **_reply(found[2]))
    if found := _FEEDBACK.fullmatch(envelope.url):
        said = _FeedbackBody.model_validate(envelope.body)
        return unquote(found[1]), Verdict(signal=said.signal, note=said.note, **_reply(found[2]))
    if found := _INTERACTIONS.fullmatch(envelope.url):
        return unquote(found[1]), _doing(_InteractionBody.model_validate(envelope.body))
    raise MalformedLine(
        f"url {envelope.url[:80]!r} is not served: there are {CHAT_URL}, /v1/users/USER/replies/REPLY/edit, "
        "/v1/users/USER/replies/REPLY/feedback and /v1/users/USER/interactions"
    )


def _reply(part: str) -> dict[str, str | None]:
    """The reply that a url names: by its id, or by the line that it answers."""
    named = unquote(part)
    if named.startswith(LINE):
        return {"reply_id": None, "of_line": named.removeprefix(LINE)}
    return {"reply_id": named, "of_line": None}


def _chat(body: _ChatBody) -> Chat:
    said = [message for message in body.messages if message.role in ("user", "assistant")]
    if not said or body.messages[-1].role != "user":
        raise MalformedLine("the last message must be the user's: it is the one that is answered")
    if len(said) > 1 and body.metadata.thread:
        raise MalformedLine("give earlier messages or `metadata.thread`, not both: a thread has its messages already")
    longest = body.max_completion_tokens or body.max_tokens
    options = {"temperature": body.temperature, "top_p": body.top_p, "max_tokens": longest, "seed": body.seed}
    return Chat(
        text=said[-1].text,
        before=tuple(said[:-1]),
        thread=body.metadata.thread,
        instructions="\n\n".join(message.text for message in body.messages if message not in said),
        options={name: value for name, value in options.items() if value is not None},
    )


def _doing(body: _InteractionBody) -> Doing:
    if (body.event == "rated") != (body.value is not None):
        raise MalformedLine("`value` belongs to the event `rated`, and only to it")
    return Doing(item_id=body.item_id, event=body.event, value=body.value, reason=body.reason)


def _custom_id(data: bytes) -> str | None:
    """The id of a line that is wrong elsewhere."""
    try:
        custom_id = json.loads(data)["custom_id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return custom_id if isinstance(custom_id, str) and len(custom_id) <= CUSTOM_ID_AT_MOST else None


def _reasons(error: ValidationError) -> str:
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(_reason(detail["loc"], detail["msg"]) for detail in details[:3])


def _reason(place: tuple[int | str, ...], message: str) -> str:
    path = ".".join(map(str, place))
    return f"`{path}`: {message}" if path else message
