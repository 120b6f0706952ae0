"""When learning happens: in the background, and only while nobody waits for a reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from threading import Lock
from time import monotonic

from .learning.queue import JobQueue
from .learning.worker import Handler, Worker

__all__ = ["Background"]

QUIET_S = 2.0
"""Learning begins so many seconds after the last reply: people often answer at once."""


class Background:
    """Runs a queue's jobs in the event loop of whoever asked last.

    A turn interrupts a running job, which goes back to the queue: with a local model both would share one processor,
    and the person would wait for the job.
    """

    def __init__(self, queue: JobQueue, handlers: Mapping[str, Handler], *, quiet_s: float = QUIET_S) -> None:
        self._queue = queue
        self._worker = Worker(queue, handlers, busy=self.busy)
        self._quiet_s = quiet_s
        self._turns = 0
        self._last = -quiet_s
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def busy(self) -> bool:
        """Whether somebody waits for a reply, or just had one."""
        return self._turns > 0 or monotonic() - self._last < self._quiet_s

    @property
    def waiting(self) -> int:
        counts = self._queue.counts()
        return counts.waiting + counts.leased

    @asynccontextmanager
    async def foreground(self) -> AsyncIterator[None]:
        """Around everything that somebody waits for."""
        self._count(+1)
        try:
            await self.stop()
            yield
        finally:
            self._count(-1)
            self._start()

    async def run_until_empty(self) -> int:
        """Run all jobs that are due now; says how many."""
        return await self._worker.run_until_empty()

    async def stop(self) -> None:
        """Stop learning in this event loop; what was running goes back to the queue."""
        if self._loop is asyncio.get_running_loop():
            await self._worker.stop()
            self._loop = None

    def close(self) -> None:
        """Stop from any thread, without waiting: what was running is taken up when the folder is opened again."""
        loop, self._loop = self._loop, None
        if loop is not None and loop.is_running():
            loop.call_soon_threadsafe(self._worker.abandon)

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        elsewhere = self._loop is not None and self._loop is not loop and self._loop.is_running()
        if not elsewhere and not self._turns:
            self._worker.start()
            self._loop = loop

    def _count(self, change: int) -> None:
        with self._lock:
            self._turns += change
            self._last = monotonic()
