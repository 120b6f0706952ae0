"""Errors as answers: problem details (RFC 9457), or OpenAI's form where an OpenAI client asks.

One table says which error is which status; what is not in it is a bug, logged, and told without its text.
"""

from __future__ import annotations

import errno
import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from ...agent import errors as agent
from ...agent.models import errors as models
from ...memory import errors as memory
from ...tools import errors as tools
from . import errors as api

__all__ = ["Problem", "answer", "invalid", "of_http", "problem_of", "unexpected"]

log = logging.getLogger(__name__)

NATIVE_ROUTES = ("/v1/users/", "/v1/items", "/v1/session", "/v1/backups")
"""Where errors are problem details; elsewhere below /v1 whoever asks takes this for OpenAI's server."""

_TABLE: tuple[tuple[type[Exception], int, str], ...] = (
    (api.KeyMissing, 401, "Key missing"),
    (api.NotYours, 403, "Not yours"),
    (api.ForeignOrigin, 403, "Foreign origin"),
    (api.TooLarge, 413, "Too large"),
    (api.TooMany, 429, "Too many requests"),
    (api.Stopping, 503, "Shutting down"),
    (api.BadRequest, 400, "Bad request"),
    (api.Unknown, 404, "Not found"),
    (agent.ReplyNotFound, 404, "Reply not found"),
    (agent.ConfirmationNotFound, 404, "Confirmation not found"),
    (agent.MessageTooLong, 413, "Message too long"),
    (agent.EmptyMessage, 422, "Empty message"),
    (agent.NothingToEdit, 422, "Nothing to edit"),
    (agent.NothingToChoose, 422, "Nothing to choose"),
    (agent.StatementRefused, 422, "Statement refused"),
    (agent.UserErased, 409, "User erased"),
    (memory.RecordNotFound, 404, "Record not found"),
    (memory.InvalidUserId, 422, "Invalid user id"),
    (memory.InvalidRecord, 422, "Invalid record"),
    (memory.EmbeddingFailed, 502, "Embedding failed"),
    (memory.MemoryFault, 503, "Store unavailable"),
    (models.ModelUnreachable, 502, "Model unreachable"),
    (models.ModelMisbehaved, 502, "Model misbehaved"),
    (models.ModelFault, 503, "Model unavailable"),
    (tools.CatalogNotFound, 409, "No catalog"),
    (tools.AmbiguousItem, 409, "Ambiguous item"),
    (tools.UnknownItem, 404, "Unknown item"),
    (tools.InvalidRequest, 422, "Invalid request"),
    (tools.ToolFault, 503, "Tool unavailable"),
)
_TITLES = {404: "Not found", 405: "Method not allowed", 408: "Too slow", 413: "Too large"}
_NO_ROUTE = "there is nothing at this address: see docs/api.md"
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)
_FULL_DATABASE = "database or disk is full"
"""SQLite's words, which Chroma passes on."""
_FOR_OTHERS = {
    502: "the model's or the embedder's server fails: try again later",
    503: "this cannot be done at the moment: try again later",
}
"""What is said to whoever can do nothing about it: our own words name folders and servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    status: int
    title: str
    detail: str
    errors: tuple[Mapping[str, Any], ...] = ()
    """Which parts of the request are wrong."""
    headers: Mapping[str, str] = field(default_factory=dict)
    param: str | None = None

    @property
    def type(self) -> str:
        return "urn:tailored:" + self.title.lower().replace(" ", "-")

    def as_dict(self) -> dict[str, Any]:
        """As RFC 9457 has it."""
        fields = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        return fields | ({"errors": list(self.errors)} if self.errors else {})

    def as_openai(self) -> dict[str, Any]:
        """As OpenAI's clients read it."""
        code = "invalid_api_key" if self.status == 401 else self.type.rpartition(":")[2].replace("-", "_")
        wrong = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in self.errors)
        return {
            "error": {
                "message": f"{self.detail} ({wrong})" if wrong else self.detail,
                "type": _openai_type(self.status),
                "param": self.param,
                "code": code,
            }
        }


def problem_of(error: BaseException, *, operator: bool = True) -> Problem | None:
    """The answer to an error that was raised on purpose; None for any other.

    Where it is not the `operator` who asks, faults of the server are logged instead of told in full.
    """
    if _disk_is_full(error):
        return Problem(status=507, title="Disk full", detail="the disk is full: nothing was written")
    for kind, status, title in _TABLE:
        if isinstance(error, kind):
            return Problem(
                status=status,
                title=title,
                detail=_detail(error, status, operator=operator),
                headers=_headers(error, status),
                param=getattr(error, "param", None),
            )
    return None


def _detail(error: BaseException, status: int, *, operator: bool) -> str:
    if operator or status not in _FOR_OTHERS or isinstance(error, api.ApiFault):
        return str(error)
    log.warning("told as %d: %s", status, error)
    return _FOR_OTHERS[status]


def _headers(error: BaseException, status: int) -> dict[str, str]:
    if isinstance(error, api.TooMany):
        return {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
    if isinstance(error, api.Stopping):
        return {"Retry-After": "5"}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else {}


def _disk_is_full(error: BaseException) -> bool:
    """Whether that is what an error is, or what caused it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _FULL_DISK:
            return True
        # Not in our own words: they may name what somebody sent.
        if cause is not error and _FULL_DATABASE in str(cause):
            return True
        cause = cause.__cause__
    return False


def unexpected() -> Problem:
    """The answer to a bug: its text may hold anything, so it stays in the log."""
    return Problem(status=500, title="Internal error", detail="something went wrong here; the server's log says what")


def of_http(error: HTTPException) -> Problem:
    """The answer to what the framework raises: no such route or method, a body that is too large or too slow."""
    return Problem(
        status=error.status_code,
        title=_TITLES.get(error.status_code, "Bad request"),
        detail=_NO_ROUTE if error.status_code == 404 else str(error.detail),
        headers=dict(error.headers or {}),
    )


def invalid(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """The answer to a request of the wrong form; what was sent is not repeated."""
    wrong = tuple(
        {"loc": list(error["loc"]), "msg": str(error["msg"]).removeprefix("Value error, ")} for error in errors
    )
    return Problem(status=422, title="Invalid request", detail="the request has the wrong form", errors=wrong)


def answer(path: str, problem: Problem) -> JSONResponse:
    """The response that carries a problem to whoever asked for `path`."""
    if path.startswith("/v1/") and not path.startswith(NATIVE_ROUTES):
        # OpenAI has no 422 and no 413: its clients take any fault of theirs for a 400.
        status = 400 if problem.status in (413, 422) else problem.status
        return JSONResponse(problem.as_openai(), status_code=status, headers=dict(problem.headers))
    return JSONResponse(
        problem.as_dict(),
        status_code=problem.status,
        headers=dict(problem.headers),
        media_type="application/problem+json",
    )


def _openai_type(status: int) -> str:
    named = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
    return named.get(status, "invalid_request_error" if status < 500 else "server_error")
