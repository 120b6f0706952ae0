"""Putting an assistant together from settings: the one place where the parts meet."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from ..memory import Embedder, Memory, MemoryStore
from ..memory.archive import pack
from ..memory.lock import FolderLock
from ..prompts import TiktokenCounter
from .background import Background
from .compose import Composer
from .conversation import Conversation
from .corrections import Corrections, Lesson
from .errors import ConfigError
from .learning.queue import JobQueue
from .listing import Listing
from .models.errors import ModelUnreachable
from .models.manifest import DEFAULT_EMBEDDER
from .models.weights import Progress, pull
from .need import Planner
from .settings import EmbedderSettings, Settings, load_settings
from .shelf import Shelf
from .stores import JOBS, JOURNAL, open_store
from .study import READ_TURN, REFRESH_PROFILE, WORD_EDIT, Study
from .user import User

if TYPE_CHECKING:
    from typing import Any

    from langchain_core.language_models import BaseChatModel
    from langgraph.graph.state import CompiledStateGraph

__all__ = ["Parts", "build", "open_embedder"]

SENTENCE_TRANSFORMERS = "sentence-transformers:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an assistant is made of."""

    memory: Memory
    conversation: Conversation
    corrections: Corrections
    study: Study
    shelf: Shelf
    queue: JobQueue
    background: Background
    brain: Brain
    new_id: Callable[[], str]
    data_dir: Path
    close: Callable[[], None]

    def user(self, user_id: str) -> User:
        return User(
            user_id,
            self.memory,
            note=self.study.note,
            changed=self._changed,
            forgotten=self._forgotten,
            erased=self._erased,
            check_item=self.shelf.check,
            choose=self.corrections.choose,
            prefers=self.corrections.prefers,
            new_id=self.new_id,
        )

    def corrected(self, lesson: Lesson) -> None:
        """After an edit: the thread shows the user's version, and what a model can word is learned when idle."""
        self.conversation.windows.drop(lesson.edit.user_id)
        self.queue.enqueue(lesson.edit.user_id, WORD_EDIT, [lesson.edit.id])

    def back_up(self, target: Path) -> int:
        """Everything in the data folder to a file; says how many files that were."""
        with self.memory.still():
            return pack(self.data_dir, target, without=frozenset({JOURNAL}))

    def restock(self) -> None:
        """Open the catalog anew at the next turn."""
        self.shelf.close()
        self.brain.forget_agent()

    async def warm_up(self) -> None:
        """Load what the first reply would wait for."""
        await asyncio.to_thread(self.brain.agent)
        await self.brain.wake()

    def _changed(self, user_id: str) -> None:
        self.queue.enqueue(user_id, REFRESH_PROFILE)

    def _forgotten(self, user_id: str) -> None:
        self.conversation.windows.drop(user_id)
        self.queue.enqueue(user_id, REFRESH_PROFILE)

    def _erased(self, user_id: str) -> int:
        # A job that runs all the same writes nothing: what it learned rests on records that are gone.
        n_cancelled = self.queue.cancel(user_id)
        self.conversation.windows.drop(user_id)
        return n_cancelled


class Brain:
    """The chat model and the agent around it, opened when first needed and after the catalog has changed."""

    def __init__(
        self,
        open_model: Callable[[], BaseChatModel],
        make_agent: Callable[[BaseChatModel], CompiledStateGraph[Any, Any, Any, Any]],
        *,
        owns_model: bool,
    ) -> None:
        self._open_model = open_model
        self._make_agent = make_agent
        self._owns_model = owns_model
        self._model: BaseChatModel | None = None
        self._agent: CompiledStateGraph[Any, Any, Any, Any] | None = None
        self._lock = Lock()

    def model(self) -> BaseChatModel:
        with self._lock:
            return self._opened()

    def model_in_use(self) -> BaseChatModel | None:
        """The model where it is open already: background work never opens one."""
        return self._model

    def agent(self) -> CompiledStateGraph[Any, Any, Any, Any]:
        with self._lock:
            if self._agent is None:
                self._agent = self._make_agent(self._opened())
            return self._agent

    async def wake(self) -> None:
        """Ask for one token, so that a local model is loaded."""
        await self.model().ainvoke("Hi", max_tokens=1)

    def close(self) -> None:
        """End a local model's process; a model that somebody brought along stays theirs."""
        from .models.resolve import close_chat_model

        with self._lock:
            if self._model is not None and self._owns_model:
                close_chat_model(self._model)

    def forget_agent(self) -> None:
        with self._lock:
            self._agent = None

    def _opened(self) -> BaseChatModel:
        if self._model is None:
            self._model = self._open_model()
        return self._model


