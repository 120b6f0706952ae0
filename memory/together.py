"""Work that costs less when done for many: in one go what several threads ask for, and once what they all ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Once", "Together"]

T = TypeVar("T")
R = TypeVar("R")
K = TypeVar("K")


class _Asked(NamedTuple, Generic[T, R]):
    items: Sequence[T]
    answer: Future[list[R]]


class Together(Generic[T, R]):
    """Calls `do` with the items of all who wait, in the order they came; thread-safe.

    `do` gives one result for each item and runs once at a time: whoever comes while it runs waits for the next time.
    So one caller alone waits for nobody, and the more there are, the more of them share one run of a model or one sync
    of the disk (the group commit of databases). When it fails for several callers it is called for each of them alone.
    """

    def __init__(self, do: Callable[[list[T]], Sequence[R]], *, at_most: int) -> None:
        """`at_most` callers share one run: those who came first shall not wait for all who came after them."""
        self._do = do
        self._at_most = at_most
        self._waiting: list[_Asked[T, R]] = []
        self._asking = Lock()
        self._doing = Lock()

    def __call__(self, items: Sequence[T]) -> list[R]:
        """The results of these items. Raises what `do` raises for them."""
        mine = _Asked(items, Future[list[R]]())
        with self._asking:
            self._waiting.append(mine)
        with self._doing:
            while not mine.answer.done():
                self._serve_next(mine)
        return mine.answer.result()

    def _serve_next(self, mine: _Asked[T, R]) -> None:
        with self._asking:
            served, self._waiting = self._waiting[: self._at_most], self._waiting[self._at_most :]
        try:
            self._serve(served)
        except BaseException:  # an interrupt: meant for this thread, while the others go on waiting
            with self._asking:
                left = [asked for asked in served if asked is not mine and not asked.answer.done()]
                self._waiting = [*left, *self._waiting]
            raise

    def _serve(self, served: Sequence[_Asked[T, R]]) -> None:
        try:
            results = iter(self._do([item for asked in served for item in asked.items]))
        except Exception as error:
            if len(served) == 1:
                served[0].answer.set_exception(error)
                return
            for asked in served:
                self._serve([asked])
            return
        for asked in served:
            asked.answer.set_result([next(results) for _ in asked.items])


class Once(Generic[K, T, R]):
    """Calls `do` with items by key; thread-safe. Whoever asks for what another thread is at waits for that result.

    `do` gives a result for each key. Where it fails, those who wait try themselves: everybody is told what is wrong.
    """

    def __init__(self, do: Callable[[Mapping[K, T]], Mapping[K, R]]) -> None:
        self._do = do
        self._doing: dict[K, Future[R]] = {}
        self._lock = Lock()

    def __call__(self, items: Mapping[K, T]) -> dict[K, R]:
        """The result of each item, by its key. Raises what `do` raises for them."""
        with self._lock:
            others = {key: self._doing[key] for key in items if key in self._doing}
            mine = {key: Future[R]() for key in items if key not in others}
            self._doing.update(mine)
        results = self._do_mine(items, mine) if mine else {}
        for key, other in others.items():
            try:
                results[key] = other.result()
            except CancelledError:
                results |= self({key: items[key]})
        return results

    def _do_mine(self, items: Mapping[K, T], mine: Mapping[K, Future[R]]) -> dict[K, R]:
        results: dict[K, R] = {}
        try:
            results |= self._do({key: items[key] for key in mine})
        finally:
            with self._lock:
                for key in mine:
                    del self._doing[key]
            for key, promised in mine.items():
                if key in results:
                    promised.set_result(results[key])
                else:
                    promised.cancel()
        return results
