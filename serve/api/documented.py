"""How answers to faults stand in the OpenAPI document."""

from __future__ import annotations

from typing import Any

from .views import View

__all__ = ["ProblemView", "event_stream", "faults", "openai_faults"]


class Wrong(View):
    loc: list[str | int]
    msg: str


class ProblemView(View):
    """Problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Wrong] | None = None


_SAID = {
    400: "The request cannot be understood or served as it is.",
    401: "No key, or one that is unknown or revoked.",
    403: "The key does not reach this user or this route, or a foreign page asks.",
    404: "There is no such record, item or token.",
    408: "The request's body comes too slowly.",
    409: "There is no catalog, the title is ambiguous, or the user was erased meanwhile.",
    413: "The request or the message is too large.",
    422: "A part of the request is wrong; `errors` says which.",
    429: "Too many requests; `Retry-After` says when to come back.",
    500: "A bug.",
    502: "The model's or the embedder's server failed.",
    503: "The store or the model is not available, or the server is being stopped.",
    507: "The disk is full; nothing was written.",
}


def faults(*more: int) -> dict[int | str, dict[str, Any]]:
    """The faults that any keyed route may answer with, and those of this one."""
    statuses = sorted({400, 401, 403, 408, 413, 422, 429, 500, 503, 507, *more})
    schema = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemView"}}}
    return {status: {"description": _SAID[status], "content": schema, "model": None} for status in statuses}


def openai_faults(*more: int) -> dict[int | str, dict[str, Any]]:
    """As `faults`, in OpenAI's form, which knows no 413 and no 422."""
    statuses = sorted({400, 401, 403, 408, 429, 500, 503, 507, *more})
    error = {name: {"type": ["string", "null"]} for name in ("message", "type", "param", "code")}
    schema = {"type": "object", "properties": {"error": {"type": "object", "properties": error}}, "required": ["error"]}
    content = {"application/json": {"schema": schema}}
    documented: dict[int | str, dict[str, Any]] = {
        status: {"description": _SAID[status], "content": content, "model": None} for status in statuses
    }
    # FastAPI would document its own form of a 422 where none is named.
    return documented | {422: {"description": "Not used: see 400."}}


def event_stream(*names: str) -> dict[str, Any]:
    """The media type of a stream of server-sent events; its schema is that of each of them (OpenAPI 3.1)."""
    name = {"type": "string", "enum": list(names)} if names else {"type": "string"}
    event = {"type": "object", "properties": {"event": name, "data": {"type": "string"}}, "required": ["data"]}
    return {"text/event-stream": {"schema": event}}
