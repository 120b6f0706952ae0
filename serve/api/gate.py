"""What every request passes before its route: where it comes from, whose key it bears, how large and how many.

It is plain ASGI, because it has to see streams as they are and must cost next to nothing.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...agent.settings import ApiSettings
from .arriving import IMPORT, bounded, largest
from .bugs import log_bug
from .errors import ApiFault, BadRequest, Stopping, TooMany
from .identity import Identity, identify
from .keys import KeyRing
from .limits import Allowance, Rates
from .metrics import Metrics
from .origins import Origins
from .problems import answer, of_http, problem_of, unexpected
from .stopping import Stop

__all__ = ["Gate"]

log = logging.getLogger(__name__)

KEPT = re.compile(rb"%(2[Ff]|25)")
NEEDS_KEY = ("/v1/", "/metrics")
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
    (b"cross-origin-resource-policy", b"same-origin"),
]


@dataclass(slots=True)
class _Answer:
    """What is known of the response while it is sent."""

    status: int = 0
    allowance: Allowance | None = None


class Gate:
    """Lets requests in, or answers them itself; puts the headers on every response that its maker cannot know."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: KeyRing,
        settings: ApiSettings,
        stop: Stop | None = None,
        metrics: Metrics | None = None,
        needs_key: tuple[str, ...] = NEEDS_KEY,
    ) -> None:
        """Paths that begin with one of `needs_key` are for whoever has a key. `stop` ends, `metrics` counts."""
        self._app = app
        self._keys = keys
        self._settings = settings
        self._stop = stop
        self._metrics = metrics
        self._needs_key = needs_key
        self._rates = Rates(settings.requests_per_minute)
        self._origins = Origins(settings)
        self._importing: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = _Answer()

        async def passing(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent.status = message["status"]
                message["headers"] = [*message["headers"], *self._added(message["headers"], scope["path"], sent)]
            await send(message)

        counted = self._metrics.request(scope, lambda: sent.status) if self._metrics else nullcontext()
        with counted:
            try:
                pieces = self._admit(scope, receive, sent)
                with self._one_import(scope):
                    await self._app(scope, pieces, passing)
            except ApiFault as fault:
                await self._refuse(fault, scope, receive, passing)
            except HTTPException as error:
                await answer(scope["path"], of_http(error))(scope, receive, passing)
            except Exception as error:
                log_bug(log, "a request", scope, error)
                if not sent.status:
                    await answer(scope["path"], unexpected())(scope, receive, passing)

    async def _refuse(self, fault: ApiFault, scope: Scope, receive: Receive, send: Send) -> None:
        problem = problem_of(fault) or unexpected()
        await answer(scope["path"], problem)(scope, receive, send)

    def _admit(self, scope: Scope, receive: Receive, sent: _Answer) -> Receive:
        """Check a request; its body, bounded. Raises an ApiFault."""
        scope["path"] = path = _path(scope)
        headers = Headers(scope=scope)
        self._origins.check(headers)
        if path.startswith(self._needs_key):
            self._origins.check_page(headers)
            if self._stop and self._stop.asked:
                raise Stopping("the server is being stopped: ask again in a moment")
            identity = identify(headers, self._keys, open_to_owner=self._origins.from_here(scope, headers))
            scope.setdefault("state", {})["identity"] = identity
            if identity.key_id:
                self._count(identity, sent)
        return bounded(receive, headers.get("content-length", "0"), largest(path, self._settings))

    def _count(self, identity: Identity, sent: _Answer) -> None:
        sent.allowance = allowance = self._rates.take(identity.key_id, identity.per_minute)
        if allowance.wait_s:
            raise TooMany(f"this key may send {allowance.limit} requests a minute", retry_after_s=allowance.wait_s)

    @contextmanager
    def _one_import(self, scope: Scope) -> Iterator[None]:
        """Around a request: an import may be large, so a key has one at a time. Raises TooMany."""
        if not IMPORT.fullmatch(scope["path"]):
            yield
            return
        key_id = scope["state"]["identity"].key_id
        if key_id in self._importing:
            raise TooMany("an import with this key is under way: wait for it", retry_after_s=5)
        self._importing.add(key_id)
        try:
            yield
        finally:
            self._importing.discard(key_id)

    def _added(self, headers: Iterable[tuple[bytes, bytes]], path: str, sent: _Answer) -> list[tuple[bytes, bytes]]:
        """The headers that a response lacks."""
        there = {name.lower() for name, _ in headers}
        added = [*SECURITY, *(sent.allowance.headers if sent.allowance else ())]
        if path.startswith(self._needs_key):
            added.append((b"cache-control", b"no-store"))
        return [(name, value) for name, value in added if name not in there]


def _path(scope: Scope) -> str:
    """The path, decoded but for slashes and percent signs in its parts: an id may hold them. Raises BadRequest."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    try:
        return unquote(KEPT.sub(rb"%25\1", raw).decode("ascii"), errors="strict")
    except UnicodeDecodeError:
        raise BadRequest("the path is not valid UTF-8: percent-encode it") from None
