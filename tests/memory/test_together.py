from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from tailored.memory.together import Together


class Slow:
    """Doubles numbers; the first run goes on until it is let go."""

    def __init__(self) -> None:
        self.begun, self.may_end = Event(), Event()
        self.runs: list[list[int]] = []

    def __call__(self, numbers: list[int]) -> list[int]:
        self.runs.append(numbers)
        self.begun.set()
        assert self.may_end.wait(10)
        if 13 in numbers:
            raise ValueError("no thirteen")
        return [2 * number for number in numbers]


def waiting(together: Together[int, int]) -> int:
    return len(together._waiting)


def ask(together: Together[int, int], slow: Slow, *asked: list[int]) -> list[Future[list[int]]]:
    """Has the first one begin, the others wait for it in their order, and then lets it go."""
    with ThreadPoolExecutor(len(asked)) as threads:
        first = threads.submit(together, asked[0])
        assert slow.begun.wait(10)
        others = []
        for number, items in enumerate(asked[1:], 1):
            others.append(threads.submit(together, items))
            until(lambda number=number: waiting(together) == number)  # type: ignore[misc]
        slow.may_end.set()
        return [first, *others]


def until(happened: Callable[[], bool]) -> None:
    pause = Event()
    for _ in range(1000):
        if happened():
            return
        pause.wait(0.01)
    raise AssertionError("it did not happen within ten seconds")


def test_who_comes_meanwhile_is_served_in_one_run() -> None:
    slow = Slow()

    answers = ask(Together(slow, at_most=8), slow, [1], [2, 3], [4])

    assert [answer.result() for answer in answers] == [[2], [4, 6], [8]]
    assert slow.runs == [[1], [2, 3, 4]]


def test_no_more_than_so_many_share_a_run() -> None:
    slow = Slow()

    ask(Together(slow, at_most=2), slow, [1], [2], [3], [4])

    assert slow.runs == [[1], [2, 3], [4]]


def test_one_that_fails_takes_nobody_along() -> None:
    slow = Slow()

    _, good, bad = ask(Together(slow, at_most=8), slow, [1], [2], [13])

    assert good.result() == [4]
    with pytest.raises(ValueError, match="thirteen"):
        bad.result()


def test_an_interrupt_ends_one_caller_only() -> None:
    begun, may_end = Event(), Event()

    def interrupted_once(numbers: list[int]) -> list[int]:
        if not begun.is_set():
            begun.set()
            assert may_end.wait(10)
            raise KeyboardInterrupt
        return numbers

    together = Together(interrupted_once, at_most=8)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(together, [1])
        assert begun.wait(10)
        second = threads.submit(together, [2])
        until(lambda: waiting(together) == 1)
        may_end.set()

    assert isinstance(first.exception(), KeyboardInterrupt)
    assert second.result() == [2]
