"""The core of a turn: from a message to typed events, written down on the way."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, cast
from weakref import WeakValueDictionary

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.graph.state import CompiledStateGraph

from ..memory import Edit, Episode, Memory, Record, check_user_id
from ..prompts import TokenCounter
from .compose import Composition
from .errors import EmptyMessage, MessageTooLong, UserErased
from .events import Event, Prepared, ReplyFinished
from .guard import TitleFilter
from .learning.facts import Reconciled
from .listing import Listing
from .progress import Progress
from .settings import Limits
from .trace import Reply, Trace
from .turn import TurnContext
from .window import Role, Sent, Windows

__all__ = ["Conversation"]

Agent = CompiledStateGraph[Any, Any, Any, Any]
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

    agent: Agent
    epoch: int
    """The user's epoch in memory: whatever is written after an erasure is refused."""
    request: Episode
    window: tuple[Sent, ...]
    context: TurnContext
    progress: Progress


class Conversation:
    """Runs turns of an agent built by `loop.build_agent`, with the windows of their threads.

    The turns of one thread run one after the other, those of other threads and users beside them; all in one event
    loop. What blocks (the store, the embedder, opening the model) runs in threads.
    """

    def __init__(
        self,
        agent: Callable[[], Agent],
        memory: Memory,
        tokens: TokenCounter,
        *,
        limits: Limits,
        listing: Listing,
        notice: Notice,
        watch: Watch,
        turn_done: Callable[[Episode], object],
        new_id: Callable[[], str],
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
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self.windows = Windows(self._replay, max_tokens=limits.window_tokens)

    async def turn(self, user_id: str, text: str, thread: str) -> AsyncGenerator[Event, None]:
        """The events of one turn. What the user said is kept even when the turn is stopped or the model fails.

        Raises EmptyMessage, MessageTooLong, a ModelFault, or UserErased when the user was erased meanwhile.
        """
        started = perf_counter()
        async with self._turns.setdefault((check_user_id(user_id), thread), asyncio.Lock()):
            begun = await asyncio.to_thread(self._begin, user_id, text, thread, started)
            writing: asyncio.Task[Reconciled] | None = None
            try:
                messages = [*map(_as_message, begun.window), HumanMessage(begun.request.content)]
                stream = begun.agent.astream(
                    {"messages": messages}, context=begun.context, stream_mode=["messages", "updates"]
                )
                async for part in stream:
                    for event in begun.progress.read(*cast("tuple[str, Any]", part)):
                        if isinstance(event, Prepared):
                            writing = self._write(begun)
                        yield event
                for event in begun.progress.end():
                    yield event
            finally:
                # Also when the caller stops listening: the message was said, so it is kept.
                learned = await asyncio.shield(writing or self._write(begun))
            yield ReplyFinished(reply=await asyncio.to_thread(self._conclude, begun, learned))

    def _begin(self, user_id: str, text: str, thread: str, started: float) -> _Begun:
        epoch = self._memory.epoch(user_id)
        request = self._request(user_id, text, thread)
        window = self.windows.get(user_id, thread)
        titles = self._watch([sent.content for sent in window])
        return _Begun(
            agent=self._agent(),
            epoch=epoch,
            request=request,
            window=window,
            context=_context(request, window, self._limits.items),
            progress=Progress(started, self._listing, titles),
        )

    def _request(self, user_id: str, text: str, thread: str) -> Episode:
        # Half of a surrogate pair is no text: it could be answered but not stored.
        said = text.encode("utf-8", errors="replace").decode().strip()
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

    def _write(self, begun: _Begun) -> asyncio.Task[Reconciled]:
        return asyncio.create_task(asyncio.to_thread(self._write_request, begun))

    def _write_request(self, begun: _Begun) -> Reconciled:
        """Write down what was said, and what it says outright."""
        request = begun.request
        with self._memory.alone(request.user_id):
            self._check_epoch(begun)
            learned = self._notice(request.user_id, request)
            self._memory.remember(request.user_id, [request, *learned.put])
            for replaced in learned.delete:
                self._memory.forget(request.user_id, replaced)
        return learned

    def _check_epoch(self, begun: _Begun) -> None:
        if self._memory.epoch(begun.request.user_id) != begun.epoch:
            raise UserErased(f"user {begun.request.user_id!r} was erased while this turn ran: nothing of it is kept")

    def _conclude(self, begun: _Begun, learned: Reconciled) -> Reply:
        """Write the reply down, queue what is to be learned from the turn, and give the reply its trace."""
        request, progress = begun.request, begun.progress
        if progress.composition is None:
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
            items=tuple(item.id for item in progress.items),
        )
        with self._memory.alone(request.user_id):
            self._check_epoch(begun)
            self._memory.remember(request.user_id, [answer])
            self._turn_done(request)
        self._extend(request, answer, progress.composition)
        return Reply(
            id=answer.id,
            user_id=request.user_id,
            thread=request.thread,
            request=request.content,
            text=answer.content,
            trace=self._trace(begun, progress.composition, [new for new in learned.put if request.id in new.evidence]),
        )

    def _extend(self, request: Episode, answer: Episode, composition: Composition) -> None:
        used = frozenset((request.id, *(memory.id for memory in composition.memories)))
        asked = self._sent("user", composition.message, used)
        self.windows.extend(request.user_id, request.thread, [asked, self._replayed(answer, answer.content)])

    def _trace(self, begun: _Begun, composition: Composition, learned: Sequence[Record]) -> Trace:
        record, progress = begun.context.record, begun.progress
        return Trace(
            need=composition.need,
            model=self._model_name,
            standing=composition.standing,
            memories=composition.memories,
            preferences=composition.preferences,
            tools=tuple(record.tools),
            items=progress.items,
            withheld=progress.withheld,
            learned=tuple(new.text for new in learned),
            learned_ids=tuple(new.id for new in learned),
            tokens=record.tokens,
            timings=progress.timings(record, perf_counter()),
            prompts=composition.prompts,
        )

    def _replay(self, user_id: str, thread: str) -> list[Sent]:
        """A thread's messages from its raw episodes.

        A reply that was edited stands there as the user left it; a message that never got its reply stays out, since
        chat templates want the two in turn.
        """
        edited = {edit.reply_id: edit.edited for edit in self._memory.records(user_id, Edit)}
        episodes = self._memory.thread(user_id, thread, last=REPLAYED)
        answered = [
            episode
            for episode, following in zip(episodes, [*episodes[1:], None], strict=False)
            if episode.source == "assistant" or (following is not None and following.source == "assistant")
        ]
        return [self._replayed(episode, edited.get(episode.id, episode.content)) for episode in answered]

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
