"""The front door: chat, edit, and a view of each user. Synchronous and asynchronous calls share one core."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ..memory import check_user_id
from .corrections import Lesson
from .events import Event, ReplyFinished
from .portal import Portal
from .trace import Reply
from .user import User

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ..memory import Embedder, MemoryStore
    from .build import Parts
    from .models.weights import Progress
    from .settings import Settings

__all__ = ["Assistant"]

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
        progress: Progress | None = None,
    ) -> Assistant:
        """An assistant on a data folder, embedded: Chroma on disk, local models unless the settings name others.

        Bring your own `model` (any LangChain chat model), `embedder` or `store` to use them instead. Weights that
        are missing are fetched: the embedder's now, the chat model's with the first chat; `progress` is told.

        Raises ConfigError, StoreLocked, SpaceMismatch, or a WeightsFault.
        """
        from .build import build

        return cls(build(data_dir, settings=settings, model=model, embedder=embedder, store=store, progress=progress))

    def chat(self, user_id: str, text: str, *, thread: str = DEFAULT_THREAD) -> Reply:
        """Answer a message. Raises EmptyMessage, MessageTooLong, InvalidUserId, or a ModelFault."""
        return self._portal.call(lambda: self._reply(user_id, text, thread))

    async def achat(self, user_id: str, text: str, *, thread: str = DEFAULT_THREAD) -> Reply:
        """As `chat`."""
        return await self._portal.acall(lambda: self._reply(user_id, text, thread))

    def stream(self, user_id: str, text: str, *, thread: str = DEFAULT_THREAD) -> Iterator[Event]:
        """Answer a message as events. Stop listening (`close()`, Ctrl-C) to stop the turn; what was said is kept."""
        return self._portal.iterate(lambda: self._turn(user_id, text, thread))

    def astream(self, user_id: str, text: str, *, thread: str = DEFAULT_THREAD) -> AsyncGenerator[Event, None]:
        """As `stream`."""
        return self._portal.aiterate(lambda: self._turn(user_id, text, thread))

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

    def undo(self, lesson: Lesson) -> None:
        """Forget what an edit taught."""
        self._parts.corrections.take_back(lesson.edit.user_id, lesson.edit.id)

    def user(self, user_id: str) -> User:
        """What is known about a user: to read, correct, take along and erase."""
        return self._parts.user(check_user_id(user_id))

    def find_item(self, title: str) -> tuple[str, str]:
        """The id and title of the catalog's item that is called `title`, a slip of the pen forgiven.

        Raises UnknownItem, which names the nearest titles, or AmbiguousItem.
        """
        return self._parts.shelf.find(title)

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

    @property
    def waiting_jobs(self) -> int:
        return self._parts.background.waiting

    def close(self) -> None:
        """Stop, and give the data folder free. Learning that is waiting goes on when it is opened again."""
        self._portal.call(self._parts.background.stop)
        self._portal.close()
        self._parts.close()

    async def aclose(self) -> None:
        """As `close`."""
        await asyncio.to_thread(self.close)

    async def _turn(self, user_id: str, text: str, thread: str) -> AsyncGenerator[Event, None]:
        with self._parts.background.foreground():
            async with aclosing(self._parts.conversation.turn(user_id, text, thread)) as events:
                async for event in events:
                    yield event

    async def _reply(self, user_id: str, text: str, thread: str) -> Reply:
        async with aclosing(self._turn(user_id, text, thread)) as events:
            async for event in events:
                if isinstance(event, ReplyFinished):
                    return event.reply
        raise RuntimeError("the turn ended without a reply")

    async def _edit(self, user_id: str, reply_id: str, edited: str) -> Lesson:
        check_user_id(user_id)
        with self._parts.background.foreground():
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
