"""`tailored worker` and `tailored ledger`: learning in a process of its own, what waits for it, and what it all costs."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ..agent.learning.queue import Job, JobQueue
from ..agent.ledger import Ledger, Purpose, Spent
from ..agent.settings import Settings
from ..agent.stores import JOBS, LEDGER
from .errors import NothingThere

if TYPE_CHECKING:
    from ..agent import Assistant

__all__ = ["drop_job", "ledger_table", "print_ledger", "print_status", "retry_job", "work", "work_off"]

NICENESS = 10
"""Learning waits for whoever answers: a local model of this process, too, gets what processor time others leave."""


def work(settings: Settings) -> int:
    """Learn for the processes that share this data folder and a Chroma server, until told to stop; the exit status."""
    if not settings.store.url:
        Console(soft_wrap=True).print(
            "Nothing to run: the memories lie in this machine's folder, and the process that chats does its learning "
            "itself. A worker is for several processes that share a Chroma server (set store.url); `--once` does what "
            "waits while no other process uses the folder."
        )
        return 0
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with _assistant(settings) as assistant:
        Console().print(f"Learning from {settings.data_dir / JOBS}. Ctrl-C stops.", markup=False, highlight=False)
        assistant.work(stopped)
    Console().print("Stopped; what was begun is done again later.")
    return 0


def work_off(settings: Settings) -> int:
    """Do what waits and leave; the exit status."""
    with _assistant(settings) as assistant:
        done = assistant.work()
    Console().print(f"{done} jobs done.")
    return print_status(settings)


def print_status(settings: Settings) -> int:
    """How many jobs wait, which are being done, and which were set aside with the class of their error."""
    console = Console(soft_wrap=True)
    with _queue(settings) as queue:
        counts, leased, aside = queue.counts(), queue.leased(), queue.poisoned()
    console.print(f"{counts.waiting} waiting, {counts.leased} being done, {counts.poisoned} set aside")
    if leased:
        console.print(_jobs_table("being done", leased))
    if aside:
        console.print(_jobs_table("set aside: `tailored worker --retry ID` or `--drop ID`", aside))
    return 0


def retry_job(settings: Settings, job_id: int) -> int:
    with _queue(settings) as queue:
        queue.retry(job_id)
    Console().print(f"Job {job_id} waits again.")
    return 0


def drop_job(settings: Settings, job_id: int) -> int:
    with _queue(settings) as queue:
        queue.drop(job_id)
    Console().print(f"Job {job_id} is dropped: what it would have taught is not learned.")
    return 0


def print_ledger(settings: Settings, user_id: str | None) -> int:
    """What each user has cost, or one of them."""
    path = settings.data_dir / LEDGER
    if not path.is_file():
        raise NothingThere(f"there is no ledger in {settings.data_dir}: nobody has talked there yet")
    with closing(Ledger(path)) as ledger:
        books = ledger.all() if user_id is None else {user_id: ledger.of(user_id)}
    if not books:
        raise NothingThere(f"the ledger of {settings.data_dir} is empty: nobody has talked there yet")
    if user_id is not None and not books[user_id]:
        raise NothingThere(f"{user_id!r} is not in the ledger of {settings.data_dir}: `tailored ledger` names who is")
    Console(soft_wrap=True).print(ledger_table(books))
    return 0


def ledger_table(books: Mapping[str, Mapping[Purpose, Spent]]) -> Table:
    names = ("user", "for", "calls", "tokens read", "from cache", "tokens written", "seconds")
    table = Table(*(Column(name, overflow="fold") for name in names))
    for user_id, purposes in books.items():
        for purpose, spent in purposes.items():
            numbers = (spent.calls, spent.prompt, spent.cached, spent.written)
            table.add_row(Text(user_id), purpose, *map(str, numbers), f"{spent.seconds:.1f}")
    return table


def _jobs_table(title: str, jobs: list[Job]) -> Table:
    table = Table("id", "user", "kind", "tries", "last error", title=title)
    for job in jobs:
        table.add_row(str(job.id), Text(job.user_id), job.kind, str(job.tries), job.error or "-")
    return table


@contextmanager
def _queue(settings: Settings) -> Iterator[JobQueue]:
    path = settings.data_dir / JOBS
    if not path.is_file():
        raise NothingThere(f"there is no queue in {settings.data_dir}: nobody has talked there yet")
    with closing(JobQueue(path)) as queue:
        yield queue


def _assistant(settings: Settings) -> Assistant:
    from ..agent import Assistant
    from .progress import pull_progress

    if hasattr(os, "nice"):
        os.nice(NICENESS)
    return Assistant.open(settings=settings, progress=pull_progress())
