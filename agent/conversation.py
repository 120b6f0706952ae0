"""The core of a turn: from a message to typed events, written down on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from ..memory import Choice, Confirmation, Edit, Episode, Interaction, Memory, Record, check_user_id
from ..prompts import TokenCounter
from .compose import Composer, Composition
from .errors import UserErased
from .events import Event, ReplyFinished
from .guard import TitleFilter
from .learning.facts import Reconciled
from .listing import Listing
from .opening import Opening, Steer, messages_of
from .permission import Asked
from .progress import Progress
from .settings import Limits
from .showings import forget_old_showings, showings
from .supplied import Supplied, text_of
from .texts import without_other_texts
from .trace import AskedConfirmation, Reply, Trace
from .turn import TurnContext
from .window import Role, Sent, Windows

if TYPE_CHECKING:
    from .loop import Agent

__all__ = ["Conversation"]

Watch = Callable[[Sequence[str]], TitleFilter | None]
"""A filter for one reply, given the texts whose titles may be named in it; None where there are no titles."""
Notice = Callable[[str, Episode], Reconciled]
"""What a message says outright, as changes of the user's records (given the user id and the message)."""
REPLAYED = 40
"""Messages of a thread that are looked at when its window is rebuilt; the token budget cuts further."""
WRITE_AFTER_S = 0.02
"""A message is written down so long after the model was asked. A model that has answered by then does not share the
processor with the writing, and its reply goes to the disk together with the message."""


