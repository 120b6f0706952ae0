"""`tailored mcp`: the server on standard input and output, or over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from importlib.metadata import version
from typing import TYPE_CHECKING

from ...agent.errors import ConfigError
from ...agent.settings import Settings
from ...memory import check_user_id
from ..api.errors import ApiFault, KeyMissing, NotYours
from ..api.identity import identify
from ..api.keys import KEYS, KeyRing
from .server import build_server

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ...agent import Assistant

__all__ = ["Door", "http_app", "serve_http", "serve_stdio"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve_stdio(settings: Settings, user_id: str) -> None:
    """Serve one user on standard input and output until the client closes it. Nothing else is written there."""
    check_user_id(user_id)
    with _assistant(settings) as assistant:
        build_server(assistant, lambda context: user_id, version=version("tailored")).run("stdio")


def serve_http(settings: Settings, user_id: str, *, host: str, port: int) -> None:
    """Serve over HTTP: without keys to this machine and one user, with keys to each key's user. Raises ConfigError."""
    import uvicorn

    check_user_id(user_id)
    with closing(KeyRing(settings.data_dir / KEYS)) as keys, _assistant(settings) as assistant:
        if host not in LOOPBACK and not keys.used:
            raise ConfigError(f"--host {host} lets other machines in: make a key first (tailored keys add --user NAME)")
        app = http_app(assistant, Door(keys, user_id, host=host), host=host)
        uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning")).run()


class Door:
    """Who may come in, and as whom: with a user's key that user, and where no key was ever made the local owner."""

    def __init__(self, keys: KeyRing, owner: str, *, host: str) -> None:
        self._keys = keys
        self._owner = owner
        self._open = host in LOOPBACK

    def user_of(self, headers: Mapping[str, str]) -> str:
        """Raises KeyMissing, or NotYours for a key that is not one user's."""
        identity = identify(headers, self._keys, open_to_owner=self._open)
        if identity.scope == "owner":
            return self._owner
        if identity.user is None:
            raise NotYours("this key reaches many users: an MCP client needs the key of one (tailored keys add --user)")
        return identity.user


def http_app(assistant: Assistant, door: Door, *, host: str) -> ASGIApp:
    """The server at `/mcp`. Requests without the right key get no further than the door."""
    inside = build_server(
        assistant, lambda context: door.user_of(context.headers or {}), version=version("tailored")
    ).streamable_http_app(stateless_http=True, json_response=True, host=host)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            from starlette.datastructures import Headers

            try:
                door.user_of(Headers(scope=scope))
            except (KeyMissing, NotYours) as fault:
                await _refusal(fault)(scope, receive, send)
                return
        await inside(scope, receive, send)

    return app


def _refusal(fault: ApiFault) -> Response:
    from starlette.responses import JSONResponse

    missing = isinstance(fault, KeyMissing)
    headers = {"WWW-Authenticate": "Bearer"} if missing else None
    return JSONResponse({"error": str(fault)}, status_code=401 if missing else 403, headers=headers)


def _assistant(settings: Settings) -> Assistant:
    from ...agent import Assistant
    from ..progress import pull_progress

    return Assistant.open(settings=settings, progress=pull_progress())
