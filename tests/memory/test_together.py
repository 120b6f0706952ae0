from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from tailored.memory.together import Once, Together


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


class SlowByKey:
    """Doubles numbers; the first run goes on until it is let go, and fails if `first_fails`."""

    def __init__(self, *, first_fails: bool = False) -> None:
        self.begun, self.may_end = Event(), Event()
        self.runs: list[dict[str, int]] = []
        self._first_fails = first_fails

    def __call__(self, numbers: Mapping[str, int]) -> dict[str, int]:
        self.runs.append(dict(numbers))
        if len(self.runs) == 1:
            self.begun.set()
            assert self.may_end.wait(10)
            if self._first_fails:
                raise ValueError("not today")
        return {key: 2 * number for key, number in numbers.items()}


def ask_by_key(slow: SlowByKey, *asked: dict[str, int]) -> list[Future[dict[str, int]]]:
    """Has the first one begin, the others ask while it runs, and then lets it go."""
    once = Once(slow)
    with ThreadPoolExecutor(len(asked)) as threads:
        answers = [threads.submit(once, asked[0])]
        assert slow.begun.wait(10)
        answers += [threads.submit(once, items) for items in asked[1:]]
        until(lambda: len(slow.runs) == sum(1 for items in asked if items.keys() - asked[0].keys()) + 1)
        slow.may_end.set()
        return answers


def test_what_another_is_at_is_done_once() -> None:
    slow = SlowByKey()

    first, same, more = ask_by_key(slow, {"one": 1}, {"one": 1}, {"one": 1, "two": 2})

    assert [first.result(), same.result(), more.result()] == [{"one": 2}, {"one": 2}, {"one": 2, "two": 4}]
    assert slow.runs == [{"one": 1}, {"two": 2}]


def test_where_it_failed_whoever_waited_tries() -> None:
    slow = SlowByKey(first_fails=True)

    failed, waited = ask_by_key(slow, {"one": 1}, {"one": 1, "two": 2})

    with pytest.raises(ValueError, match="not today"):
        failed.result()
    assert waited.result() == {"one": 2, "two": 4}


def test_what_is_done_is_not_kept() -> None:
    runs: list[Mapping[str, int]] = []

    def count(numbers: Mapping[str, int]) -> Mapping[str, int]:
        runs.append(numbers)
        return {key: len(runs) for key in numbers}

    once = Once(count)

    assert [once({"one": 1}), once({"one": 1})] == [{"one": 1}, {"one": 2}]
