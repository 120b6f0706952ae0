"""Fair shares: requests a minute for each key, turns at a time for each user."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from .errors import TooMany

__all__ = ["Allowance", "Rates", "Turns"]

MOST_KEYS = 10_000
"""Buckets that are kept; one that is dropped is full when its key comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left to a key after this request."""

    limit: int
    remaining: int
    reset_s: int
    """Seconds until it has its whole limit again."""
    wait_s: float = 0.0
    """Seconds until a request is allowed; 0 where this one is."""

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return [
            (b"x-ratelimit-limit", b"%d" % self.limit),
            (b"x-ratelimit-remaining", b"%d" % self.remaining),
            (b"x-ratelimit-reset", b"%d" % self.reset_s),
        ]


class Rates:
    """A token bucket for each key: its limit at once, then as many a minute. For one event loop."""

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key_id: str, per_minute: int | None = None) -> Allowance:
        """Count one request, where it is allowed."""
        limit = per_minute or self._per_minute
        now = self._clock()
        left, since = self._buckets.pop(key_id, (float(limit), now))
        left = min(limit, left + (now - since) * limit / 60)
        allowed = left >= 1
        self._buckets[key_id] = (left - 1 if allowed else left, now)
        if len(self._buckets) > MOST_KEYS:
            self._buckets.popitem(last=False)
        left -= allowed
        return Allowance(
            limit=limit,
            remaining=int(left),
            reset_s=math.ceil((limit - left) * 60 / limit),
            wait_s=0.0 if allowed else (1 - left) * 60 / limit,
        )


class Turns:
    """How many turns of each user are being answered. For one event loop."""

    def __init__(self, per_user: int) -> None:
        self._per_user = per_user
        self._open: dict[str, int] = {}

    @contextmanager
    def one(self, user_id: str) -> Iterator[None]:
        """Around a turn. Raises TooMany."""
        running = self._open.get(user_id, 0)
        if running >= self._per_user:
            raise TooMany(f"{running} turns of this user are being answered already: wait for one", retry_after_s=1)
        self._open[user_id] = running + 1
        try:
            yield
        finally:
            self._open[user_id] -= 1
            if not self._open[user_id]:
                del self._open[user_id]

    @property
    def running(self) -> int:
        return sum(self._open.values())
