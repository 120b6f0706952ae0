"""How far a batch is, on standard error: a bar with the time left at a terminal, else a line now and then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Tell", "progress"]

EVERY_S = 10.0
"""Seconds between two lines where there is no terminal."""


class Tell(Protocol):
    def __call__(self, answered: bool) -> None: ...


@contextmanager
def progress(console: Console, *, total: int, done: int) -> Iterator[Tell]:
    """What a runner tells is shown; `done` lines were answered by earlier runs."""
    if not console.is_terminal:
        yield _lines(console, total, done)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("", total=total, completed=done)
        failed = 0

        def tell(answered: bool) -> None:
            nonlocal failed
            failed += not answered
            bar.update(task, advance=1, description=f"{failed} failed" if failed else "")

        yield tell


def _lines(console: Console, total: int, done: int) -> Tell:
    begun = said = monotonic()
    at, failed = done, 0

    def tell(answered: bool) -> None:
        nonlocal at, failed, said
        at, failed = at + 1, failed + (not answered)
        now = monotonic()
        if now - said >= EVERY_S:
            said = now
            left = (now - begun) / (at - done) * (total - at)
            console.print(f"{at} of {total} lines, {failed} failed, {_time(left)} left", highlight=False)

    return tell


def _time(seconds: float) -> str:
    hours, minutes = divmod(round(seconds) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{seconds:.0f} s"
