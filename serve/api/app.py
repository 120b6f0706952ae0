"""The HTTP API: native routes, OpenAI-compatible ones and the page, around one assistant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from ...agent import Assistant
from ...agent.errors import AgentFault
from ...agent.models.errors import ModelFault
from ...agent.settings import Settings
from ...memory import MemoryFault
from ...tools import ToolFault
from ..web import add_page
from . import (
    account,
    backups,
    confirmations,
    health,
    items,
    knowledge,
    openai_chat,
    openai_models,
    openai_responses,
    threads,
    turns,
)
from .desk import Desk
from .documented import ProblemView
from .errors import ApiFault
from .gate import Gate
from .identity import Identity
from .keys import KeyRing
from .limits import Turns
from .metrics import Metrics
from .problems import answer, invalid, of_http, problem_of
from .stopping import Stop

__all__ = ["create_app"]

ROUTERS = (
    openai_chat.router, turns.router, health.router, confirmations.router, knowledge.router, threads.router, items.router, items.catalog_router, account.router,
    backups.router, openai_responses.router, openai_models.router,
)  # fmt: skip
"""Every request looks through them in this order: what is asked most often stands first."""
FAULTS: tuple[type[Exception], ...] = (ApiFault, AgentFault, ModelFault, MemoryFault, ToolFault, OSError)
ABOUT = "Native routes below /v1/users, OpenAI-compatible ones beside them. See docs/api.md."


def create_app(assistant: Assistant, keys: KeyRing, settings: Settings) -> FastAPI:
    """The app; run it in one process for each data folder. The assistant and the keys stay the caller's to close.

    Where `settings.api.host` is this machine's own and no key was ever made, whoever sits at the machine may do
    everything, for all users. Otherwise every request below /v1 needs a key.
    """
    stop, metrics = Stop(settings.api.grace_s), Metrics()
    app = FastAPI(
        title="Tailored",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would send whoever asks to the host that the request names
        lifespan=_lifespan(stop),
    )
    app.state.desk = Desk(
        assistant=assistant,
        keys=keys,
        settings=settings,
        metrics=metrics,
        stop=stop,
        turns=Turns(settings.api.turns_per_user),
    )
    app.add_middleware(Gate, keys=keys, settings=settings.api, stop=stop, metrics=metrics)
    if settings.api.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.api.cors_origins),
            allow_methods=["GET", "POST", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", settings.api.user_header],
        )
    _answer_faults(app)
    for router in ROUTERS:
        app.include_router(router)
    add_page(app)
    app.openapi = _document(app)  # type: ignore[method-assign]  # FastAPI's own way to extend the document
    return app


def _lifespan(stop: Stop) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        stop.asked = True

    return lifespan


def _answer_faults(app: FastAPI) -> None:
    async def on_fault(request: Request, error: Exception) -> Response:
        identity: Identity | None = getattr(request.state, "identity", None)
        problem = problem_of(error, operator=identity is not None and identity.operator)
        if problem is None:
            raise error  # a bug: the gate logs it
        return answer(request.url.path, problem)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request.url.path, invalid(error.errors()))

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request.url.path, of_http(error))

    for kind in FAULTS:
        app.add_exception_handler(kind, on_fault)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)


def _document(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """OpenAPI with the key every keyed route wants, and the form of faults."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, routes=app.routes, description=ABOUT)
            parts = made.setdefault("components", {})
            parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            problem = ProblemView.model_json_schema(ref_template="#/components/schemas/{model}")
            parts.setdefault("schemas", {}).update(problem.pop("$defs", {}) | {"ProblemView": problem})
            for path, methods in made["paths"].items():
                for operation in methods.values() if path.startswith(("/v1/", "/metrics")) else ():
                    operation["security"] = [{"key": []}]
            app.openapi_schema = made
        return app.openapi_schema

    return document
