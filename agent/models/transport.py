"""HTTP to the local model's server, which is started by the first request.

An ordinary OpenAI client is given these transports, so that the code that speaks to a local model and to a hosted one
is the same. The environment is not looked at: a proxy set there must not see requests to this machine.
"""

from __future__ import annotations

import anyio.to_thread
import httpx2

from .server import LocalServer

__all__ = ["LOCAL_URL", "AsyncLocalTransport", "LocalTransport"]

LOCAL_URL = "http://local.invalid/v1"
"""The base URL to give to the client; its host is replaced by the server's."""

_NO_KEEPALIVE = httpx2.Limits(max_keepalive_connections=0)
"""A kept connection belongs to one event loop and fails in the next one; opening one here costs 0.1 ms."""


class LocalTransport(httpx2.BaseTransport):
    """Sends every request to `server`."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server
        self._http = httpx2.HTTPTransport(limits=_NO_KEEPALIVE, trust_env=False)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        _readdress(request, self._server.address())
        return self._http.handle_request(request)

    def close(self) -> None:
        self._http.close()


class AsyncLocalTransport(httpx2.AsyncBaseTransport):
    """Sends every request to `server`; loading happens beside the event loop."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server
        self._http = httpx2.AsyncHTTPTransport(limits=_NO_KEEPALIVE, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        _readdress(request, await anyio.to_thread.run_sync(self._server.address))
        return await self._http.handle_async_request(request)

    async def aclose(self) -> None:
        await self._http.aclose()


def _readdress(request: httpx2.Request, address: str) -> None:
    target = httpx2.URL(address)
    request.url = request.url.copy_with(scheme=target.scheme, host=target.host, port=target.port)
    request.headers["host"] = f"{target.host}:{target.port}"
