"""Routes for whoever runs the server, and who-am-I for the page."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from ...memory import MemoryFault
from .desk import TheDesk
from .documented import faults
from .identity import Scope, identity_of, require_operator
from .metrics import CONTENT_TYPE
from .views import View

__all__ = ["router"]

log = logging.getLogger(__name__)
router = APIRouter(tags=["server"])
PROBE = "readiness probe"
"""A user who has nothing: reading that reaches the store."""


class StatusView(View):
    status: Literal["ok", "stopping", "store unavailable"]


class SessionView(View):
    """Whose key it is, and what is here. `needs_key` is false for whoever sits at the server's machine."""

    scope: Scope
    user: str | None
    tenant: str | None
    needs_key: bool
    model: str
    catalog: bool
    version: str


@router.get("/healthz", summary="Whether the process answers")
async def healthz() -> StatusView:
    return StatusView(status="ok")


@router.get(
    "/readyz",
    summary="Whether it can take work",
    responses={503: {"description": "Not now.", "model": StatusView}},
)
def readyz(desk: TheDesk) -> Response:
    status: Literal["ok", "stopping", "store unavailable"] = "stopping" if desk.stop.asked else "ok"
    try:
        desk.assistant.user(PROBE).counts  # noqa: B018 - reading is the probe
    except (MemoryFault, OSError):
        log.warning("not ready: the store cannot be read")
        status = "store unavailable"
    return JSONResponse({"status": status}, status_code=200 if status == "ok" else 503)


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    dependencies=[Depends(require_operator)],
    responses={**faults(), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def metrics(desk: TheDesk) -> Response:
    return Response(desk.metrics.page(waiting_jobs=desk.assistant.waiting_jobs), media_type=CONTENT_TYPE)


@router.get("/v1/session", summary="Who is asking", responses=faults())
async def session(request: Request, desk: TheDesk) -> SessionView:
    identity = identity_of(request)
    return SessionView(
        scope=identity.scope,
        user=identity.user,
        tenant=identity.tenant,
        needs_key=identity.scope != "owner",
        model=desk.settings.model.name,
        catalog=desk.assistant.stocked,
        version=version("tailored"),
    )
