"""What a learning job is: ids of records and never text, so that erasing a user leaves nothing of them in a queue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .errors import PayloadRefused

__all__ = ["Job", "NewJob", "QueueCounts", "check_job"]

MAX_PAYLOAD = 64
_ID = re.compile(r"[\w.:@/+=-]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job that is to be added: due after `delay_s`, or with all of its kind as soon as `block` of them wait for the
    user."""

    user_id: str
    kind: str
    payload: tuple[str, ...] = ()
    delay_s: float = 0.0
    block: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of learning to do. `lease` is the turn it was taken in and has to be shown to finish it."""

    id: int
    user_id: str
    kind: str
    payload: tuple[str, ...]
    tries: int
    error: str = ""
    """Name of the error of the last try."""

    @property
    def lease(self) -> int:
        return self.tries


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """How many jobs there are in each state; finished ones are gone."""

    waiting: int = 0
    leased: int = 0
    poisoned: int = 0


def check_job(user_id: str, kind: str, payload: Sequence[str]) -> None:
    """Raises PayloadRefused."""
    if not user_id.strip() or not kind.strip():
        raise PayloadRefused(f"a job needs a user and a kind, not user_id={user_id!r}, kind={kind!r}")
    if isinstance(payload, str) or len(payload) > MAX_PAYLOAD:
        raise PayloadRefused(f"the payload of a {kind!r} job must be a list of at most {MAX_PAYLOAD} ids")
    for position, item in enumerate(payload):
        if not isinstance(item, str) or not _ID.fullmatch(item):
            raise PayloadRefused(f"item {position} of the payload of a {kind!r} job is no id: pass ids, never text")
