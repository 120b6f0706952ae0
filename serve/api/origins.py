"""Where requests come from: this machine or another, our own page or somebody else's."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from starlette.types import Scope

from ...agent.settings import ApiSettings
from .errors import ForeignOrigin

__all__ = ["Origins", "is_loopback"]

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
"""What a proxy adds. It runs on this machine, but whoever it speaks for may sit anywhere."""
FOREIGN_PAGES = ("cross-site", "same-site")
"""What browsers say of requests that a page of another server caused (W3C, Fetch Metadata)."""


class Origins:
    """Which hosts and pages the settings let in."""

    def __init__(self, settings: ApiSettings) -> None:
        self._settings = settings
        self._local = is_loopback(settings.host)
        self._hosts = LOCAL_NAMES | {name.lower() for name in settings.hosts}

    def check(self, headers: Mapping[str, str]) -> None:
        """Refuse names that somebody else made point here (DNS rebinding), and pages of other sites.

        Raises ForeignOrigin.
        """
        host = headers.get("host", "")
        if self._local or self._settings.hosts:
            name = _site(f"//{host}").hostname or ""
            if name not in self._hosts:
                raise ForeignOrigin(f"host {host!a} is not served here: add it to `api.hosts` if it should be")
        origin = headers.get("origin")
        if origin and _site(origin).netloc != host and origin not in self._settings.cors_origins:
            raise ForeignOrigin(f"pages of {origin!a} may not call this: add it to `api.cors_origins` if they should")

    def check_page(self, headers: Mapping[str, str]) -> None:
        """Refuse what a page of another site embeds or links to: such a request has no Origin. Raises ForeignOrigin."""
        if "origin" not in headers and headers.get("sec-fetch-site") in FOREIGN_PAGES:
            raise ForeignOrigin("pages of other sites may not read this: open it yourself")

    def from_here(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """Whether whoever asks sits at this machine, and the settings listen to it alone.

        The settings may say loopback while somebody bound the app elsewhere, or put a proxy in front of it.
        """
        client = scope.get("client")
        direct = client is not None and is_loopback(client[0])
        return self._local and direct and not any(name in headers for name in FORWARDED)


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
