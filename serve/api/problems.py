"""Errors as answers: problem details (RFC 9457), or OpenAI's form where an OpenAI client asks.

One table says which error is which status; what is not in it is a bug, logged, and told without its text.
"""

from __future__ import annotations

import errno
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse

from ...agent import errors as agent
from ...agent.models import errors as models
from ...memory import errors as memory
from ...tools import errors as tools
from . import errors as api

__all__ = ["OPENAI_ROUTES", "Problem", "answer", "invalid", "problem_of", "unexpected"]

OPENAI_ROUTES = ("/v1/chat/", "/v1/responses", "/v1/models")
"""Where errors have OpenAI's form."""

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
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


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


def problem_of(error: BaseException) -> Problem | None:
    """The answer to an error that was raised on purpose; None for any other."""
    for kind, status, title in _TABLE:
        if isinstance(error, kind):
            headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
            if isinstance(error, api.TooMany):
                headers = {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
            elif isinstance(error, api.Stopping):
                headers = {"Retry-After": "5"}
            return Problem(
                status=status, title=title, detail=str(error), headers=headers, param=getattr(error, "param", None)
            )
    if isinstance(error, OSError) and error.errno in _FULL_DISK:
        return Problem(status=507, title="Disk full", detail="the disk is full: nothing was written")
    return None


def unexpected() -> Problem:
    """The answer to a bug: its text may hold anything, so it stays in the log."""
    return Problem(status=500, title="Internal error", detail="something went wrong here; the server's log says what")


def invalid(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """The answer to a request of the wrong form; what was sent is not repeated."""
    wrong = tuple({"loc": list(error["loc"]), "msg": str(error["msg"])} for error in errors)
    return Problem(status=422, title="Invalid request", detail="the request has the wrong form", errors=wrong)


def answer(path: str, problem: Problem) -> JSONResponse:
    """The response that carries a problem to whoever asked for `path`."""
    if path.startswith(OPENAI_ROUTES):
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
