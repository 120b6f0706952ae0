"""How the server stops: no new work, replies that are being written may end, the others are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

import anyio

from .errors import Stopping

__all__ = ["Stop", "until_stopped"]

T = TypeVar("T")
PING_S = 15.0
"""A stream that is silent for so long gets a comment, so that nothing between here and the client closes it."""
SILENCE = (None,)


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
    items: asyncio.Queue[tuple[T | None] | None] = asyncio.Queue()  # of None alone: there will be no more
    feeding, over = asyncio.create_task(_feed(source, items)), asyncio.create_task(stop.over.wait())
    for end in feeding, over:
        end.add_done_callback(lambda _: items.put_nowait(None))
    silence_s = ping_s if patience_s is None else patience_s
    try:
        while True:
            item = await _next(items, silence_s)
            if item is None and not feeding.done():
                raise Stopping("the server is being stopped: ask again in a moment")
            if item is None and items.empty():
                break
            if item is not None:
                silence_s = ping_s if item == SILENCE else silence_s
                yield item[0]
        await feeding
    finally:
        over.cancel()
        await _ended(feeding)


async def _feed(source: AsyncGenerator[T, None], items: asyncio.Queue[tuple[T | None] | None]) -> None:
    async with aclosing(source):
        async for item in source:
            items.put_nowait((item,))


async def _next(items: asyncio.Queue[tuple[T | None] | None], silence_s: float) -> tuple[T | None] | None:
    """The next item, SILENCE where there is none for so long. A timer, since `wait_for` would make a task of each."""
    late = asyncio.get_running_loop().call_later(silence_s, items.put_nowait, SILENCE)
    try:
        return await items.get()
    finally:
        late.cancel()


async def _ended(waiting: asyncio.Future[None]) -> None:
    """Cancel what is waited for and let it tidy up, also when whoever waits is being cancelled."""
    waiting.cancel()
    with anyio.CancelScope(shield=True):
        await asyncio.wait((waiting,))
    if not waiting.cancelled():
        waiting.exception()  # looked at: nobody is left to be told
