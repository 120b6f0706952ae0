"""When learning happens: in the background, while nobody waits for a reply, and never put off for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from types import MappingProxyType

from .learning.queue import JobQueue
from .learning.worker import Handler, Worker

__all__ = ["Background"]

QUIET_S = 2.0
"""Learning begins so many seconds after the last reply: people often answer at once."""
PATIENCE_S = 30.0
"""After so long without a quiet moment a job is run beside the replies all the same."""


class Background:
    """Runs a queue's jobs in the assistant's event loop.

    A turn interrupts a running job, which goes back to the queue: with a local model both would share one processor,
    and the person would wait for the job. Where another process does the learning (`apart`), nothing is begun here.
    """

    def __init__(
        self,
        queue: JobQueue,
        handlers: Mapping[str, Handler],
        *,
        blocks: Mapping[str, int] = MappingProxyType({}),
        apart: bool = False,
        quiet_s: float = QUIET_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._queue = queue
        self._worker = Worker(queue, handlers, busy=self.busy, blocks=blocks)
        self._apart = apart
        self._quiet_s = quiet_s
        self._patience_s = patience_s
        self._turns = 0
        self._holders = 0
        self._last_turn = -quiet_s
        self._last_quiet = monotonic()

    def busy(self) -> bool:
        """Whether learning should wait: somebody waits for a reply, or just had one, or it is held."""
        if self._holders:
            return True
        now = monotonic()
        if not self._turns and now - self._last_turn >= self._quiet_s:
            self._last_quiet = now
            return False
        return now - self._last_quiet < self._patience_s

    def waiting(self, user_id: str | None = None) -> int:
        """Jobs of a user, or of all, that are not done."""
        counts = self._queue.counts(user_id)
        return counts.waiting + counts.leased

    @contextmanager
    def foreground(self) -> Iterator[None]:
        """Around everything that somebody waits for; in the assistant's event loop."""
        self._turns += 1
        if self.busy():
            self._worker.interrupt()
        try:
            yield
        finally:
            self._turns -= 1
            self._last_turn = monotonic()
            if not self._apart:
                self._worker.start()

    @contextmanager
    def held(self) -> Iterator[None]:
        """While this is entered nothing is learned beside the replies, however long that takes."""
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1

    async def run_until_empty(self) -> int:
        """Run all jobs now, after the one that is running, but for those that failed and wait for another try; says
        how many."""
        await asyncio.to_thread(self._queue.hasten)
        return await self._worker.run_until_empty()

    async def run_for_ever(self) -> None:
        """Run jobs as they come, until this is cancelled; what was running then goes back to the queue."""
        await self._worker.run_for_ever()

    async def cancel(self, user_id: str) -> None:
        """Drop a user's jobs, the running one too."""
        await self._worker.cancel(user_id)

    async def stop(self) -> None:
        """Stop; what was running goes back to the queue."""
        await self._worker.stop()
