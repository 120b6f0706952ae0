"""One event loop, in a thread of its own, in which everything asynchronous of an assistant runs.

Synchronous and asynchronous callers, from any thread and any event loop, hand their work over to it. So a model's
connections, the learning in the background and the order of a thread's turns belong to one loop and nobody else's.
A server can be run in that loop itself (`host`): nothing then changes threads on its way.
"""

from __future__ import annotations

import asyncio
import queue
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from concurrent.futures import Future, wait
from contextlib import aclosing
from functools import partial
from threading import Lock, Thread, current_thread
from typing import Any, Generic, TypeVar

__all__ = ["Portal"]

T = TypeVar("T")
Run = Callable[[], Coroutine[Any, Any, T]]
TIDY_S = 10.0
"""How long a caller that gives up waits for what still has to be written down."""


class _Work(Generic[T]):
    """A task in the portal's loop. `result` is there when the task has really ended, also after `cancel`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, run: Run[T]) -> None:
        self.result: Future[T] = Future()
        self._loop = loop
        self._task: asyncio.Task[T] | None = None
        if _runs_here(loop):
            self._start(run)
        else:
            loop.call_soon_threadsafe(self._start, run)

    def cancel(self) -> None:
        self._loop.call_soon_threadsafe(self._cancel)

    def _start(self, run: Run[T]) -> None:
        self._task = self._loop.create_task(run())
        self._task.add_done_callback(self._finish)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _finish(self, task: asyncio.Task[T]) -> None:
        if task.cancelled():
            self.result.set_exception(asyncio.CancelledError())
        elif error := task.exception():
            self.result.set_exception(error)
        else:
            self.result.set_result(task.result())


class Portal:
    """Starts its event loop when first needed."""

    def __init__(self) -> None:
        self._running: tuple[asyncio.AbstractEventLoop, Thread] | None = None
        self._lock = Lock()

    def host(self, run: Run[T], *, make_loop: Callable[[], asyncio.AbstractEventLoop] | None = None) -> T:
        """Run a coroutine to its end in this thread, and whatever is asked of the portal meanwhile in the same loop.

        Raises RuntimeError when the loop was needed before.
        """
        with asyncio.Runner(loop_factory=make_loop) as runner:
            with self._lock:
                if self._running is not None:
                    raise RuntimeError("the portal's loop runs in a thread of its own already: host first")
                self._running = (runner.get_loop(), current_thread())
            try:
                return runner.run(run())
            finally:
                with self._lock:
                    self._running = None

    def call(self, run: Run[T]) -> T:
        """Wait for a coroutine. An interrupt (Ctrl-C) cancels it and waits until it has tidied up."""
        if _runs_here(loop := self._loop()):
            raise RuntimeError("this would wait for itself: in the portal's loop use the asynchronous call")
        work = _Work(loop, run)
        try:
            return work.result.result()
        finally:
            _give_up(work)

    async def acall(self, run: Run[T]) -> T:
        """As `call`, for a caller in an event loop."""
        work = _Work(self._loop(), run)
        try:
            return await asyncio.shield(_awaitable(work))
        finally:
            await _agive_up(work)

    def iterate(self, run: Callable[[], AsyncGenerator[T, None]]) -> Iterator[T]:
        """The items of an asynchronous iterator. Whoever stops listening stops it, and waits until it has tidied up."""
        if _runs_here(loop := self._loop()):
            raise RuntimeError("this would wait for itself: in the portal's loop use the asynchronous iterator")
        items: queue.SimpleQueue[tuple[T, ...]] = queue.SimpleQueue()
        work = _Work(loop, lambda: _feed(run, items.put))
        try:
            while item := items.get():
                yield item[0]
            work.result.result()
        finally:
            _give_up(work)

    async def aiterate(self, run: Callable[[], AsyncGenerator[T, None]]) -> AsyncGenerator[T, None]:
        """As `iterate`, for a caller in an event loop."""
        items: asyncio.Queue[tuple[T, ...]] = asyncio.Queue()
        here, loop = asyncio.get_running_loop(), self._loop()
        put = items.put_nowait if here is loop else partial(_hand_over, here, items)
        work = _Work(loop, lambda: _feed(run, put))
        try:
            while item := await items.get():
                yield item[0]
            await _awaitable(work)
        finally:
            await _agive_up(work)

    def close(self) -> None:
        """Stop the loop, cancelling what still runs in it."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            loop, thread = running
            loop.call_soon_threadsafe(loop.stop)
            thread.join()

    def _loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._running is None:
                loop = asyncio.new_event_loop()
                thread = Thread(target=_run, args=(loop,), name="tailored", daemon=True)
                thread.start()
                self._running = (loop, thread)
            return self._running[0]


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=TIDY_S))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    finally:
        loop.close()


def _runs_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


async def _feed(run: Callable[[], AsyncGenerator[T, None]], put: Callable[[tuple[T, ...]], None]) -> None:
    """Each item in a tuple of its own; an empty one is the end."""
    try:
        async with aclosing(run()) as source:
            async for item in source:
                put((item,))
    finally:
        put(())


def _hand_over(loop: asyncio.AbstractEventLoop, items: asyncio.Queue[tuple[T, ...]], item: tuple[T, ...]) -> None:
    if not loop.is_closed():  # whoever listened is gone
        loop.call_soon_threadsafe(items.put_nowait, item)


def _give_up(work: _Work[Any]) -> None:
    if not work.result.done():
        work.cancel()
        wait([work.result], timeout=TIDY_S)


async def _agive_up(work: _Work[Any]) -> None:
    if not work.result.done():
        work.cancel()
        await asyncio.wait([_awaitable(work)], timeout=TIDY_S)


def _awaitable(work: _Work[T]) -> asyncio.Future[T]:
    """The result in this event loop. Whoever gave up does not look at it: that is no error to be reported."""
    result = asyncio.wrap_future(work.result)
    result.add_done_callback(lambda done: done.cancelled() or done.exception())
    return result
