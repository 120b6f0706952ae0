"""`tailored batch`: from flags to a run, and what a person is told about it."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Literal

from rich.console import Console

from ...agent.settings import Settings
from .engine import AssistantEngine, Engine
from .errors import BatchStopped, EngineRefused, InputRefused
from .index import Index
from .journal import Journal, written_in
from .reporting import progress
from .runner import Runner, Tally
from .source import Source

if TYPE_CHECKING:
    from ...agent import Assistant

__all__ = ["Options", "engine_named", "estimate_batch", "prices_in", "run_batch"]

INTERRUPTED = 130
EngineName = Literal["local", "ray"]
ENGINES: tuple[EngineName, ...] = ("local", "ray")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a batch is run."""

    default_user: str = "me"
    concurrency: int | None = None
    """Lines at work at the same time; default 1 for a local model, else 8."""
    strict: bool = False
    """Refuse an input with malformed lines instead of doing the rest."""
    retry: bool = False
    """Try the lines again that failed in an earlier run."""
    remember: bool = True
    learn: bool = False
    """Do the learning that waits when all lines are answered."""
    engine: EngineName = "local"
    workers: int = 2
    """Processes of the engine `ray`."""


def run_batch(settings: Settings, source: Path, target: Path, options: Options) -> int:
    """Answer the lines of `source` into `target`, from where an earlier run ended. The exit status: 1 when a line
    failed, 130 when the run was interrupted.

    Raises InputRefused, OutputRefused, EngineRefused, BatchStopped.
    """
    console = Console(stderr=True, soft_wrap=True)
    with Source(source, default_user=options.default_user) as lines, closing(Index()) as index:
        lines.check(index, strict=options.strict)
        journal = Journal.open(target, new_run=_new_run(), retry=options.retry)
        finished = False
        try:
            for written in written_in(target):
                index.mark(written.custom_id, written.number, written.record_id)
            index.begin(resumed=journal.resumed)
            begun = monotonic()
            runner = asyncio.run(_run(settings, lines, index, journal, options, console))
            finished = _conclude(console, index, journal, runner.tally, monotonic() - begun)
        except (BatchStopped, OSError) as stop:
            _, done, _ = index.counts()
            raise BatchStopped(f"stopped after {done} lines: {stop}. Run the same command again to go on") from stop
        finally:
            journal.close(finished=finished)
    if not finished:
        return INTERRUPTED
    return 1 if runner.tally.failed else 0


def estimate_batch(
    settings: Settings, source: Path, target: Path, options: Options, *, prices: tuple[float, float] | None
) -> int:
    """Print what the lines that are not answered yet would take; `prices` are for a million prompt and reply tokens.

    Nothing is asked, written or remembered. Raises InputRefused, OutputRefused.
    """
    from .estimate import estimate

    with Source(source, default_user=options.default_user) as lines, closing(Index()) as index:
        lines.check(index, strict=options.strict)
        for written in written_in(target):
            index.mark(written.custom_id, written.number, written.record_id)
        index.begin(resumed=False)
        found = asyncio.run(estimate(settings, lines, index))
    console = Console(soft_wrap=True)
    console.print(f"{found.chats} chats and {found.others} other lines of {found.users} users are left.")
    if found.malformed:
        console.print(f"{found.malformed} lines are malformed.")
    sampled = f"from {found.sampled} of them, with what is remembered now"
    console.print(f"prompt tokens: {found.prompt_tokens} ({sampled})", highlight=False)
    console.print(f"reply tokens: at most {found.reply_tokens_at_most}", highlight=False)
    if prices:
        prompts, replies = found.cost(*prices)
        console.print(
            f"cost: {_money(prompts)} for the prompts, at most {_money(replies)} for the replies", highlight=False
        )
    return 0


async def _run(
    settings: Settings, lines: Source, index: Index, journal: Journal, options: Options, console: Console
) -> Runner:
    total, done, users = index.counts()
    if done:
        console.print(f"{done} of {total} lines are answered already.", highlight=False)
    concurrency = options.concurrency or _concurrency(settings)
    with _engine(settings, options) as engine, progress(console, total=total, done=done) as tell:
        runner = Runner(
            lines, index, journal, engine,
            since=_begun(journal.run), concurrency=min(concurrency, max(users, 1)), tell=tell,
        )  # fmt: skip
        with _interruptible(runner, console):
            await runner.run()
            if options.learn and not runner.stopping:
                await engine.learn()
    return runner


@contextmanager
def _engine(settings: Settings, options: Options) -> Iterator[Engine]:
    if options.engine == "ray":
        from .ray_engine import ray_engine

        with ray_engine(settings, workers=options.workers, remember=options.remember) as engine:
            yield engine
        return
    with _assistant(settings) as assistant, assistant.learning_later():
        yield AssistantEngine(assistant, remember=options.remember)


def _assistant(settings: Settings) -> Assistant:
    from ...agent import Assistant
    from ..progress import pull_progress

    return Assistant.open(settings=settings, progress=pull_progress())


@contextmanager
def _interruptible(runner: Runner, console: Console) -> Iterator[None]:
    """The first Ctrl-C finishes the lines at work, the second one drops them."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def interrupt() -> None:
        if runner.stopping and task is not None:
            task.cancel()
        else:
            runner.stop()
            console.print("Finishing the lines at work; Ctrl-C again drops them.")

    loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield
    except asyncio.CancelledError:
        if task is None or not runner.stopping:
            raise
        task.uncancel()
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _conclude(console: Console, index: Index, journal: Journal, tally: Tally, seconds: float) -> bool:
    """Say what the run did; whether all lines are answered."""
    total, done, _ = index.counts()
    left = total - done
    said = f"{tally.answered} lines answered in {seconds:.1f} s"
    if tally.prompt_tokens:
        said += f", {tally.prompt_tokens} prompt and {tally.completion_tokens} reply tokens"
    console.print(said + ".", highlight=False)
    if tally.failed:
        console.print(
            f"{tally.failed} lines failed: see {journal.errors_path}; --retry tries them again.", markup=False
        )
    if left:
        console.print(f"{left} lines are left: run the same command again to go on.", highlight=False)
    return not left


def _concurrency(settings: Settings) -> int:
    from ...agent.models.resolve import local_name

    return 1 if local_name(settings.model) else 8


def _new_run() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}{uuid.uuid4().hex[:6]}"


def _begun(run: str) -> datetime:
    return datetime.strptime(run[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def engine_named(name: str) -> EngineName:
    """Raises EngineRefused."""
    if name not in ENGINES:
        raise EngineRefused(f"no engine {name!r}: there are {', '.join(ENGINES)}")
    return name


def prices_in(text: str | None) -> tuple[float, float] | None:
    """The two prices of `0.25/2`. Raises InputRefused."""
    if text is None:
        return None
    try:
        per_prompt, per_reply = map(float, text.split("/"))
    except ValueError:
        raise InputRefused(f"--price {text!r} is not IN/OUT, as 0.25/2") from None
    return per_prompt, per_reply


def _money(amount: float) -> str:
    """Two places, or two digits of what is less than a hundredth."""
    return f"{amount:.2f}" if amount >= 0.01 or not amount else f"{amount:.2g}"
