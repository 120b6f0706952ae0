"""The same search with mem0, on its default local store: ten and thirty thousand memories of a hundred users.

Neither embeds anything, and neither asks a model. `--data` is the Python interpreter of an environment with mem0:
`python -m venv mem0 && mem0/bin/pip install mem0ai==2.2.1`, then `tailored eval rivals --data mem0/bin/python`.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np

from ..agent.settings import Settings
from ..memory import Entry, Memory
from ..memory.chroma import ChromaStore
from ..memory.journaled import JournaledStore
from .errors import DataMissing
from .latency_data import BEGUN, Prepared, entries_of, question, user_name
from .report import Bar, Report
from .stopwatch import milliseconds, quantiles

__all__ = ["measure"]

SIZES = (10_000, 30_000)
USERS, QUESTIONS, HITS = 100, 20, 20
ROUNDS = 3
"""Times that all questions are asked, of both; the shortest counts for each: the machine has other work, too."""
WITHIN_S = 500
RIVAL = Path(__file__).with_name("rival_mem0.py")


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """ms of a search, p50 and p95, at 10,000 and 30,000 memories, or at `size`."""
    if data is None or not data.is_file():
        raise DataMissing("--data must be the Python interpreter of an environment with mem0 in it")
    figures = {f"{n}": _measured(data, n) for n in ([size] if size else SIZES)}
    ratios = {name: row["mem0 p50, ms"] / row["Tailored p50, ms"] for name, row in figures.items()}
    return Report(
        title=f"one search of a user's memories, of {USERS} users, without embedding",
        figures=figures,
        bars=[
            Bar(name=f"mem0 by Tailored, p50, {name} memories", value=ratio, least=200, unit="×")
            for name, ratio in ratios.items()
        ],
    )


def _measured(interpreter: Path, n_memories: int) -> dict[str, float]:
    embedder = Prepared()
    entries = [entry for number in range(USERS) for entry in entries_of(number, embedder, n_memories // USERS)]
    asking = {question(number): user_name(number * 7 % USERS) for number in range(QUESTIONS)}
    with tempfile.TemporaryDirectory() as folder:
        ours = _ours(Path(folder), embedder, entries, asking)
        theirs = _theirs(interpreter, Path(folder), embedder, entries, asking)
    return {**quantiles("Tailored", ours), **quantiles("mem0", theirs)}


def _ours(folder: Path, embedder: Prepared, entries: list[Entry], asking: dict[str, str]) -> list[float]:
    chroma = ChromaStore.open(folder / "ours", space=embedder.space, dimension=embedder.dimension)
    store = JournaledStore.open(chroma, folder / "journal.sqlite3", dimension=embedder.dimension)
    of_user: dict[str, list[Entry]] = {}
    for entry in entries:
        of_user.setdefault(entry.record.user_id, []).append(entry)
    for user, own in of_user.items():
        store.put(user, own)
    store.flush()
    memory = Memory(
        store, embedder, clock=lambda: BEGUN + timedelta(days=200), count_tokens=lambda text: len(text) // 4
    )
    search = partial(memory.recall, policy="search", limit=HITS, budget_tokens=None)
    for text, user in asking.items():
        search(user, text)  # into RAM, where mem0 has everything
    rounds = [[milliseconds(partial(search, user, text)) for text, user in asking.items()] for _ in range(ROUNDS)]
    store.close()
    return _shortest(rounds)


def _theirs(
    interpreter: Path, folder: Path, embedder: Prepared, entries: list[Entry], asking: dict[str, str]
) -> list[float]:
    np.savez(
        folder / "cases.npz",
        users=[entry.record.user_id for entry in entries],
        texts=[entry.record.text for entry in entries],
        memories=np.stack([entry.vector for entry in entries if entry.vector is not None]),
        questions=list(asking),
        asking=list(asking.values()),
        vectors=embedder.embed(list(asking)),
    )
    command = [str(interpreter), str(RIVAL), str(folder / "cases.npz"), str(folder / "theirs"), str(ROUNDS)]
    (folder / "theirs").mkdir()
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    if ended.returncode:
        raise DataMissing(f"{interpreter} could not run mem0: {ended.stderr.strip().splitlines()[-1:]}")
    return _shortest(json.loads(ended.stdout.splitlines()[-1]))


def _shortest(rounds: list[list[float]]) -> list[float]:
    return [min(times) for times in zip(*rounds, strict=True)]
