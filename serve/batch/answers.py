"""What is written for a line: OpenAI's output format, and its error format with the line's number."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ...agent.errors import AgentFault, ReplyNotFound
from ...agent.models.errors import ModelFault, ModelUnreachable
from ...memory import MemoryFault, RecordNotFound, StoreUnavailable
from ...tools import ToolFault
from .errors import LineFailed, MalformedLine

__all__ = ["Answer", "Refusal", "output_line", "refusal_line", "refusal_of"]

_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (ModelUnreachable, 503),
    (ModelFault, 502),
    (StoreUnavailable, 503),
    (ReplyNotFound, 404),
    (RecordNotFound, 404),
    (LineFailed, 424),
    (MalformedLine, 400),
    (AgentFault, 400),
    (MemoryFault, 400),
    (ToolFault, 400),
    (ValueError, 400),
)
"""From a fault to the status that the API would have given; the first that fits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A line that was answered."""

    body: dict[str, Any]
    """What the API would have answered."""
    record_id: str
    """Of the reply, edit or interaction that it left in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A line that failed, and why, in words that quote nothing of it."""

    status: int
    code: str
    message: str

    @property
    def unreachable(self) -> bool:
        """Whether the model's server was the reason: the next line will probably fail as well."""
        return self.status == 503


def refusal_of(error: Exception) -> Refusal | None:
    """What to write for an error that was raised on purpose; None for a bug, which must be seen."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return Refusal(status=status, code=_code(type(error).__name__), message=str(error))
    return None


def output_line(run: str, number: int, custom_id: str, answer: Answer) -> bytes:
    request_id = f"batch_req_{run}_{number}"
    response = {"status_code": 200, "request_id": request_id, "body": answer.body}
    return _line({"id": request_id, "custom_id": custom_id, "response": response, "error": None})


def refusal_line(run: str, number: int, custom_id: str | None, refusal: Refusal) -> bytes:
    request_id = f"batch_req_{run}_{number}"
    error = {"message": refusal.message, "type": "invalid_request_error", "param": None, "code": refusal.code}
    if refusal.status >= 500:
        error["type"] = "server_error"
    response = {"status_code": refusal.status, "request_id": request_id, "body": {"error": error}}
    said = {"code": refusal.code, "message": refusal.message, "line": number}
    return _line({"id": request_id, "custom_id": custom_id, "response": response, "error": said})


def _line(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _code(name: str) -> str:
    """`ModelUnreachable` as `model_unreachable`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
