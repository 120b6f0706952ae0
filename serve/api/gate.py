"""What every request passes before its route: where it comes from, whose key it bears, how large and how many.

It is plain ASGI, because it has to see streams as they are and must cost next to nothing.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...agent.settings import ApiSettings
from .errors import ApiFault, BadRequest, ForeignOrigin, Stopping, TooLarge, TooMany
from .identity import Identity, identify
from .keys import KeyRing
from .limits import Allowance, Rates
from .metrics import Metrics
from .problems import answer, problem_of, unexpected
from .stopping import Stop

__all__ = ["Gate", "is_loopback"]

log = logging.getLogger(__name__)

KEPT = re.compile(rb"%(2[Ff]|25)")
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
NEEDS_KEY = ("/v1/", "/metrics")
IMPORT = re.compile(r"/v1/users/[^/]+/import")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


@dataclass(slots=True)
class _Answer:
    """What is known of the response while it is sent."""

    status: int = 0
    allowance: Allowance | None = None


class Gate:
    """Lets requests in, or answers them itself; puts the headers on every response that its maker cannot know."""

    def __init__(self, app: ASGIApp, *, keys: KeyRing, settings: ApiSettings, stop: Stop, metrics: Metrics) -> None:
        self._app = app
        self._keys = keys
        self._settings = settings
        self._stop = stop
        self._metrics = metrics
        self._rates = Rates(settings.requests_per_minute)
        self._local = is_loopback(settings.host)
        self._hosts = LOCAL_NAMES | {name.lower() for name in settings.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = _Answer()

        async def passing(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent.status = message["status"]
                message["headers"] = [*message["headers"], *_added(message["headers"], scope["path"], sent)]
            await send(message)

        with self._metrics.request(scope, lambda: sent.status):
            try:
                bounded = self._admit(scope, receive, sent)
                await self._app(scope, bounded, passing)
            except ApiFault as fault:
                await self._refuse(fault, scope, receive, passing)
            except Exception:
                log.exception("a request to %s failed", scope["path"])
                if not sent.status:
                    await answer(scope["path"], unexpected())(scope, receive, passing)

    async def _refuse(self, fault: ApiFault, scope: Scope, receive: Receive, send: Send) -> None:
        problem = problem_of(fault) or unexpected()
        await answer(scope["path"], problem)(scope, receive, send)

    def _admit(self, scope: Scope, receive: Receive, sent: _Answer) -> Receive:
        """Check a request; its body, bounded. Raises an ApiFault."""
        scope["path"] = _path(scope)
        headers = Headers(scope=scope)
        self._check_origin(scope, headers)
        path = scope["path"]
        if path.startswith(NEEDS_KEY):
            if self._stop.asked:
                raise Stopping("the server is being stopped: ask again in a moment")
            identity = identify(headers, self._keys, open_to_owner=self._local and _from_here(scope))
            scope.setdefault("state", {})["identity"] = identity
            if identity.key_id:
                self._count(identity, sent)
        return self._bounded(path, headers, receive)

    def _count(self, identity: Identity, sent: _Answer) -> None:
        sent.allowance = allowance = self._rates.take(identity.key_id, identity.per_minute)
        if allowance.wait_s:
            raise TooMany(f"this key may send {allowance.limit} requests a minute", retry_after_s=allowance.wait_s)

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """Refuse pages of other sites, and names that somebody else made point here (DNS rebinding)."""
        host = headers.get("host", "")
        if self._local or self._settings.hosts:
            name = _site(f"//{host}").hostname or ""
            if name not in self._hosts:
                raise ForeignOrigin(f"host {host!a} is not served here: add it to `api.hosts` if it should be")
        origin = headers.get("origin")
        if origin and _site(origin).netloc != host and origin not in self._settings.cors_origins:
            raise ForeignOrigin(f"pages of {origin!a} may not call this: add it to `api.cors_origins` if they should")

    def _bounded(self, path: str, headers: Headers, receive: Receive) -> Receive:
        """The body as it comes, until it is too large."""
        most = self._settings.import_mib * 2**20 if IMPORT.fullmatch(path) else self._settings.body_kib * 2**10
        too_large = TooLarge(f"the request is larger than {most} bytes: send less at once")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > most:
            raise too_large
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                # The one exception that FastAPI lets through while it reads a body.
                raise HTTPException(413, str(too_large))
            return message

        return bounded


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _site(address: str) -> SplitResult:
    """The parts of an address. Raises ForeignOrigin for what is none, as one with half a pair of brackets."""
    try:
        return urlsplit(address)
    except ValueError:
        raise ForeignOrigin(f"{address!a} is no address: send a proper Host and Origin") from None


def _from_here(scope: Scope) -> bool:
    """Whether the peer is this machine: the settings may say loopback while somebody bound the app elsewhere."""
    client = scope.get("client")
    return client is not None and is_loopback(client[0])


def _path(scope: Scope) -> str:
    """The path, decoded but for slashes and percent signs in its parts: an id may hold them. Raises BadRequest."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    try:
        return unquote(KEPT.sub(rb"%25\1", raw).decode("ascii"), errors="strict")
    except UnicodeDecodeError:
        raise BadRequest("the path is not valid UTF-8: percent-encode it") from None


def _added(headers: Iterable[tuple[bytes, bytes]], path: str, sent: _Answer) -> list[tuple[bytes, bytes]]:
    """The headers that a response lacks."""
    there = {name.lower() for name, _ in headers}
    added = [*SECURITY, *(sent.allowance.headers if sent.allowance else ())]
    if path.startswith("/v1/"):
        added.append((b"cache-control", b"no-store"))
    return [(name, value) for name, value in added if name not in there]
