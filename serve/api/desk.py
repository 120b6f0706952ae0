"""What all routes share: the assistant, and how a turn is run for somebody at the other end of a connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from ...agent import Assistant, Event, Reply, ReplyFinished
from ...agent.settings import Settings
from ...agent.supplied import Supplied
from .keys import KeyRing
from .limits import Turns
from .metrics import Metrics
from .stopping import Stop, until_stopped
from .telemetry import record_reply, turn_span

__all__ = ["Asked", "Desk", "TheDesk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A turn that somebody asks for."""

    user_id: str
    text: str
    thread: str
    private: bool = False
    supplied: Supplied | None = None
    way_in: str = "turns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts of one app."""

    assistant: Assistant
    keys: KeyRing
    settings: Settings
    metrics: Metrics
    stop: Stop
    turns: Turns

    async def events(self, asked: Asked, *, patience_s: float | None = None) -> AsyncGenerator[Event | None, None]:
        """A turn's events, None where one is long in coming, the first time after `patience_s`.

        Raises TooMany, Stopping, and what `Assistant.chat` does.

        Whoever stops listening stops the turn.
        """
        source = self.assistant.astream(
            asked.user_id, asked.text, thread=asked.thread, private=asked.private, supplied=asked.supplied
        )
        with self.turns.one(asked.user_id), turn_span(asked.way_in) as span:
            async with aclosing(until_stopped(source, self.stop, patience_s=patience_s)) as events:
                async for event in events:
                    if isinstance(event, ReplyFinished):
                        self.metrics.answered(event.reply)
                        record_reply(span, event.reply)
                    yield event

    async def reply(self, asked: Asked) -> Reply:
        """A turn's reply, when it is whole."""
        reply = None
        async with aclosing(self.events(asked)) as events:
            async for event in events:
                if isinstance(event, ReplyFinished):
                    reply = event.reply
        if reply is None:
            raise RuntimeError("the turn ended without a reply")
        return reply


async def _desk(request: Request) -> Desk:  # a plain function would be run in a thread
    desk: Desk = request.app.state.desk
    return desk


TheDesk = Annotated[Desk, Depends(_desk)]
