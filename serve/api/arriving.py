"""Bodies as they come: not too large, not too slowly, and not one of millions of values."""

from __future__ import annotations

import asyncio
import re
from time import monotonic

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

from ...agent.settings import ApiSettings
from .errors import BadRequest, TooLarge

__all__ = ["IMPORT", "bounded", "check_values", "largest"]

IMPORT = re.compile(r"/v1/users/[^/]+/import")
PATIENCE_S = 20.0
SLOWEST = 4096
"""Bytes a second; whoever sends less for longer than its patience lasts holds a place that somebody else could use."""
MOST_VALUES = 2_000_000
"""In an import: an export of that many takes some hundreds of MiB as text, and the server's time to read it."""


def largest(path: str, settings: ApiSettings) -> int:
    """How many bytes the body of a request may have."""
    return settings.import_mib * 2**20 if IMPORT.fullmatch(path) else settings.body_kib * 2**10


def bounded(receive: Receive, content_length: str, most: int, *, patience_s: float = PATIENCE_S) -> Receive:
    """The body's pieces, until it is too large or too slow. Raises BadRequest, TooLarge."""
    too_large = TooLarge(f"the request is larger than {most} bytes: send less at once")
    if not content_length.isdecimal():
        raise BadRequest("`Content-Length` is no number: send the body's bytes, counted")
    if int(content_length) > most:
        raise too_large
    read, whole = 0, False
    begun = monotonic()

    async def pieces() -> Message:
        nonlocal read, whole
        if whole:
            return await receive()  # that the client leaves, which may take as long as it likes
        message = await _in_time(receive, begun + patience_s + read / SLOWEST - monotonic())
        read += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if read > most:
            # The one exception that FastAPI lets through while it reads a body.
            raise HTTPException(413, str(too_large))
        return message

    return pieces


async def _in_time(receive: Receive, seconds: float) -> Message:
    try:
        return await asyncio.wait_for(receive(), max(seconds, 0.0))
    except TimeoutError:
        slow = f"the request's body comes too slowly: send at least {SLOWEST} bytes a second"
        raise HTTPException(408, slow, headers={"Connection": "close"}) from None


def check_values(body: bytes) -> None:
    """Refuse JSON of so many values that reading it would hold up everybody else. Raises TooLarge."""
    values = sum(body.count(sign) for sign in (b",", b"[", b"{"))
    if values > MOST_VALUES:
        raise TooLarge(f"the request holds {values} values, more than {MOST_VALUES}: take in a part at a time")
