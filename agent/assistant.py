"""The front door: chat, edit, and a view of each user. Synchronous and asynchronous calls share one core."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, aclosing
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from ..memory import Record, check_user_id
from .corrections import Lesson
from .events import Event, ReplyFinished
from .portal import Portal
from .trace import Reply
from .user import User

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.tools import BaseTool

    from ..memory import Choice, ConfirmationAnswer, Embedder, Memory, MemoryStore
    from ..tools import Candidate
    from .build import Parts
    from .duelling import Rival
    from .equipment import Recommend
    from .ledger import Purpose, Spent
    from .models.weights import Progress
    from .settings import Settings
    from .supplied import Supplied

__all__ = ["Assistant"]

T = TypeVar("T")
DEFAULT_THREAD = "main"


class Assistant:
    """A personal assistant for any number of users.

    `open` builds one from settings; the constructor takes ready parts. Close it, or use it as a context manager:
    the data folder belongs to one process at a time.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._portal = Portal()

    @classmethod
    def open(
        cls,
        data_dir: str | PathLike[str] | None = None,
        *,
        settings: Settings | None = None,
        model: BaseChatModel | None = None,
        embedder: Embedder | None = None,
        store: MemoryStore | None = None,
        tools: Sequence[BaseTool] = (),
        recommender: Recommend | None = None,
        progress: Progress | None = None,
    ) -> Assistant:
        """An assistant on a data folder, embedded: Chroma on disk, local models unless the settings name others.

        Bring your own `model` (any LangChain chat model), `embedder` or `store` to use them instead. Weights that
        are missing are fetched: the embedder's now, the chat model's with the first chat; `progress` is told.
        `tools` are LangChain tools of your own: the few that fit are offered in a turn, and calls that would act outside
        or pass on something sensitive wait for `confirm`. `recommender` is one of your own: given an `Asked` it returns
        scores by item id, or ids, best first; lists are made without it when it fails.

        Raises ConfigError, StoreLocked, SpaceMismatch, or a WeightsFault.
        """
        from .build import build

        return cls(
            build(
                data_dir,
                settings=settings,
                model=model,
                embedder=embedder,
                store=store,
                tools=tools,
                recommender=recommender,
                progress=progress,
            )
        )

    def chat(
        self,
        user_id: str,
        text: str,
        *,
        thread: str = DEFAULT_THREAD,
        private: bool = False,
        supplied: Supplied | None = None,
    ) -> Reply:
        """Answer a message. With `private` memory is neither read nor written; with `supplied` the caller keeps the
        conversation and says what it was. Raises EmptyMessage, MessageTooLong, InvalidUserId, or a ModelFault."""
        return self._portal.call(lambda: self._reply(user_id, text, thread, private, supplied))

    async def achat(
        self,
        user_id: str,
        text: str,
        *,
        thread: str = DEFAULT_THREAD,
        private: bool = False,
        supplied: Supplied | None = None,
    ) -> Reply:
        """As `chat`."""
        return await self._portal.acall(lambda: self._reply(user_id, text, thread, private, supplied))

    def stream(
        self,
        user_id: str,
        text: str,
        *,
        thread: str = DEFAULT_THREAD,
        private: bool = False,
        supplied: Supplied | None = None,
    ) -> Iterator[Event]:
        """As `chat`, as events. Stop listening (`close()`, Ctrl-C) to stop the turn; what was said is kept."""
        return self._portal.iterate(lambda: self._turn(user_id, text, thread, private, supplied))

    def astream(
        self,
        user_id: str,
        text: str,
        *,
        thread: str = DEFAULT_THREAD,
        private: bool = False,
        supplied: Supplied | None = None,
    ) -> AsyncGenerator[Event, None]:
        """As `stream`."""
        return self._portal.aiterate(lambda: self._turn(user_id, text, thread, private, supplied))

    def confirm(self, user_id: str, confirmation_id: str, answer: ConfirmationAnswer = "once") -> Reply | None:
        """The user's word on a call that a reply asked about (`reply.trace.confirmations`), now or after a restart.

        `once` and `always` make the call, exactly as it was shown, and give the reply that goes on from it; `no` makes
        none and gives None. `always` also holds for later calls of that tool that pass on the same kinds of things, but
        never for acts. Raises ConfirmationNotFound, or a ModelFault.
        """
        return self._portal.call(lambda: self._confirm(user_id, confirmation_id, answer))

    async def aconfirm(self, user_id: str, confirmation_id: str, answer: ConfirmationAnswer = "once") -> Reply | None:
        """As `confirm`."""
        return await self._portal.acall(lambda: self._confirm(user_id, confirmation_id, answer))

    def edit(self, reply: Reply, edited: str) -> Lesson:
        """Learn from the user's version of a reply. Raises ReplyNotFound, NothingToEdit."""
        return self.edit_by_id(reply.user_id, reply.id, edited)

    async def aedit(self, reply: Reply, edited: str) -> Lesson:
        """As `edit`."""
        return await self.aedit_by_id(reply.user_id, reply.id, edited)

    def edit_by_id(self, user_id: str, reply_id: str, edited: str) -> Lesson:
        """As `edit`, for a reply of another process or an earlier run."""
        return self._portal.call(lambda: self._edit(user_id, reply_id, edited))

    async def aedit_by_id(self, user_id: str, reply_id: str, edited: str) -> Lesson:
        """As `edit_by_id`."""
        return await self._portal.acall(lambda: self._edit(user_id, reply_id, edited))

    def record_turn(self, user_id: str, asked: str, answered: str, *, thread: str | None = None) -> str:
        """Write down a turn that another agent held, by default as a conversation of its own; the id of its reply.

        It is recalled from now on, and `edit_by_id` learns from the user's version of it. Raises EmptyMessage.
        """
        from .outside import write_turn

        return write_turn(self._parts.memory, user_id, thread or self.new_thread(), asked=asked, answered=answered).id

    def undo(self, lesson: Lesson | Reply | Record) -> None:
        """Forget what an edit taught; or the message of a reply and the reply itself: what the message asked of a list
        ("no horror", "too long") and what was learned from it counts no more; or a rating, a rejection, a choice or
        what was to be remembered: a fact that this ended holds again, a standing preference that it replaced is not
        brought back. Raises RecordNotFound.
        """
        user = self.user(lesson.edit.user_id if isinstance(lesson, Lesson) else lesson.user_id)
        if isinstance(lesson, Lesson):
            self.undo_by_id(user.id, lesson.edit.id)
        elif isinstance(lesson, Record):
            user.forget(lesson.id)
        else:
            for record_id in (*self._parts.memory.get(lesson.user_id, lesson.id).evidence, lesson.id):
                user.forget(record_id)

    def undo_by_id(self, user_id: str, edit_id: str) -> None:
        """As `undo`, for an edit of another process or an earlier run."""
        self._parts.corrections.take_back(check_user_id(user_id), edit_id)

    @property
    def memory(self) -> Memory:
        """The memory of all users, one at a time: for `Personalize` and `LangGraphStore` on an agent of your own."""
        return self._parts.memory

    def user(self, user_id: str) -> User:
        """What is known about a user: to read, correct, take along and erase."""
        return self._parts.user(check_user_id(user_id))

    def find_item(self, title: str) -> tuple[str, str]:
        """The id and title of the catalog's item that is called `title`, a slip of the pen forgiven.

        Raises UnknownItem, which names the nearest titles, or AmbiguousItem.
        """
        return self._parts.shelf.find(title)

    def plan_list(self, user_id: str, wish: str = "", *, count: int = 10) -> tuple[Candidate, ...]:
        """Items for a user, retrieved by what the chat model says fits them, best first; each with its reason.

        `wish` is read as in a chat ("no horror, shorter than two hours"). At most seven calls of the model; where it
        gives no usable step the list is the recommender's own. Raises CatalogNotFound, or a ModelFault.
        """
        return self._parts.plan_list(check_user_id(user_id), wish, count)

    def suggest(self, user_id: str, context: str = "", *, count: int = 3) -> tuple[str, ...]:
        """Queries the user may want to ask next, by what they speak of and like; none where nothing is known.

        `context` is what is spoken of now, the user's last message when not given.
        """
        return self._parts.interests.suggest(check_user_id(user_id), context, count=count)

    @property
    def stocked(self) -> bool:
        """Whether there is a catalog to recommend from."""
        return self._parts.shelf.stocked

    def back_up(self, target: str | PathLike[str]) -> int:
        """Write the data folder to a file while it is in use; says how many files that were. `tailored restore` makes
        a folder of it again. Raises StoreUnavailable."""
        return self._parts.back_up(Path(target))

    def new_thread(self) -> str:
        """An id for a new conversation."""
        return self._parts.new_id()

    def restock(self) -> None:
        """Use the catalog that was imported into the data folder meanwhile."""
        self._parts.restock()

    def warm_up(self) -> None:
        """Fetch and load what the first reply would wait for: the chat model and the tokenizer."""
        self._portal.call(self._parts.warm_up)

    def learn_now(self) -> int:
        """Do all learning that is waiting; says how many jobs that were. It otherwise happens when idle."""
        return self._portal.call(self._parts.background.run_until_empty)

    def learning_later(self) -> AbstractContextManager[None]:
        """While this is entered no learning is done in the background: a reply then rests on what was said and edited
        before it alone, and not on how far learning has come. What waits stays in the queue."""
        return self._parts.background.held()

    def rival(self, reply: Reply) -> Rival | None:
        """A second draft for the reply's request, in another manner, so that the user can take the better one (`settle`).

        None where there can be no duel: a private reply, one with tools or items, or not the last one of its thread.
        Raises a ModelFault.
        """
        return self._portal.call(lambda: self._rival(reply))

    def settle(self, rival: Rival, *, took_rival: bool) -> Choice:
        """Learn from a duel which manner the user likes; the thread goes on with the draft that was taken."""
        return self._parts.duelling.settle(rival, took_rival=took_rival)

    def ledger(self, user_id: str) -> Mapping[Purpose, Spent]:
        """What a user has cost so far: calls, tokens and seconds for replies, learning and vectors."""
        return self._parts.ledger.of(check_user_id(user_id))

    def work(self, stopped: threading.Event | None = None) -> int:
        """Do the learning of other processes until `stopped` is set, or only what waits; says how many jobs that were.

        Opens the chat model, which `learn_now` only uses where a chat has opened it. See `tailored worker`.
        """
        return self._portal.call(lambda: self._parts.work(stopped))

    @property
    def waiting_jobs(self) -> int:
        """Jobs of learning that are not done, of all users together."""
        return self._parts.background.waiting()

    def waiting_jobs_of(self, user_id: str) -> int:
        """Those of one user."""
        return self._parts.background.waiting(check_user_id(user_id))

    def host(
        self,
        run: Callable[[], Coroutine[Any, Any, T]],
        *,
        make_loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> T:
        """Run a coroutine to its end, in this thread and in the assistant's own event loop: what is streamed to a server
        then changes threads no more. Before anything else is asked of the assistant; its calls are asynchronous there.
        """
        return self._portal.host(lambda: self._hosted(run), make_loop=make_loop)

    async def _hosted(self, run: Callable[[], Coroutine[Any, Any, T]]) -> T:
        try:
            return await run()
        finally:
            await self._parts.background.stop()  # learning belongs to this loop, which ends now

    def close(self) -> None:
        """Stop, and give the data folder free. Learning that is waiting goes on when it is opened again."""
        self._portal.call(self._parts.background.stop)
        self._portal.close()
        self._parts.close()

    async def aclose(self) -> None:
        """As `close`."""
        await asyncio.to_thread(self.close)

    async def _turn(
        self, user_id: str, text: str, thread: str, private: bool, supplied: Supplied | None
    ) -> AsyncGenerator[Event, None]:
        turn = self._parts.conversation.turn(user_id, text, thread, private=private, supplied=supplied)
        with self._parts.background.foreground():
            async with self._parts.cashier.bill(user_id, "chat"), aclosing(turn) as events:
                async for event in events:
                    yield event

    async def _reply(self, user_id: str, text: str, thread: str, private: bool, supplied: Supplied | None) -> Reply:
        async with aclosing(self._turn(user_id, text, thread, private, supplied)) as events:
            async for event in events:
                if isinstance(event, ReplyFinished):
                    return event.reply
        raise RuntimeError("the turn ended without a reply")

    async def _confirm(self, user_id: str, confirmation_id: str, answer: ConfirmationAnswer) -> Reply | None:
        turn = self._parts.confirming.answer(check_user_id(user_id), confirmation_id, answer)
        reply = None
        with self._parts.background.foreground():
            async with self._parts.cashier.bill(user_id, "chat"), aclosing(turn) as events:
                async for event in events:
                    reply = event.reply if isinstance(event, ReplyFinished) else reply
        return reply

    async def _rival(self, reply: Reply) -> Rival | None:
        with self._parts.background.foreground():
            async with self._parts.cashier.bill(reply.user_id, "chat"):
                return await self._parts.duelling.rival(reply)

    async def _edit(self, user_id: str, reply_id: str, edited: str) -> Lesson:
        check_user_id(user_id)
        with self._parts.background.foreground():
            async with self._parts.cashier.bill(user_id, "learn"):
                lesson = await self._parts.corrections.correct(user_id, reply_id, edited)
            await asyncio.to_thread(self._parts.corrected, lesson)
        return lesson

    def __enter__(self) -> Assistant:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> Assistant:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
