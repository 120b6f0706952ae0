"""Who follows whom in the threads of one user."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_ROW", "REACH", "Rows", "Threads"]

Rows = NDArray[np.intp]

NO_ROW = -1
REACH = 3
"""Neighbours are at most this many turns away in the thread."""


class Threads:
    """The rows of each thread in order, and for each row the one before and the one after it."""

    __slots__ = ("_around", "_next", "_previous", "_threads")

    def __init__(self) -> None:
        self._threads: dict[str, list[tuple[int, int]]] = {}
        self._previous: Rows = np.full(16, NO_ROW, np.intp)
        self._next: Rows = np.full(16, NO_ROW, np.intp)
        self._around: Rows | None = None

    def rows(self, thread: str) -> list[int]:
        """The rows of a thread in order; empty when there is no such thread."""
        return [row for _, row in self._threads.get(thread, ())]

    def all(self) -> dict[str, Rows]:
        """The rows of every thread, in order."""
        return {thread: np.array([row for _, row in rows], np.intp) for thread, rows in self._threads.items()}

    def around(self, n_rows: int) -> Rows:
        """For each row the rows of the turns 1 to REACH before it in its thread and 1 to REACH after it, or NO_ROW,
        shape (2 * REACH, n_rows)."""
        if self._around is None or self._around.shape[1] != n_rows:
            self._reach(n_rows)
            self._around = np.stack([*_hops(self._previous[:n_rows]), *_hops(self._next[:n_rows])])
        return self._around

    def join(self, thread: str, order: int, row: int) -> None:
        self._around = None
        self._reach(row + 1)
        rows = self._threads.setdefault(thread, [])
        insort(rows, (order, row))
        at = bisect_left(rows, (order, row))
        before = rows[at - 1][1] if at else NO_ROW
        after = rows[at + 1][1] if at + 1 < len(rows) else NO_ROW
        self._link(before, row)
        self._link(row, after)

    def leave(self, thread: str, order: int, row: int) -> None:
        self._around = None
        rows = self._threads[thread]
        del rows[bisect_left(rows, (order, row))]
        if not rows:
            del self._threads[thread]
        before, after = int(self._previous[row]), int(self._next[row])
        self._link(before, NO_ROW)
        self._link(NO_ROW, after)
        self._link(before, after)
        self._previous[row] = self._next[row] = NO_ROW

    def _link(self, before: int, after: int) -> None:
        if before != NO_ROW:
            self._next[before] = after
        if after != NO_ROW:
            self._previous[after] = before

    def _reach(self, n_rows: int) -> None:
        more = n_rows - len(self._previous)
        if more > 0:
            more = max(more, len(self._previous))
            self._previous = np.pad(self._previous, (0, more), constant_values=NO_ROW)
            self._next = np.pad(self._next, (0, more), constant_values=NO_ROW)


def _hops(neighbour: Rows) -> Iterator[Rows]:
    """The neighbours of all rows, the neighbours of those, and so on."""
    padded = np.append(neighbour, NO_ROW)  # NO_ROW is -1 and picks the last place, which is itself
    for _ in range(REACH):
        yield neighbour
        neighbour = padded[neighbour]
