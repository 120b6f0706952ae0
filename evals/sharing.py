"""Several processes on one Chroma server: what one writes, the next recall of another finds.

Another process remembers one thing at a time and says so; at once this one, which has the user in RAM, is asked for
it. Beside that, what it costs that a recall asks the server first whether anybody wrote. `--size` is the number of
things remembered, 60 when it is not given.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from ..agent.settings import Settings
from ..memory import Episode, Memory
from ..memory.chroma_server import SharedChromaStore
from .chroma_run import chroma_server
from .latency_data import BEGUN, PER_USER, Prepared, entries_of, question, user_name
from .report import Bar, Report
from .stopwatch import milliseconds, quantiles

__all__ = ["measure"]

WRITES, USERS = 60, 20


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """Writes that the other process did not see, and ms of the version check and of recall, warm, p50 and p95."""
    n_writes = size or WRITES
    with (
        tempfile.TemporaryDirectory() as folder,
        chroma_server(Path(folder) / "server") as port,
        closing(_connect(port)) as store,
    ):
        embedder, memory = Prepared(), _memory(store)
        for number in range(USERS):
            store.put(user_name(number), entries_of(number, embedder))
        missed = _missed(port, memory, n_writes)
        check = [milliseconds(partial(store.changed, user_name(n % USERS), 0)) for n in range(n_writes)]
        warm = [_recall(memory, n % USERS) for n in range(2 * USERS + n_writes)][2 * USERS :]
        one = entries_of(USERS, embedder, n_writes)
        written = [milliseconds(partial(memory.remember, user_name(USERS), [entry.record])) for entry in one]
    return Report(
        title=f"two processes on one Chroma server, {USERS * PER_USER:,} memories",
        figures={
            "writes of the other process": n_writes,
            **quantiles("version check", check),
            **quantiles("warm recall with it", warm),
            **quantiles("remembering one", written),
        },
        bars=(Bar(name="writes that the next recall did not find", value=missed, most=0),),
    )


def _missed(port: int, memory: Memory, n_writes: int) -> int:
    """How many of the other process's writes were not there when it had said that they were."""
    user, missed = user_name(0), 0
    command = [sys.executable, "-m", __name__, str(port), user]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as other:
        if other.stdin is None or other.stdout is None:
            raise OSError("the other process has no pipes")
        for number in range(n_writes):
            memory.records(user, Episode)  # in RAM, and right so far
            print(number, file=other.stdin, flush=True)
            written = other.stdout.readline().strip()
            found = memory.recall(user, f"number {number}", policy="search", limit=PER_USER + n_writes)
            missed += written not in {hit.record.id for hit in found.hits}
        other.stdin.close()
    return missed


def _recall(memory: Memory, number: int) -> float:
    return milliseconds(partial(memory.recall, user_name(number), question(number)))


def _connect(port: int) -> SharedChromaStore:
    embedder = Prepared()
    return SharedChromaStore.connect("127.0.0.1", port, space=embedder.space, dimension=embedder.dimension)


def _memory(store: SharedChromaStore) -> Memory:
    return Memory(
        store, Prepared(), clock=lambda: BEGUN + timedelta(days=200), count_tokens=lambda text: len(text) // 4
    )


def _write_when_told(port: int, user: str) -> None:
    """The other process: remembers something for each line it reads, then writes the record's id."""
    with closing(_connect(port)) as store:
        memory = _memory(store)
        for line in sys.stdin:
            text, created = f"The other process told number {line.strip()}", BEGUN + timedelta(days=100)
            record = Episode(
                id=f"other-{line.strip()}",
                user_id=user,
                created=created,
                source="user",
                content=text,
                thread="other",
                order=int(line),
            )
            memory.remember(user, [record])
            sys.stdout.write(f"{record.id}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    _write_when_told(int(sys.argv[1]), sys.argv[2])
