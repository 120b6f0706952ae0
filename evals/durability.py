"""Killed with -9 at any moment: what was said to be done is there, what was erased is not, and the store opens.

A process adds, changes, erases, compacts or re-embeds without end and says after each step that it is done. It is
killed at a random time, again and again on the same folder; each time the store is opened and compared with what the
steps that were done, and at most the one that it was at, must have left. `--size` is the number of rounds of each act.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from ..agent.settings import Settings
from ..memory import MemoryFault
from .durability_steps import ACTS, REEMBEDDING, USERS, State, after, entries, fill, opened, stored
from .erase import residue
from .report import Bar, Report

__all__ = ["measure"]

ROUNDS = 20
LATEST_MS = 400
WITNESS = "witness"
WRONG = ("lost", "returned", "wrong vectors", "could not be opened", "left on the disk")


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """For each act how often it was killed, after how many steps, and what was wrong afterwards."""
    rounds, choose = size or ROUNDS, random.Random()
    figures = {}
    for act in (*ACTS, REEMBEDDING):
        with tempfile.TemporaryDirectory() as folder:
            counts = (_reembedded if act == REEMBEDDING else _written)(Path(folder), act, rounds, choose)
            figures[act] = {name: counts[name] for name in ("kills", "steps done", *WRONG)}
    return Report(
        title="killed with -9 at random moments",
        figures=figures,
        bars=(
            Bar(name="kills of each act", value=min(row["kills"] for row in figures.values()), least=rounds),
            *(Bar(name=name, value=sum(row[name] for row in figures.values()), most=0) for name in WRONG),
        ),
    )


def _written(folder: Path, act: str, rounds: int, choose: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    state: State = {user: {} for user in USERS}
    first = 0
    for _ in range(rounds):
        n_done = _run_and_kill(folder, act, first, after_ms=choose.uniform(1, LATEST_MS))
        done = after(act, state, range(first, first + n_done))
        begun = after(act, done, range(first + n_done, first + n_done + 1))
        state = _compared(folder, done, begun, counts)
        counts.update({"kills": 1, "steps done": n_done})
        first += n_done + 1
    counts["left on the disk"] = _left(folder)
    return counts


def _reembedded(folder: Path, act: str, rounds: int, choose: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    state = fill(folder)
    for number in range(rounds):
        n_done = _run_and_kill(folder, act, 0, after_ms=choose.uniform(1, 4 * LATEST_MS))
        counts.update({"kills": 1, "steps done": n_done})
        # Opening for anything else gives up what was gathered: every other time the next process goes on with it.
        if number % 2 or number == rounds - 1:
            _compared(folder, state, state, counts)
    return counts


def _compared(folder: Path, done: State, begun: State, counts: Counter[str]) -> State:
    """Count what differs from both; what is there, or what must be where the store does not open."""
    try:
        found, n_wrong = stored(folder)
    except MemoryFault:
        counts["could not be opened"] += 1
        return done
    counts["wrong vectors"] += n_wrong
    if found not in (done, begun):
        rows = [(done[user].items(), begun[user].items(), found[user].items()) for user in USERS]
        returned = sum(len(there - before - later) for before, later, there in rows)
        lost = sum(len((before & later) - there) for before, later, there in rows)
        # Neither, and still another state: the step that it was at was carried out by half.
        counts.update({"returned": returned, "lost": lost if lost or returned else 1})
    return found


def _run_and_kill(folder: Path, act: str, first: int, *, after_ms: float) -> int:
    """How many steps were said to be done."""
    command = [sys.executable, "-m", "tailored.evals.durability_steps", act, str(folder), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder) as child:
        read = child.stdout.fileno() if child.stdout else -1
        if os.read(read, 1) != b"+":
            raise OSError(f"the process that was to be killed did not begin: {' '.join(command)}")
        time.sleep(after_ms / 1000)
        child.kill()
        return sum(len(said) for said in iter(lambda: os.read(read, 65536), b""))


def _left(folder: Path) -> int:
    """How many of these are in any file after everybody was erased and the store closed."""
    with closing(opened(folder)) as store:
        for user in USERS:
            store.erase(user)
        store.put(WITNESS, entries("witness", ["seen"], 0))
    found = residue(folder, [f"{user} was told".encode() for user in (*USERS, WITNESS)])
    return len(found) - 1