def build(
    data_dir: str | PathLike[str] | None = None,
    *,
    settings: Settings | None = None,
    model: BaseChatModel | None = None,
    embedder: Embedder | None = None,
    store: MemoryStore | None = None,
    progress: Progress | None = None,
) -> Parts:
    """The parts of an assistant; see `Assistant.open`."""
    settings = settings or load_settings()
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": Path(data_dir)})
    embedder = embedder or open_embedder(settings, progress=progress)
    with ExitStack() as opened:
        if store is None:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            store = open_store(settings, embedder)
            opened.callback(store.close)
        else:  # somebody else's: theirs to close, but the folder beside it is ours alone
            opened.enter_context(FolderLock(settings.data_dir).acquire())
        queue = JobQueue(settings.data_dir / JOBS)
        opened.callback(queue.close)
        tokens = TiktokenCounter()
        memory = Memory(
            store,
            embedder,
            clock=now,
            count_tokens=tokens.count,
            max_bytes=settings.limits.working_set_mib * 2**20,
        )
        shelf = Shelf(settings.data_dir / "catalog", embedder, memory)
        opened.callback(shelf.close)
        closing = ExitStack()
        parts = _wire(settings, memory, tokens, shelf, queue, model, progress, closing)
        closing.push(opened.pop_all())
        closing.callback(parts.brain.close)
    return parts


def open_embedder(settings: Settings, *, progress: Progress | None = None) -> Embedder:
    """The embedder of the settings; the default one's weights are fetched where they are missing."""
    chosen = settings.embedder
    if chosen.base_url:
        return _served_embedder(chosen)
    if chosen.name.startswith(SENTENCE_TRANSFORMERS):
        from ..memory.embedders.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder(chosen.name.removeprefix(SENTENCE_TRANSFORMERS))
    if chosen.name != DEFAULT_EMBEDDER:
        raise ConfigError(
            f"embedder.name {chosen.name!r} is not known: {DEFAULT_EMBEDDER}, {SENTENCE_TRANSFORMERS}NAME, "
            "or a server's model with embedder.base_url"
        )
    from ..memory.embedders.onnx import OnnxEmbedder

    folder = pull(DEFAULT_EMBEDDER, settings.weights_dir, progress=progress)
    return OnnxEmbedder(folder / "model.onnx", folder / "tokenizer.json", threads=chosen.threads)


def _served_embedder(chosen: EmbedderSettings) -> Embedder:
    import openai

    from ..memory.embedders.openai_compatible import OpenAICompatibleEmbedder

    if chosen.dimension is None:
        raise ConfigError("embedder.dimension must be set beside embedder.base_url: vectors of which length come back?")
    key = chosen.api_key.get_secret_value() if chosen.api_key else "none"
    return OpenAICompatibleEmbedder(
        openai.OpenAI(base_url=chosen.base_url, api_key=key), chosen.name, dimension=chosen.dimension
    )


def _open_model(settings: Settings, progress: Progress | None) -> BaseChatModel:
    import openai

    from .models.resolve import open_chat_model

    try:
        return open_chat_model(settings.model, settings.weights_dir, progress=progress)
    except openai.OpenAIError as error:
        raise ModelUnreachable(
            f"model {settings.model.name!r} cannot be used: set model.api_key or the provider's variable ({error})"
        ) from error


def _agent(
    model: BaseChatModel, shelf: Shelf, memory: Memory, composer: Composer, settings: Settings
) -> CompiledStateGraph[Any, Any, Any, Any]:
    from .loop import build_agent

    return build_agent(model, shelf.tools(), memory, composer, max_model_calls=settings.limits.model_calls)


def _wire(
    settings: Settings,
    memory: Memory,
    tokens: TiktokenCounter,
    shelf: Shelf,
    queue: JobQueue,
    model: BaseChatModel | None,
    progress: Progress | None,
    closing: ExitStack,
) -> Parts:
    composer = Composer(memory, tokens, Planner(shelf.words), settings.limits)
    brain = Brain(
        open_model=lambda: model or _open_model(settings, progress),
        make_agent=lambda opened: _agent(opened, shelf, memory, composer, settings),
        owns_model=model is None,
    )
    learner = brain.model_in_use if settings.learning.use_model else lambda: None
    study = Study(memory, tokens, model=learner, sketch=shelf.sketch, new_id=new_id)
    corrections = Corrections(memory, composer, study, new_id=new_id)

    async def read_turn(user_id: str, payload: tuple[str, ...]) -> None:
        await asyncio.to_thread(corrections.settle, user_id, payload[0])
        await study.read_turn(user_id, payload)

    async def deepen(user_id: str, payload: tuple[str, ...]) -> None:
        await corrections.deepen(user_id, payload[0])

    conversation = Conversation(
        brain.agent,
        memory,
        tokens,
        limits=settings.limits,
        listing=Listing(),
        notice=study.notice,
        watch=shelf.watch,
        turn_done=lambda request: queue.enqueue(request.user_id, READ_TURN, [request.id]),
        new_id=new_id,
        model_name=settings.model.name,
    )
    return Parts(
        memory=memory,
        conversation=conversation,
        corrections=corrections,
        study=study,
        shelf=shelf,
        queue=queue,
        background=Background(queue, {READ_TURN: read_turn, REFRESH_PROFILE: study.refresh_profile, WORD_EDIT: deepen}),
        brain=brain,
        new_id=new_id,
        data_dir=settings.data_dir,
        close=closing.close,
    )


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return uuid.uuid4().hex[:12]