@dataclass(slots=True, kw_only=True)
class _Begun:
    """A turn that runs."""

    agent: Agent
    epoch: int
    """The user's epoch in memory: whatever is written after an erasure is refused."""
    request: Episode
    new: bool
    """Whether the request is to be written down: it is not when it is private, or was sent before."""
    window: tuple[Sent, ...]
    context: TurnContext
    progress: Progress
    events: asyncio.Queue[Event | None]
    """What the agent brings about; None at its end."""
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when nothing more comes."""
    learned: Reconciled | None = None
    """What the message says outright; None until both are written down."""


class Conversation:
    """Runs the turns of an agent, with the windows of their threads.

    The turns of one thread run one after the other, those of other threads and users beside them; all in one event
    loop. What blocks (the store, the embedder, opening the model) runs in threads.
    """

    def __init__(
        self,
        agent: Callable[[], Agent],
        memory: Memory,
        tokens: TokenCounter,
        composer: Composer,
        *,
        limits: Limits,
        listing: Listing,
        notice: Notice,
        watch: Watch,
        steer: Steer,
        turn_done: Callable[[Episode], object],
        new_id: Callable[[], str],
        model_name: str,
    ) -> None:
        self._agent = agent
        self._memory = memory
        self._tokens = tokens
        self._composer = composer
        self._opening = Opening(memory, tokens, limits, new_id, steer)
        self._listing = listing
        self._notice = notice
        self._watch = watch
        self._turn_done = turn_done
        self._new_id = new_id
        self._model_name = model_name
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._expected: asyncio.Future[None] | None = None
        self.windows = Windows(self._replay, max_tokens=limits.window_tokens)

    async def turn(
        self, user_id: str, text: str, thread: str, *, private: bool = False, supplied: Supplied | None = None
    ) -> AsyncGenerator[Event, None]:
        """The events of one turn. What the user said is kept even when the turn is stopped or the model fails; with
        `private` memory is neither read nor written.

        Raises EmptyMessage, MessageTooLong, a ModelFault, or UserErased when the user was erased meanwhile.
        """
        started = perf_counter()
        async with self._turns.setdefault((check_user_id(user_id), thread), asyncio.Lock()):
            opened: list[_Begun] = []
            writing: asyncio.Task[None] | None = None

            def open_and_compose() -> Composition:  # in one thread: each change of threads costs
                begun = self._begin(user_id, text, thread, started, private=private, supplied=supplied or Supplied())
                opened.append(begun)
                return self._compose(begun.context)

            if not private:
                self._expect(text)
            try:
                composition = await asyncio.to_thread(open_and_compose)
                [begun] = opened
                writing = asyncio.create_task(self._write_soon(begun))
                yield begun.progress.prepared(composition)
                async with aclosing(self._answer(begun, composition)) as events:
                    async for event in events:
                        yield event
                begun.over.set()
                reply = await asyncio.to_thread(self._conclude, begun, composition)
            finally:
                # Also when the caller stops listening: the message was said, so it is kept.
                for begun in opened:
                    begun.over.set()
                    await asyncio.shield(self._written(begun, writing))
            yield ReplyFinished(reply=reply)

    def _expect(self, text: str) -> None:
        """Have a message embedded while its turn is opened. Of turns that begin at once only the first is expected: the
        messages of the others are embedded together."""
        if self._expected is None or self._expected.done():
            self._expected = asyncio.get_running_loop().run_in_executor(None, self._memory.expect, text)
            self._expected.add_done_callback(lambda done: done.cancelled() or done.exception())  # who asks is told

    async def _answer(self, begun: _Begun, composition: Composition) -> AsyncGenerator[Event, None]:
        progress, context = begun.progress, replace(begun.context, composition=composition, listener=begun.progress)
        messages = messages_of(begun.request, begun.window, context.supplied)
        running = asyncio.create_task(begun.agent.run(messages, context))
        running.add_done_callback(lambda _: begun.events.put_nowait(None))
        try:
            while event := await begun.events.get():
                yield event
            await running
        finally:
            if not running.done():
                running.cancel()
                await asyncio.wait([running])
        for event in progress.end(answered=not context.record.handed_back):
            yield event

    def _compose(self, context: TurnContext) -> Composition:
        if context.private:
            return self._composer.compose_private(context.request)
        return self._composer.compose(
            context.user_id,
            context.request,
            previous=context.previous,
            in_prompt=context.in_prompt,
            tools=True,
            steers=context.steers,
        )

    def _begin(
        self, user_id: str, text: str, thread: str, started: float, *, private: bool, supplied: Supplied
    ) -> _Begun:
        epoch = self._memory.epoch(user_id)
        request, new = self._opening.request(user_id, text, thread, private=private, supplied=supplied)
        window = () if private or supplied.history is not None else self.windows.get(user_id, thread)
        window = without_other_texts(window, request.content)
        context = self._opening.context(request, window, private=private, supplied=supplied)
        before = (*(supplied.history or ()), *supplied.following)
        titles = self._watch([*(sent.content for sent in window), *text_of(before)])
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        return _Begun(
            agent=self._agent(),
            epoch=epoch,
            request=request,
            new=new,
            window=window,
            context=context,
            progress=Progress(self._new_id(), started, self._listing, titles, context.pool, events.put_nowait),
            events=events,
        )

    async def _write_soon(self, begun: _Begun) -> None:
        try:
            await asyncio.wait_for(begun.over.wait(), WRITE_AFTER_S)
        except TimeoutError:
            await asyncio.to_thread(self._write_request, begun)

    async def _written(self, begun: _Begun, writing: asyncio.Task[None] | None) -> None:
        """See that the message is written down, unless that fails."""
        if writing is not None:
            await asyncio.wait([writing])
            if not writing.cancelled():
                writing.exception()  # tried once more below; where it is written by now, nothing has failed
        if begun.new and begun.learned is None:
            await asyncio.to_thread(self._write_request, begun)

    def _write_request(self, begun: _Begun) -> None:
        with self._memory.alone(begun.request.user_id):
            if begun.new and begun.learned is None:
                self._write(begun, [])

    def _write(self, begun: _Begun, others: Sequence[Record]) -> None:
        """Write records down; before them what was said, and what it says outright, where that is still to be done."""
        request = begun.request
        self._check_epoch(begun)
        if not begun.new or begun.learned is not None:
            self._memory.remember(request.user_id, others)
            return
        learned = self._notice(request.user_id, request)
        self._memory.remember(request.user_id, [request, *learned.put, *others])
        for replaced in learned.delete:
            self._memory.forget(request.user_id, replaced)
        begun.learned = learned

    def _check_epoch(self, begun: _Begun) -> None:
        if self._memory.epoch(begun.request.user_id) != begun.epoch:
            raise UserErased(f"user {begun.request.user_id!r} was erased while this turn ran: nothing of it is kept")

    def _conclude(self, begun: _Begun, composition: Composition) -> Reply:
        """Write the reply down, queue what is to be learned from the turn, and give the reply its trace."""
        request, progress, context = begun.request, begun.progress, begun.context
        answer = Episode(
            id=progress.reply_id,
            user_id=request.user_id,
            created=self._memory.clock(),
            source="assistant",
            evidence=(request.id,),
            content=progress.text.strip(),
            thread=request.thread,
            order=request.order + 1,
            items=tuple(item.id for item in progress.items),
        )
        waiting = [self._waiting(request, asked) for asked in context.record.waiting]
        if context.supplied.remembered and not context.private and not context.record.handed_back:
            with self._memory.alone(request.user_id):
                shown = self._explored(begun)
                self._write(begun, [answer, *waiting, *shown])
                if shown:
                    forget_old_showings(self._memory, request.user_id)
                self._turn_done(request)
            self._extend(request, answer, composition)
        else:
            self._write_request(begun)
        learned = begun.learned.put if begun.learned else ()
        return Reply(
            id=answer.id,
            user_id=request.user_id,
            thread=request.thread,
            request=request.content,
            text=answer.content,
            trace=self._trace(begun, composition, [new for new in learned if request.id in new.evidence], waiting),
            calls=tuple(context.record.handed_back),
            private=context.private,
        )

    def _explored(self, begun: _Begun) -> list[Interaction]:
        """What exploring slots put into the reply's lists, to be written down with it."""
        listed = {item.id for item in begun.progress.items}
        candidates = [one for one in begun.context.pool.candidates if one.item.id in listed]
        user_id, reply_id = begun.request.user_id, begun.progress.reply_id
        return showings(user_id, candidates, self._memory, self._new_id, reply_id=reply_id)

    def _extend(self, request: Episode, answer: Episode, composition: Composition) -> None:
        used = frozenset((request.id, *(memory.id for memory in composition.memories)))
        asked = replace(self._sent("user", composition.message, used), said=request.content)
        self.windows.extend(request.user_id, request.thread, [asked, self._replayed(answer, answer.content)])

    def _waiting(self, request: Episode, asked: Asked) -> Confirmation:
        return Confirmation(
            id=self._new_id(),
            user_id=request.user_id,
            created=self._memory.clock(),
            source="assistant",
            evidence=(request.id,),
            tool=asked.tool,
            arguments=json.dumps(asked.arguments, ensure_ascii=False),
            because=asked.verdict.because,
            labels=asked.verdict.labels,
            acts=asked.verdict.acts,
            thread=request.thread,
        )

    def _trace(
        self, begun: _Begun, composition: Composition, learned: Sequence[Record], waiting: Sequence[Confirmation]
    ) -> Trace:
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
            steered=begun.context.steered if begun.context.steers else (),
            held=begun.context.held if progress.items else (),
            question=begun.context.pool.question,
            truncated=record.truncated,
            denied=tuple(record.denied),
            confirmations=tuple(
                AskedConfirmation(
                    id=asked.id, tool=asked.tool, arguments=json.loads(asked.arguments), because=asked.because
                )
                for asked in waiting
            ),
        )

    def _replay(self, user_id: str, thread: str) -> list[Sent]:
        """A thread's messages from its raw episodes.

        A reply that was edited stands there as the user left it, after a duel as the draft that was taken; a message that
        never got its reply stays out, since chat templates want the two in turn.
        """
        edited = {duel.evidence[0]: duel.chosen for duel in self._memory.records(user_id, Choice) if duel.evidence}
        edited |= {edit.reply_id: edit.edited for edit in self._memory.records(user_id, Edit)}
        episodes = self._memory.thread(user_id, thread, last=REPLAYED)
        answered = [
            episode
            for episode, following in zip(episodes, [*episodes[1:], None], strict=False)
            if episode.source == "assistant" or (following is not None and following.source == "assistant")
        ]
        return [self._replayed(episode, edited.get(episode.id, episode.content)) for episode in answered]

    def _replayed(self, episode: Episode, content: str) -> Sent:
        role: Role = "assistant" if episode.source == "assistant" else "user"
        said = content if role == "user" else ""
        return replace(self._sent(role, content, frozenset((episode.id,))), items=frozenset(episode.items), said=said)

    def _sent(self, role: Role, content: str, memories: frozenset[str]) -> Sent:
        return Sent(role=role, content=content, tokens=self._tokens.count(content) + 4, memories=memories)
