"""Runs learning jobs beside the conversation: one at a time, when the assistant is idle."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from .errors import QueueUnavailable, UnknownJobKind
from .queue import Job, JobQueue

__all__ = ["Handler", "Worker"]

Handler = Callable[[str, tuple[str, ...]], Awaitable[None]]
"""What does a job: it is given the user's id and the payload, and may be run twice for the same job."""

LEASE_S = 60.0
POLL_S = 1.0

_log = logging.getLogger(__name__)


class Worker:
    """Takes jobs from a queue and gives them to the handler of their kind.

    A handler that raises has its job tried again later; the worker goes on. `busy` says whether the assistant is
    answering somebody: while it does, no new job is begun. The queue stays the caller's to close.
    """

    def __init__(
        self,
        queue: JobQueue,
        handlers: Mapping[str, Handler],
        *,
        busy: Callable[[], bool] = lambda: False,
        lease_s: float = LEASE_S,
        poll_s: float = POLL_S,
    ) -> None:
        self._queue = queue
        self._handlers = handlers
        self._busy = busy
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._loop: asyncio.Task[None] | None = None
        self._running: tuple[Job, asyncio.Task[None]] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def run_once(self) -> bool:
        """Run the next due job, if any; says whether there was one. Waits for a job that is running."""
        async with self._one_at_a_time:
            job = await asyncio.to_thread(self._queue.lease, self._lease_s)
            if job is None:
                return False
            await self._run(job)
            return True

    async def run_until_empty(self) -> int:
        """Run every job that is due, those added meanwhile too; says how many. Jobs waiting for a retry stay."""
        count = 0
        while await self.run_once():
            count += 1
        return count

    def start(self) -> None:
        """Begin to run jobs in the background of the running event loop; a second call does nothing."""
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._run_forever(), name="tailored-learning")

    def interrupt(self) -> None:
        """Stop the job that is running, if any: it goes back to the queue and is not counted as tried."""
        if self._running is not None:
            self._running[1].cancel()

    async def stop(self) -> None:
        """Stop. A job that was running goes back to the queue and is not counted as tried."""
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.cancel()
            await asyncio.wait([loop])

    async def cancel(self, user_id: str) -> int:
        """Drop the user's jobs, stopping the one that runs, so that nothing is learned after an erasure.

        Says how many were dropped. When this returns, no handler of this worker is at work for that user.
        """
        dropped = await asyncio.to_thread(self._queue.cancel, user_id)
        if self._running and self._running[0].user_id == user_id:
            task = self._running[1]
            task.cancel()
            await asyncio.wait([task])
        return dropped

    async def _run_forever(self) -> None:
        while True:
            if self._busy() or not await self._try_once():
                await asyncio.sleep(self._poll_s)

    async def _try_once(self) -> bool:
        try:
            return await self.run_once()
        except Exception as error:
            # The queue itself failed (a full disk, a locked file). The worker outlives it and says so.
            _log.error("the learning worker could not use its queue: %s", type(error).__name__)
            return False

    async def _run(self, job: Job) -> None:
        task = asyncio.create_task(self._handle(job))
        self._running = (job, task)
        try:
            while not task.done():
                await asyncio.wait([task], timeout=self._lease_s / 3)
                if not task.done() and not await asyncio.to_thread(self._queue.extend, job, self._lease_s):
                    task.cancel()
            await self._settle(job, task)
        finally:
            self._running = None
            if not task.done():  # the worker is being stopped
                task.cancel()
                with suppress(QueueUnavailable):  # closed meanwhile: the lease runs out by itself
                    self._queue.release(job)

    async def _handle(self, job: Job) -> None:
        handler = self._handlers.get(job.kind)
        if handler is None:
            raise UnknownJobKind(f"no handler for {job.kind!r} jobs: there are {', '.join(sorted(self._handlers))}")
        await handler(job.user_id, job.payload)

    async def _settle(self, job: Job, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            await asyncio.to_thread(self._queue.release, job)
            return
        if error is None:
            await asyncio.to_thread(self._queue.ack, job)
            return
        # Only the name: a message may quote what the user wrote.
        _log.warning("learning job %d (%s) failed: %s", job.id, job.kind, type(error).__name__)
        await asyncio.to_thread(self._queue.fail, job, type(error).__name__)
