"""Calling the asynchronous core from synchronous code: one event loop in a thread of its own."""

from __future__ import annotations

import queue
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, aclosing
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

__all__ = ["Portal"]

T = TypeVar("T")


class Portal:
    """Starts its event loop when first needed."""

    def __init__(self) -> None:
        self._running: tuple[AbstractContextManager[BlockingPortal], BlockingPortal] | None = None
        self._lock = Lock()

    def call(self, run: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Wait for a coroutine. An interrupt (Ctrl-C) cancels it."""
        future: Future[T] = self._open().start_task_soon(run)
        try:
            return future.result()
        except BaseException:
            _cancel(future)
            raise

    def iterate(self, run: Callable[[], AsyncGenerator[T, None]]) -> Iterator[T]:
        """The items of an asynchronous iterator. Whoever stops listening stops it, and waits until it has tidied up."""
        items: queue.SimpleQueue[tuple[bool, T | None]] = queue.SimpleQueue()

        async def feed() -> None:
            try:
                async with aclosing(run()) as source:
                    async for item in source:
                        items.put((True, item))
            finally:
                items.put((False, None))

        future = self._open().start_task_soon(feed)
        try:
            while True:
                going_on, item = items.get()
                if not going_on:
                    break
                yield item  # type: ignore[misc]
            future.result()
        finally:
            _cancel(future)

    @property
    def running(self) -> bool:
        return self._running is not None

    def close(self) -> None:
        with self._lock:
            if self._running is not None:
                self._running[0].__exit__(None, None, None)
                self._running = None

    def _open(self) -> BlockingPortal:
        from anyio.from_thread import start_blocking_portal

        with self._lock:
            if self._running is None:
                context = start_blocking_portal(name="tailored")
                self._running = (context, context.__enter__())
            return self._running[1]


def _cancel(future: Future[Any]) -> None:
    if not future.done():
        future.cancel()
        # `cancel` returns at once; what the task still has to write down must be written before we go on.
        try:
            future.result(timeout=TIDY_S)
        except BaseException:
            return


TIDY_S = 5.0
