"""Putting an assistant together from settings: the one place where the parts meet."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ..memory import Embedder, Episode, Memory, MemoryStore
from ..memory.archive import pack
from ..memory.lock import FolderLock
from ..prompts import TiktokenCounter
from ..tools import Candidate
from .background import Background
from .brain import Brain
from .compose import Composer
from .confirming import Confirming
from .conversation import Conversation
from .corrections import Corrections, Lesson
from .duelling import Duelling
from .equipment import Recommend, picker_maker
from .errors import ConfigError
from .interests import Interests
from .learning.noticing import BLOCK
from .learning.queue import JobQueue, NewJob
from .ledger import Ledger
from .listing import Listing
from .meaning import suits
from .metering import Cashier, MeteredEmbedder
from .models.errors import ModelUnreachable
from .models.manifest import DEFAULT_EMBEDDER
from .models.weights import Progress, pull
from .need import Planner
from .reranking import open_reranker
from .settings import EmbedderSettings, Settings, load_settings
from .shelf import Shelf
from .showings import keep_showings, showings
from .steer import Helm
from .stores import JOBS, JOURNAL, LEDGER, open_store
from .study import READ_BLOCK, READ_TURN, REFRESH_PROFILE, WORD_EDIT, Study
from .toolbelt import Toolbelt
from .user import User

if TYPE_CHECKING:
    from typing import Any

    from langchain_core.language_models import BaseChatModel
    from langchain_core.tools import BaseTool

    from .loop import Agent

__all__ = ["Parts", "build", "open_embedder"]

BLOCK_WAITS_S = 600.0
"""Messages are read together, in one model call: when there are enough of them, or so long after the first."""
STOPS_WITHIN_S = 0.2
SENTENCE_TRANSFORMERS = "sentence-transformers:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What an assistant is made of."""

    memory: Memory
    conversation: Conversation
    confirming: Confirming
    belt: Toolbelt
    corrections: Corrections
    study: Study
    shelf: Shelf
    interests: Interests
    queue: JobQueue
    ledger: Ledger
    cashier: Cashier
    background: Background
    duelling: Duelling
    brain: Brain
    learns_with_model: bool
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
            judge=self.corrections.judge,
            recommend=self._recommend,
            tastes=self.shelf.tastes,
            new_id=self.new_id,
        )

    def _recommend(self, user_id: str, **wish: Any) -> list[Candidate]:
        """As `Shelf.recommend`; what exploring slots took is written down."""
        epoch = self.memory.epoch(user_id)
        found = self.shelf.recommend(user_id, **wish)
        keep_showings(self.memory, showings(user_id, found, self.memory, self.new_id), epoch)
        return found

    def plan_list(self, user_id: str, wish: str, count: int) -> tuple[Candidate, ...]:
        """Items that the chat model helped to find; see `Assistant.plan_list`."""
        from .planned import asking, plan_list

        picker, steering = self.shelf.picker(), self.shelf.steering(user_id, wish)
        ask, events = asking(self.brain.model()), self.shelf.interactions(user_id)
        return plan_list(ask, picker, user_id, events, count=count, steering=steering).candidates

    def corrected(self, lesson: Lesson) -> None:
        """After an edit: the thread shows the user's version, and what a model can word is learned when idle."""
        self.conversation.windows.drop(lesson.edit.user_id)
        self.queue.enqueue(lesson.edit.user_id, WORD_EDIT, [lesson.edit.id])

    def back_up(self, target: Path) -> int:
        """Everything in the data folder to a file; says how many files that were."""
        with self.memory.still():
            return pack(self.data_dir, target, without=frozenset({JOURNAL}))

    def restock(self) -> None:
        """Open the catalog anew at the next turn; turns that run end on the old one."""
        self.shelf.renew()
        self.brain.forget_agent()

    async def warm_up(self) -> None:
        """Load what the first reply would wait for."""
        await asyncio.to_thread(self.brain.agent)
        await self.brain.wake()

    async def work(self, stopped: threading.Event | None) -> int:
        """Do learning jobs as they come until `stopped` is set (what is running then goes back to the queue), or with
        None those that wait; says how many those were. Opens the chat model for it where learning may use one."""
        if self.learns_with_model:
            await asyncio.to_thread(self.brain.model)
        if stopped is None:
            return await self.background.run_until_empty()
        working = asyncio.create_task(self.background.run_for_ever())
        while not stopped.is_set() and not working.done():
            await asyncio.sleep(STOPS_WITHIN_S)
        working.cancel()
        await asyncio.wait([working])
        return 0

    def _changed(self, user_id: str) -> None:
        self.queue.enqueue(user_id, REFRESH_PROFILE)

    def _forgotten(self, user_id: str) -> None:
        self.conversation.windows.drop(user_id)
        self.queue.enqueue(user_id, REFRESH_PROFILE)

    def _erased(self, user_id: str) -> int:
        # A job that runs all the same writes nothing: what it learned rests on records that are gone.
        n_cancelled = self.queue.cancel(user_id)
        self.ledger.erase(user_id)
        self.belt.forget(user_id)
        self.conversation.windows.drop(user_id)
        return n_cancelled


