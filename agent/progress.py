"""What comes out of a running agent, as typed events and as the reply it adds up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from ..tools import CandidatePool
from .compose import Composition
from .events import Event, Prepared, TextDelta, ToolFinished, ToolStarted
from .guard import TitleFilter
from .listing import Listing
from .need import ASKS_FOR_TEXT
from .preamble import PreambleFilter
from .trace import ShownItem, Timings
from .turn import TurnRecord

__all__ = ["Progress"]


class Progress:
    """Listens to the agent in one turn; `tell` is given the events."""

    def __init__(
        self,
        reply_id: str,
        started: float,
        listing: Listing,
        titles: TitleFilter | None,
        pool: CandidatePool,
        tell: Callable[[Event], None],
    ) -> None:
        self.reply_id = reply_id
        self._tell = tell
        self._started = started
        self._listing = listing
        self._titles = titles
        self._pool = pool
        self._first_text = 0.0
        self._composed = 0.0
        self._open_calls: dict[str, tuple[str, float]] = {}
        self._last_result: ToolMessage | None = None
        self._after_list = False
        self._preamble: PreambleFilter | None = None
        self.text = ""
        self.items: tuple[ShownItem, ...] = ()

    @property
    def withheld(self) -> tuple[str, ...]:
        return self._titles.withheld if self._titles else ()

    def prepared(self, composition: Composition) -> Event:
        """The turn is composed; the agent starts now."""
        self._composed = perf_counter()
        if self._titles:
            self._titles.allow(composition.system)
            self._titles.allow(composition.message)
        if composition.need.rule == ASKS_FOR_TEXT:
            self._preamble = PreambleFilter(composition.message)
        return Prepared(reply_id=self.reply_id, memories=composition.memories, preferences=composition.preferences)

    def said(self, piece: BaseMessage) -> None:
        """See Listener."""
        for event in self._said(piece):
            self._tell(event)

    def done(self, message: BaseMessage) -> None:
        """See Listener."""
        for event in self._called(message):
            self._tell(event)

    def end(self, *, answered: bool = True) -> Iterator[Event]:
        """What is left when the agent has ended: text held back, or a word where an answer has none."""
        yield from self._rest()
        if answered and not self.text.strip():
            yield from self._shown(self._listing.instead(self._last_result))

    def timings(self, record: TurnRecord, ended: float) -> Timings:
        return Timings(
            total=(ended - self._started) * 1000,
            compose=(self._composed - self._started) * 1000,
            model=record.model_ms,
            tools=record.tools_ms,
            first_text=((self._first_text or ended) - self._started) * 1000,
        )

    def _called(self, message: BaseMessage) -> Iterator[Event]:
        if isinstance(message, AIMessage):
            for call in message.tool_calls:
                self._open_calls[call["id"] or ""] = (call["name"], perf_counter())
                yield ToolStarted(id=call["id"] or "", name=call["name"], arguments=call["args"])
        elif isinstance(message, ToolMessage):
            yield from self._returned(message)

    def _returned(self, message: ToolMessage) -> Iterator[Event]:
        yield from self._rest()
        name, since = self._open_calls.pop(message.tool_call_id, (message.name or "", perf_counter()))
        ms = (perf_counter() - since) * 1000
        yield ToolFinished(id=message.tool_call_id, name=name, ok=message.status != "error", ms=ms)
        self._last_result = message
        self.items = self._listing.merged(self.items, message)
        if self._titles:
            self._titles.allow(message.text)
        listed = self._listing.text(message, self._pool)
        self._after_list = bool(listed)
        yield from self._shown(listed)

    def _said(self, message: BaseMessage) -> Iterator[Event]:
        # A model that does not stream says all of it in one message.
        if isinstance(message, AIMessage) and message.text:
            piece = self._preamble.feed(message.text) if self._preamble else message.text
            piece = self._titles.feed(piece) if self._titles else piece
            if piece and self._after_list:
                self._after_list = False
                piece = self._listing.glue(self.text) + piece
            yield from self._shown(piece)

    def _rest(self) -> Iterator[Event]:
        held = self._preamble.finish() if self._preamble else ""
        if self._titles:
            held = self._titles.feed(held) + self._titles.finish()
        yield from self._shown(held)

    def _shown(self, piece: str) -> Iterator[Event]:
        if piece:
            self._first_text = self._first_text or perf_counter()
            self.text += piece
            yield TextDelta(text=piece)
