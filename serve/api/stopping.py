"""How the server stops: no new work, replies that are being written may end, the others are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

import anyio

from .errors import Stopping

__all__ = ["Stop", "ended", "until_stopped"]

T = TypeVar("T")
PING_S = 15.0
"""A stream that is silent for so long gets a comment, so that nothing between here and the client closes it."""


class Stop:
    """Set when the server is asked to stop; `over` when the time for open replies has passed."""

    def __init__(self, grace_s: float) -> None:
        self._grace_s = grace_s
        self.asked = False
        self.over = asyncio.Event()

    def ask(self) -> None:
        """To be called in the server's event loop."""
        if not self.asked:
            self.asked = True
            asyncio.get_running_loop().call_later(self._grace_s, self.over.set)


async def until_stopped(
    source: AsyncGenerator[T, None], stop: Stop, *, ping_s: float = PING_S, patience_s: float | None = None
) -> AsyncGenerator[T | None, None]:
    """The items of `source`, and None whenever there was none for `ping_s` seconds, the first time for `patience_s`.

    Raises Stopping when the server's time is over first. Whoever stops listening ends `source`, too.
    """
    over = asyncio.create_task(stop.over.wait())
    waiting: asyncio.Future[T] | None = None
    silence_s = ping_s if patience_s is None else patience_s
    async with aclosing(source):
        try:
            while True:
                waiting = waiting or asyncio.ensure_future(anext(source))
                await asyncio.wait((waiting, over), timeout=silence_s, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    done, waiting = waiting, None
                    try:
                        item = done.result()
                    except StopAsyncIteration:
                        return
                    yield item
                elif over.done():
                    raise Stopping("the server is being stopped: ask again in a moment")
                else:
                    silence_s = ping_s
                    yield None
        finally:
            over.cancel()
            if waiting is not None:
                await ended(waiting)


async def ended(waiting: asyncio.Future[T]) -> None:
    """Cancel what is waited for and let it tidy up, also when whoever waits is being cancelled."""
    waiting.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.wait((waiting,))
    if not waiting.cancelled():
        waiting.exception()  # looked at: nobody is left to be told
