"""`tailored mcp`: the server on standard input and output, or over HTTP."""

from __future__ import annotations

from contextlib import closing
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ...agent.errors import ConfigError
from ...agent.settings import ApiSettings, Settings
from ...memory import check_user_id
from ..api.errors import NotYours
from ..api.identity import Identity
from ..api.keys import KEYS, KeyRing
from ..api.origins import is_loopback
from .server import build_server

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ...agent import Assistant

__all__ = ["http_app", "serve_http", "serve_stdio"]


def serve_stdio(settings: Settings, user_id: str) -> None:
    """Serve one user on standard input and output until the client closes it. Nothing else is written there."""
    check_user_id(user_id)
    with _assistant(settings) as assistant:
        build_server(assistant, lambda context: user_id, version=version("tailored")).run("stdio")


def serve_http(settings: Settings, user_id: str, *, host: str, port: int) -> None:
    """Serve over HTTP: without keys to this machine and one user, with keys to each key's user. Raises ConfigError."""
    import uvicorn

    from ..api.serving import bound, config, greet

    check_user_id(user_id)
    api = settings.api.model_copy(update={"host": host, "port": port})
    with closing(KeyRing(settings.data_dir / KEYS)) as keys, _assistant(settings) as assistant:
        if not is_loopback(host) and not keys.used:
            raise ConfigError(f"--host {host} lets other machines in: make a key first (tailored keys add --user NAME)")
        server = uvicorn.Server(config(http_app(assistant, keys, user_id, api), api))
        with bound(api) as listening:
            greet(listening, needs_key=keys.used, who=f"as the user {user_id!r}", path="/mcp")
            server.run(sockets=[listening])


def http_app(assistant: Assistant, keys: KeyRing, owner: str, api: ApiSettings) -> ASGIApp:
    """The server at `/mcp`, behind the API's own gate: its hosts, pages, keys, limits.

    A user's key is for that user; where no key was ever made, whoever sits at this machine is `owner`.
    """
    from mcp.server.transport_security import TransportSecuritySettings
    from starlette.exceptions import HTTPException

    from ..api.gate import Gate

    server = build_server(assistant, _user_of_call, version=version("tailored"), frank=False)
    inside = server.streamable_http_app(
        stateless_http=True,
        json_response=True,
        host=api.host,
        # The gate has checked host and origin already, and knows the settings.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    async def known(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["state"]["user"] = _user_of(scope["state"]["identity"], owner)
            if scope["method"] == "GET":  # a stream for what the server has to say by itself, which is nothing
                raise HTTPException(405, "post to it", headers={"Allow": "POST"})
        await inside(scope, receive, send)

    return Gate(known, keys=keys, settings=api, needs_key=("/",))


def _user_of(identity: Identity, owner: str) -> str:
    """Raises NotYours for a key that is not one user's."""
    if identity.scope == "owner":
        return owner
    if identity.user is None:
        raise NotYours("this key reaches many users: an MCP client needs the key of one (tailored keys add --user)")
    return identity.user


def _user_of_call(context: Context[Any, Any]) -> str:
    """As `known` found out when the request came in."""
    request: Request = context.request_context.request  # type: ignore[assignment]  # over HTTP there is one
    user: str = request.state.user
    return user


def _assistant(settings: Settings) -> Assistant:
    from ...agent import Assistant
    from ..progress import pull_progress

    return Assistant.open(settings=settings, progress=pull_progress())