def build(
    data_dir: str | PathLike[str] | None = None,
    *,
    settings: Settings | None = None,
    model: BaseChatModel | None = None,
    embedder: Embedder | None = None,
    store: MemoryStore | None = None,
    tools: Sequence[BaseTool] = (),
    recommender: Recommend | None = None,
    progress: Progress | None = None,
) -> Parts:
    """The parts of an assistant; see `Assistant.open`."""
    settings = settings or load_settings()
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": Path(data_dir)})
    embedder = embedder or open_embedder(settings, progress=progress)
    with ExitStack() as opened:
        if store is None:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            store = open_store(settings, embedder)
            opened.callback(store.close)
        else:  # somebody else's: theirs to close, but the folder beside it is ours alone
            opened.enter_context(FolderLock(settings.data_dir).acquire())
        queue = JobQueue(settings.data_dir / JOBS)
        opened.callback(queue.close)
        ledger = Ledger(settings.data_dir / LEDGER)
        opened.callback(ledger.close)
        tokens = TiktokenCounter()
        memory = Memory(
            store,
            MeteredEmbedder(embedder, tokens),
            clock=now,
            count_tokens=tokens.count,
            max_bytes=settings.limits.working_set_mib * 2**20,
        )
        make_picker = picker_maker(settings.tools, recommender, opened)
        shelf = Shelf(settings.data_dir / "catalog", embedder, memory, make_picker=make_picker)
        opened.callback(shelf.close)
        closing = ExitStack()
        belt = Toolbelt(shelf, settings.tools, memory, embedder, tools)
        opened.callback(belt.close)
        parts = _wire(settings, memory, tokens, shelf, belt, queue, ledger, model, progress, closing)
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


def _agent(model: BaseChatModel, belt: Toolbelt, settings: Settings) -> Agent:
    from .loop import Agent

    tools = belt.tools()
    return Agent(model, tools, max_model_calls=settings.limits.model_calls, foreign=belt.watch(tools))


def _wire(
    settings: Settings,
    memory: Memory,
    tokens: TiktokenCounter,
    shelf: Shelf,
    belt: Toolbelt,
    queue: JobQueue,
    ledger: Ledger,
    model: BaseChatModel | None,
    progress: Progress | None,
    closing: ExitStack,
) -> Parts:
    composer = Composer(
        memory,
        tokens,
        Planner(shelf.words, shelf.subject, memory.vector if suits(memory.space) else None, shelf.named),
        settings.limits,
        reranker=open_reranker(settings.recall, lambda: brain.model()),
        least=settings.recall.least,
    )
    brain = Brain(
        open_model=lambda: model or _open_model(settings, progress),
        make_agent=lambda opened: _agent(opened, belt, settings),
        owns_model=model is None,
    )
    learner = brain.model_in_use if settings.learning.use_model else lambda: None
    study = Study(memory, tokens, model=learner, sketch=shelf.sketch, new_id=new_id)
    corrections = Corrections(memory, composer, study, new_id=new_id)
    interests = Interests(memory, shelf)

    async def read_turns(user_id: str, payload: tuple[str, ...]) -> None:
        for message_id in payload:
            await asyncio.to_thread(corrections.settle, user_id, message_id)
            await asyncio.to_thread(interests.read_turn, user_id, message_id)
        await study.read_turns(user_id, payload)

    async def deepen(user_id: str, payload: tuple[str, ...]) -> None:
        await corrections.deepen(user_id, payload[0])

    def turn_done(request: Episode) -> None:
        read = NewJob(user_id=request.user_id, kind=READ_TURN, payload=(request.id,))
        together = replace(read, kind=READ_BLOCK, delay_s=BLOCK_WAITS_S, block=BLOCK)
        queue.enqueue_all([read, together] if settings.learning.use_model else [read])

    cashier = Cashier(memory, ledger)
    handlers = {
        READ_TURN: read_turns,
        READ_BLOCK: study.read_block,
        REFRESH_PROFILE: study.refresh_profile,
        WORD_EDIT: deepen,
    }
    conversation = Conversation(
        brain.agent,
        memory,
        tokens,
        composer,
        limits=settings.limits,
        listing=Listing(),
        notice=study.notice,
        watch=shelf.watch,
        steer=Helm(memory, shelf.reader).read,
        turn_done=turn_done,
        new_id=new_id,
        model_name=settings.model.name,
    )
    return Parts(
        memory=memory,
        conversation=conversation,
        confirming=Confirming(memory, conversation, new_id),
        belt=belt,
        corrections=corrections,
        study=study,
        shelf=shelf,
        interests=interests,
        queue=queue,
        ledger=ledger,
        cashier=cashier,
        background=Background(
            queue,
            {kind: cashier.billed(handler) for kind, handler in handlers.items()},
            blocks={READ_BLOCK: BLOCK, READ_TURN: BLOCK},
            apart=settings.learning.apart,
        ),
        duelling=Duelling(composer, corrections, conversation.windows, brain.model),
        brain=brain,
        learns_with_model=settings.learning.use_model,
        new_id=new_id,
        data_dir=settings.data_dir,
        close=closing.close,
    )


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return uuid.uuid4().hex[:12]
