"""Runs learning jobs beside the conversation: one at a time, when the assistant is idle."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType

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
    answering somebody: while it does, no new job is begun. Of the kinds in `blocks` up to so many jobs of a user are
    given to the handler at once, their payloads joined. The queue stays the caller's to close.
    """

    def __init__(
        self,
        queue: JobQueue,
        handlers: Mapping[str, Handler],
        *,
        busy: Callable[[], bool] = lambda: False,
        blocks: Mapping[str, int] = MappingProxyType({}),
        lease_s: float = LEASE_S,
        poll_s: float = POLL_S,
    ) -> None:
        self._queue = queue
        self._handlers = handlers
        self._busy = busy
        self._blocks = blocks
        self._lease_s = lease_s
        self._poll_s = poll_s
        self._loop: asyncio.Task[None] | None = None
        self._running: tuple[Job, asyncio.Task[None]] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def run_once(self) -> bool:
        """Run the next due job (or block of jobs), if any; says whether there was one. Waits for one that is running."""
        return bool(await self._run_next())

    async def _run_next(self) -> int:
        async with self._one_at_a_time:
            jobs = await asyncio.to_thread(self._lease)
            if jobs:
                await self._run(jobs)
            return len(jobs)

    def _lease(self) -> list[Job]:
        job = self._queue.lease(self._lease_s)
        if job is None:
            return []
        limit = self._blocks.get(job.kind, 1) - 1
        return [job, *(self._queue.join(job, self._lease_s, limit=limit) if limit else ())]

    async def run_until_empty(self) -> int:
        """Run every job that is due, those added meanwhile too; says how many. Jobs waiting for a retry stay."""
        count = 0
        while done := await self._run_next():
            count += done
        return count

    async def run_for_ever(self) -> None:
        """Run jobs as they come, until this is cancelled."""
        while True:
            if self._busy() or not await self._try_once():
                await asyncio.sleep(self._poll_s)

    def start(self) -> None:
        """Begin to run jobs in the background of the running event loop; a second call does nothing."""
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self.run_for_ever(), name="tailored-learning")

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

    async def _try_once(self) -> bool:
        try:
            return await self.run_once()
        except Exception as error:
            # The queue itself failed (a full disk, a locked file). The worker outlives it and says so.
            _log.error("the learning worker could not use its queue: %s", type(error).__name__)
            return False

    async def _run(self, jobs: Sequence[Job]) -> None:
        task = asyncio.create_task(self._handle(jobs))
        self._running = (jobs[0], task)
        try:
            while not task.done():
                await asyncio.wait([task], timeout=self._lease_s / 3)
                if not task.done() and not await asyncio.to_thread(self._extend, jobs):
                    task.cancel()
            await self._settle(jobs, task)
        finally:
            self._running = None
            if not task.done():  # the worker is being stopped
                task.cancel()
                with suppress(QueueUnavailable):  # closed meanwhile: the lease runs out by itself
                    self._release(jobs)

    async def _handle(self, jobs: Sequence[Job]) -> None:
        first = jobs[0]
        handler = self._handlers.get(first.kind)
        if handler is None:
            raise UnknownJobKind(f"no handler for {first.kind!r} jobs: there are {', '.join(sorted(self._handlers))}")
        await handler(first.user_id, tuple(item for job in jobs for item in job.payload))

    async def _settle(self, jobs: Sequence[Job], task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            await asyncio.to_thread(self._release, jobs)
            return
        for job in jobs:
            if error is None:
                await asyncio.to_thread(self._queue.ack, job)
                continue
            # Only the name: a message may quote what the user wrote.
            _log.warning("learning job %d (%s) failed: %s", job.id, job.kind, type(error).__name__)
            await asyncio.to_thread(self._queue.fail, job, type(error).__name__)

    def _extend(self, jobs: Sequence[Job]) -> bool:
        return all([self._queue.extend(job, self._lease_s) for job in jobs])

    def _release(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._queue.release(job)
