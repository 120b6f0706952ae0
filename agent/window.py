"""The messages of a thread as they were sent, so that a model server finds the same prefix again.

What was recalled for a turn stays beside that turn's message while the thread goes on: taking it out would change the
prefix and cost every token after it. When the window outgrows its budget the older half goes at once, rarely, instead
of one message each turn. A window lives in RAM only; after a restart it is rebuilt from the raw episodes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal

__all__ = ["Role", "Sent", "Windows"]

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message as it stood in the prompt."""

    role: Role
    content: str
    tokens: int
    said: str = ""
    """Of the user's: the message alone, without what stands beside it."""
    memories: frozenset[str] = frozenset()
    """Ids of the records whose text stands in it."""
    items: frozenset[str] = frozenset()
    """Ids of the items it recommends."""


class Windows:
    """The windows of all threads in use, least recently used dropped first.

    `load(user_id, thread)` gives a thread's messages from its raw episodes when the window is not in RAM.
    """

    def __init__(self, load: Callable[[str, str], Sequence[Sent]], *, max_tokens: int, max_threads: int = 256) -> None:
        self._load = load
        self._max_tokens = max_tokens
        self._max_threads = max_threads
        self._windows: OrderedDict[tuple[str, str], tuple[Sent, ...]] = OrderedDict()
        self._drops: dict[str, int] = {}
        self._lock = Lock()

    def get(self, user_id: str, thread: str) -> tuple[Sent, ...]:
        key = (user_id, thread)
        with self._lock:
            if key in self._windows:
                self._windows.move_to_end(key)
                return self._windows[key]
            drops = self._drops.get(user_id, 0)
        window = self._trim(tuple(self._load(user_id, thread)))
        with self._lock:
            if self._drops.get(user_id, 0) == drops:  # else it holds what was forgotten while it was loaded
                self._windows[key] = window
            return window

    def extend(self, user_id: str, thread: str, messages: Sequence[Sent]) -> None:
        """Add a turn's messages to a window that `get` has opened."""
        with self._lock:
            window = self._windows.get((user_id, thread))
            if window is None:
                return  # dropped meanwhile, by erasure or for space: the next turn loads it from the episodes
            self._windows[user_id, thread] = self._trim((*window, *messages))
            while len(self._windows) > self._max_threads:
                self._windows.popitem(last=False)

    def drop(self, user_id: str) -> None:
        """Forget all of a user's windows (after forgetting, erasure, an edit)."""
        with self._lock:
            self._drops[user_id] = self._drops.get(user_id, 0) + 1
            for key in [key for key in self._windows if key[0] == user_id]:
                del self._windows[key]

    def _trim(self, window: tuple[Sent, ...]) -> tuple[Sent, ...]:
        if sum(message.tokens for message in window) <= self._max_tokens:
            return window
        kept, budget = len(window), self._max_tokens // 2
        while kept and window[kept - 1].tokens <= budget:
            kept -= 1
            budget -= window[kept].tokens
        while kept < len(window) and window[kept].role != "user":  # a window starts with the user
            kept += 1
        return window[kept:]
