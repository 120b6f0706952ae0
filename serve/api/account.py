"""Native routes of everything a user has here: figures, export, import, erasure."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from statistics import fmean
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from ...memory import Edit, Record
from .arriving import check_values
from .bodies import EraseBody
from .desk import Desk, TheDesk
from .documented import faults
from .errors import BadRequest, Unknown
from .identity import User
from .views import ReceiptView, View

__all__ = ["router"]

router = APIRouter(prefix="/v1/users/{user}", tags=["account"])
CONFIRM_WITHIN = timedelta(minutes=5)


class EditedView(View):
    id: str
    created: datetime
    cost: int
    cost_ratio: float
    context: str


class DayView(View):
    day: str
    edits: int
    cost: int
    mean_cost: float
    mean_cost_ratio: float


class StatsView(View):
    """`edits` oldest first: what it cost the user to correct the replies should fall. `learning`: jobs that wait."""

    counts: dict[str, int]
    edits: list[EditedView]
    by_day: list[DayView]
    learning: int


class TakenIn(View):
    records: int


class ErasureView(View):
    """Send the token to `erase` before it expires."""

    token: str
    expires_at: datetime
    counts: dict[str, int]


@router.get("/stats", summary="Counts, and what edits cost over time", responses=faults())
def stats(user: User, desk: TheDesk) -> StatsView:
    person = desk.assistant.user(user)
    edits = person.edits
    return StatsView(
        counts=person.counts,
        edits=[EditedView.model_validate(edit) for edit in edits],
        by_day=_by_day(edits),
        learning=desk.assistant.waiting_jobs_of(user),
    )


def _by_day(edits: Sequence[Edit]) -> list[DayView]:
    days = groupby(edits, key=lambda edit: edit.created.astimezone(UTC).date())
    return [_day(day.isoformat(), list(of_day)) for day, of_day in days]


def _day(day: str, edits: list[Edit]) -> DayView:
    costs = [edit.cost for edit in edits]
    return DayView(
        day=day,
        edits=len(edits),
        cost=sum(costs),
        mean_cost=fmean(costs),
        mean_cost_ratio=fmean(edit.cost_ratio for edit in edits),
    )


@router.get("/export", summary="Everything that is stored about the user", responses=faults(), response_model=dict)
def export(user: User, desk: TheDesk) -> Response:
    name = quote(f"tailored-{user}.json", safe="")
    return JSONResponse(
        desk.assistant.user(user).export(),
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


async def exported(request: Request) -> dict[str, Any]:
    """The export in a request's body. Raises BadRequest, TooLarge."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadRequest("an export is JSON: send it as `Content-Type: application/json`")
    body = await request.body()
    check_values(body)
    try:
        read = await asyncio.to_thread(json.loads, body)
    except (ValueError, RecursionError):
        raise BadRequest("the request is no JSON: send an export as it was given") from None
    if not isinstance(read, dict):
        raise BadRequest("an export is a JSON object: send it as it was given")
    return read


AN_EXPORT: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
}


@router.post("/import", summary="Take in an export, as this user's", responses=faults(502), openapi_extra=AN_EXPORT)
def take_in(user: User, body: Annotated[dict[str, Any], Depends(exported)], desk: TheDesk) -> TakenIn:
    return TakenIn(records=desk.assistant.user(user).take_in(body))


@router.post("/erasure", summary="Ask to erase everything: gives a token that confirms it", responses=faults())
def ask_to_erase(user: User, desk: TheDesk) -> ErasureView:
    expires = (datetime.now(UTC) + CONFIRM_WITHIN).replace(microsecond=0)
    return ErasureView(
        token=_token(desk.keys.secret, user, expires, _oldest(desk, user)),
        expires_at=expires,
        counts=desk.assistant.user(user).counts,
    )


@router.post("/erase", summary="Erase everything, for good", responses=faults(404))
def erase(user: User, body: EraseBody, desk: TheDesk) -> ReceiptView:
    if not _confirms(body.token, desk.keys.secret, user, _oldest(desk, user)):
        raise Unknown("the token is unknown here or has expired: ask for one with `erasure`")
    return ReceiptView.model_validate(desk.assistant.user(user).erase().as_dict())


def _oldest(desk: Desk, user_id: str) -> str:
    """The id of the user's first record: after an erasure another one, so that a token erases once."""
    return next((record.id for record in desk.assistant.memory.records(user_id, Record)), "")


def _token(secret: bytes, user_id: str, expires: datetime, oldest: str) -> str:
    """Signed instead of kept: any process on the same keys may be the one that is sent it."""
    until = str(int(expires.timestamp()))
    signed = json.dumps(["erase", until, oldest, user_id])  # a list, so that no id can pass for a part of another
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).hexdigest()
    return f"{until}.{signature}"


def _confirms(token: str, secret: bytes, user_id: str, oldest: str) -> bool:
    until, _, _ = token.partition(".")
    # Ten digits last until 2286; a longer number may be no date at all.
    if not (until.isdecimal() and until.isascii()) or len(until) > 10:
        return False
    expires = datetime.fromtimestamp(int(until), UTC)
    return expires >= datetime.now(UTC) and hmac.compare_digest(
        token.encode(errors="replace"), _token(secret, user_id, expires, oldest).encode()
    )
