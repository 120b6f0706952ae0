"""Lists in parts. A cursor names the last record of a part, so that what is written meanwhile shifts nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Protocol, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from .errors import BadRequest
from .views import Page

__all__ = ["Dated", "Part", "PartQuery", "QueryModel", "newest_first"]

V = TypeVar("V")


class QueryModel(BaseModel):
    """Names in a query string that are not known are refused, as everywhere."""

    model_config = ConfigDict(extra="forbid")


class PartQuery(QueryModel):
    limit: int = Field(default=50, ge=1, le=200, description="At most so many.")
    cursor: str | None = Field(default=None, max_length=2000, description="`next_cursor` of the part before.")


Part = Annotated[PartQuery, Query()]


class Dated(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def created(self) -> datetime: ...


D = TypeVar("D", bound=Dated)


def newest_first(records: Sequence[D], view: Callable[[D], V], wanted: PartQuery) -> Page[V]:
    """The part of `records` that is wanted. Raises BadRequest."""
    after = _read(wanted.cursor) if wanted.cursor else None
    ordered = sorted(records, key=_place, reverse=True)
    rest = [record for record in ordered if after is None or _place(record) < after]
    part = rest[: wanted.limit]
    more = len(rest) > wanted.limit
    return Page(
        items=[view(record) for record in part], next_cursor=_written(part[-1]) if more else None, total=len(ordered)
    )


def _place(record: Dated) -> tuple[datetime, str]:
    return record.created, record.id


def _written(record: Dated) -> str:
    return base64.urlsafe_b64encode(f"{record.created.isoformat()} {record.id}".encode()).decode()


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        created, _, record_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition(" ")
        at = datetime.fromisoformat(created)
        if at.tzinfo is None:
            raise ValueError(created)
    except (ValueError, binascii.Error):
        raise BadRequest("the cursor is none of ours: use `next_cursor` of the part before", param="cursor") from None
    return at, record_id
