"""Connections that ask for nothing are given up: uvicorn waits for the head of a request without end."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

__all__ = ["HEAD_WITHIN_S", "LARGEST_HEAD", "Patience"]

HEAD_WITHIN_S = 15.0
"""So long the head of a request may take, from its first byte, or from the beginning of the connection."""
LARGEST_HEAD = 2**16
"""Bytes."""

_HTTP: Any = AutoHTTPProtocol
"""uvicorn's own choice, made when it is imported."""


class Patience(_HTTP):  # type: ignore[misc]  # known to uvicorn alone
    """HTTP as uvicorn speaks it, with a limit to how long and how large a head may be that never ends."""

    head_within_s = HEAD_WITHIN_S

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._giving_up: asyncio.TimerHandle | None = None
        self._n_head = 0
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._n_head += len(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Begin to wait for a head, go on with it, or stop because a request is being answered."""
        if self._answers():
            self._stop_waiting()
        elif self._n_head > LARGEST_HEAD:
            self._give_up()
        elif self._giving_up is None:
            self._giving_up = self.loop.call_later(self.head_within_s, self._give_up)

    def _stop_waiting(self) -> None:
        self._n_head = 0
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def _give_up(self) -> None:
        self._stop_waiting()
        if not self._answers() and not self.transport.is_closing():
            self.transport.close()

    def _answers(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete
