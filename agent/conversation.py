"""The core of a turn: from a message to typed events, written down on the way. Sync and async callers share it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, cast

from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage, HumanMessage, ToolMessage
from langgraph.graph.state import CompiledStateGraph

from ..memory import Edit, Episode, Memory, check_user_id
from ..prompts import TokenCounter
from .compose import Composition
from .errors import EmptyMessage, MessageTooLong
from .events import Event, Prepared, ReplyFinished, TextDelta, ToolFinished, ToolStarted
from .guard import TitleFilter
from .learning.facts import Reconciled
from .listing import Listing
from .settings import Limits
from .trace import Reply, ShownItem, Timings, Trace
from .turn import TurnContext
from .window import Role, Sent, Windows

__all__ = ["Conversation"]

NewId = Callable[[], str]
Watch = Callable[[Sequence[str]], TitleFilter | None]
"""A filter for one reply, given the texts whose titles may be named in it; None where there are no titles."""
Notice = Callable[[str, Episode], Reconciled]
"""What a message says outright, as changes of the user's records (given the user id and the message)."""
REPLAYED = 40
"""Messages of a thread that are looked at when its window is rebuilt; the token budget cuts further."""
CHARACTERS_PER_TOKEN = 16
"""No text has more characters for each token on average; longer ones are refused without being counted."""


_NUMBER = re.compile(r"\b(?:[1-9]|10|one|an?|two|three|four|five|six|seven|eight|nine|ten)\b", re.IGNORECASE)
"""Words that may say how many items are wanted; without one the settings do."""
_OTHERS = re.compile(r"\b(?:others?|another|more|else|different)\b", re.IGNORECASE)
"""Words that ask for items beyond those this thread has shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """What a turn starts from."""

    request: Episode
    window: tuple[Sent, ...]
    learned: Reconciled
    context: TurnContext


@dataclass(slots=True)
class _Progress:
    """What has come of a turn so far."""

    started: float
    said_before: tuple[str, ...]
    """The thread's messages in the prompt."""
    composition: Composition | None = None
    text: str = ""
    first_text: float = 0.0
    composed_ms: float = 0.0
    items: tuple[ShownItem, ...] = ()
    last_result: ToolMessage | None = None
    titles: TitleFilter | None = None
    open_calls: dict[str, tuple[str, float]] = field(default_factory=dict)


class Conversation:
    """Runs turns of an agent built by `loop.build_agent`, with the windows of their threads."""

    def __init__(
        self,
        agent: Callable[[], CompiledStateGraph[Any, Any, Any, Any]],
        memory: Memory,
        tokens: TokenCounter,
        *,
        limits: Limits,
        listing: Listing,
        notice: Notice,
        watch: Watch,
        turn_done: Callable[[Episode], object],
        new_id: NewId,
        model_name: str,
    ) -> None:
        self._agent = agent
        self._memory = memory
        self._tokens = tokens
        self._limits = limits
        self._listing = listing
        self._notice = notice
        self._watch = watch
        self._turn_done = turn_done
        self._new_id = new_id
        self._model_name = model_name
        self.windows = Windows(self._replay, max_tokens=limits.window_tokens)

    async def turn(self, user_id: str, text: str, thread: str) -> AsyncGenerator[Event, None]:
        """The events of one turn. What the user said is kept even when the turn is stopped or the model fails.

        Raises EmptyMessage, MessageTooLong, or a ModelFault.
        """
        started = perf_counter()
        begun = await asyncio.to_thread(self._begin, check_user_id(user_id), text, thread)
        progress = _Progress(started=started, said_before=tuple(sent.content for sent in begun.window))
        writing = None
        try:
            messages = [*map(_as_message, begun.window), HumanMessage(begun.request.content)]
            async for event in self._events({"messages": messages}, begun.context, progress):
                if isinstance(event, Prepared):
                    writing = self._write(begun)
                yield event
            for event in self._rest(progress):
                yield event
        finally:
            # Also when the caller stops listening: the message was said, so it is kept.
            await asyncio.shield(writing or self._write(begun))
        if not progress.text.strip():
            yield TextDelta(text=self._listing.instead(progress.last_result))
            progress.text = self._listing.instead(progress.last_result)
        yield ReplyFinished(reply=await asyncio.to_thread(self._conclude, begun, progress))

    def _begin(self, user_id: str, text: str, thread: str) -> _Begun:
        request = self._request(user_id, text, thread)
        window = self.windows.get(user_id, thread)
        return _Begun(
            request=request,
            window=window,
            learned=self._notice(user_id, request),
            context=_context(request, window, self._limits.items),
        )

    def _write(self, begun: _Begun) -> asyncio.Task[None]:
        def write() -> None:
            self._memory.remember(begun.request.user_id, [begun.request, *begun.learned.put])
            for replaced in begun.learned.delete:
                self._memory.forget(begun.request.user_id, replaced)

        return asyncio.create_task(asyncio.to_thread(write))

    def _request(self, user_id: str, text: str, thread: str) -> Episode:
        said = text.strip()
        if not said:
            raise EmptyMessage("the message is empty: say something")
        limit = self._limits.message_tokens
        too_long = len(said) > limit * CHARACTERS_PER_TOKEN
        if too_long or (size := self._tokens.count(said)) > limit:
            size_text = f"{len(said)} characters" if too_long else f"{size} tokens"
            raise MessageTooLong(f"the message has {size_text}; at most {limit} tokens fit: shorten or split it")
        last = self._memory.thread(user_id, thread, last=1)
        return Episode(
            id=self._new_id(),
            user_id=user_id,
            created=self._memory.clock(),
            source="user",
            content=said,
            thread=thread,
            order=last[-1].order + 1 if last else 0,
        )

    async def _events(self, given: dict[str, Any], context: TurnContext, progress: _Progress) -> AsyncIterator[Event]:
        stream = self._agent().astream(given, context=context, stream_mode=["messages", "updates"])
        async for part in stream:
            mode, data = cast("tuple[str, Any]", part)
            events = self._updated(data, progress) if mode == "updates" else self._said(data[0], progress)
            for event in events:
                yield event

    def _updated(self, data: dict[str, Any], progress: _Progress) -> list[Event]:
        events: list[Event] = []
        for update in data.values():
            if not update:
                continue
            if composition := update.get("composition"):
                progress.composition = composition
                progress.titles = self._watch([*progress.said_before, composition.system, composition.message])
                progress.composed_ms = (perf_counter() - progress.started) * 1000
                events.append(Prepared(memories=composition.memories, preferences=composition.preferences))
            for message in update.get("messages", ()):
                events += self._tools(message, progress)
        return events

    def _tools(self, message: AnyMessage, progress: _Progress) -> list[Event]:
        if isinstance(message, AIMessage):
            progress.open_calls |= {call["id"] or "": (call["name"], perf_counter()) for call in message.tool_calls}
            return [
                ToolStarted(id=call["id"] or "", name=call["name"], arguments=call["args"])
                for call in message.tool_calls
            ]
        if not isinstance(message, ToolMessage):
            return []
        name, since = progress.open_calls.pop(message.tool_call_id, (message.name or "", perf_counter()))
        ms = (perf_counter() - since) * 1000
        events: list[Event] = [ToolFinished(id=message.tool_call_id, name=name, ok=message.status != "error", ms=ms)]
        progress.items = self._listing.merged(progress.items, message)
        progress.last_result = message
        if progress.titles:
            progress.titles.allow(message.text)
        return [*self._rest(progress), *events, *self._text(self._listing.text(message), progress)]

    def _rest(self, progress: _Progress) -> list[Event]:
        """What the filter of titles still holds, when the model has ended or paused."""
        return self._text(progress.titles.finish(), progress) if progress.titles else []

    def _said(self, message: AnyMessage, progress: _Progress) -> list[Event]:
        if not isinstance(message, AIMessageChunk) or not message.text:
            return []
        piece = progress.titles.feed(message.text) if progress.titles else message.text
        return self._text(self._listing.glue(progress.text) + piece, progress) if piece else []

    def _text(self, piece: str, progress: _Progress) -> list[Event]:
        if not piece:
            return []
        progress.first_text = progress.first_text or perf_counter()
        progress.text += piece
        return [TextDelta(text=piece)]

    def _conclude(self, begun: _Begun, progress: _Progress) -> Reply:
        """Write the reply down, queue what is to be learned from the turn, and give the reply its trace."""
        request, composition = begun.request, progress.composition
        if composition is None:
            raise RuntimeError("the agent finished without composing: is Personalize among its middleware?")
        answer = Episode(
            id=self._new_id(),
            user_id=request.user_id,
            created=self._memory.clock(),
            source="assistant",
            evidence=(request.id,),
            content=progress.text.strip(),
            thread=request.thread,
            order=request.order + 1,
            context=request.content,
            items=tuple(item.id for item in progress.items),
        )
        self._memory.remember(request.user_id, [answer])
        self._turn_done(request)
        self._extend(request, answer, composition)
        return Reply(
            id=answer.id,
            user_id=request.user_id,
            thread=request.thread,
            request=request.content,
            text=answer.content,
            trace=self._trace(begun, composition, progress),
        )

    def _extend(self, request: Episode, answer: Episode, composition: Composition) -> None:
        used = frozenset((request.id, *(memory.id for memory in composition.memories)))
        asked = self._sent("user", composition.message, used)
        self.windows.extend(request.user_id, request.thread, [asked, self._replayed(answer, answer.content)])

    def _trace(self, begun: _Begun, composition: Composition, progress: _Progress) -> Trace:
        record = begun.context.record
        learned = [new for new in begun.learned.put if begun.request.id in new.evidence]
        ended = perf_counter()
        return Trace(
            need=composition.need,
            model=self._model_name,
            standing=composition.standing,
            memories=composition.memories,
            preferences=composition.preferences,
            tools=tuple(record.tools),
            items=progress.items,
            withheld=progress.titles.withheld if progress.titles else (),
            learned=tuple(new.text for new in learned),
            learned_ids=tuple(new.id for new in learned),
            tokens=record.tokens,
            timings=Timings(
                total=(ended - progress.started) * 1000,
                compose=progress.composed_ms,
                model=record.model_ms,
                tools=record.tools_ms,
                first_text=((progress.first_text or ended) - progress.started) * 1000,
            ),
            prompts=composition.prompts,
        )

    def _replay(self, user_id: str, thread: str) -> list[Sent]:
        """A thread's messages from its raw episodes; a reply that was edited stands there as the user left it."""
        edited = {edit.reply_id: edit.edited for edit in self._memory.records(user_id, Edit)}
        episodes = self._memory.thread(user_id, thread, last=REPLAYED)
        return [self._replayed(episode, edited.get(episode.id, episode.content)) for episode in episodes]

    def _replayed(self, episode: Episode, content: str) -> Sent:
        role: Role = "assistant" if episode.source == "assistant" else "user"
        return replace(self._sent(role, content, frozenset((episode.id,))), items=frozenset(episode.items))

    def _sent(self, role: Role, content: str, memories: frozenset[str]) -> Sent:
        return Sent(role=role, content=content, tokens=self._tokens.count(content) + 4, memories=memories)


def _context(request: Episode, window: Sequence[Sent], items: int) -> TurnContext:
    shown = (item_id for sent in window for item_id in sent.items)
    return TurnContext(
        user_id=request.user_id,
        request=request.content,
        thread=request.thread,
        previous=window[-1].content if window else "",
        in_prompt=frozenset(record_id for sent in window for record_id in sent.memories),
        count=None if _NUMBER.search(request.content) else items,
        excluded=frozenset(shown) if _OTHERS.search(request.content) else frozenset(),
    )


def _as_message(sent: Sent) -> AnyMessage:
    return HumanMessage(sent.content) if sent.role == "user" else AIMessage(sent.content)
