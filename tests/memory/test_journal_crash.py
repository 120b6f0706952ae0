"""Kill the process at any moment: what it was told is done is there, and what was erased is not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import Literal

import numpy as np

from tailored.memory.chroma import ChromaStore
from tailored.memory.journal import Journal
from tailored.memory.journaled import JournaledStore
from tailored.memory.pace import Pace

from .conformance import DIMENSION, turn, unit

ROUNDS = 6
USERS = ("u1", "u10")
RECORDS = tuple("abcdef")

State = dict[str, dict[str, int]]
"""For each user the number of the step that wrote each record last."""
Op = Literal["put", "delete", "erase", "compact"]
Step = tuple[Op, str, list[str]]

_CHILD = "import sys; from tests.memory.test_journal_crash import write_on; write_on(sys.argv[1], int(sys.argv[2]))"


def test_kill_9_at_any_moment(tmp_path: Path) -> None:
    state: State = {user: {} for user in USERS}
    first = 0
    for moment in random.Random().choices(range(1, 400), k=ROUNDS):
        n_done = _run_and_kill(tmp_path, first, after_s=moment / 1000)
        done = _after(state, range(first, first + n_done))
        started = _after(done, range(first + n_done, first + n_done + 1))
        state = _stored(tmp_path)

        assert state in (done, started), f"killed {moment} ms after step {first}, {n_done} steps done"
        first += n_done + 1
    _check_that_only_this_is_on_disk(tmp_path, state)


def write_on(folder: str, first: int) -> None:
    """What the process does that is killed: steps without end, saying after each that it is done."""
    store = _open(Path(folder))
    os.write(1, b"+")
    while True:
        _take(store, first)
        os.write(1, b".")
        first += 1


def _open(folder: Path) -> JournaledStore:
    chroma = ChromaStore.open(folder, space="test", dimension=DIMENSION)
    return JournaledStore(chroma, Journal(folder / "journal"), dimension=DIMENSION, pace=Pace(flush_after_s=0.005))


def _step(number: int) -> Step:
    choose = random.Random(number)
    ops: tuple[Op, ...] = ("put", "delete", "erase", "compact")
    op = choose.choices(ops, (75, 12, 8, 5))[0]
    return op, choose.choice(USERS), choose.sample(RECORDS, choose.randint(1, 3))


def _take(store: JournaledStore, number: int) -> None:
    op, user, names = _step(number)
    if op == "put":
        store.put(user, [turn(user, name, content=f"step {number}.", seed=number) for name in names])
    elif op == "delete":
        store.delete(user, names)
    elif op == "compact":
        store.compact()
    else:
        store.erase(user)


def _after(state: State, numbers: range) -> State:
    state = deepcopy(state)
    for number in numbers:
        op, user, names = _step(number)
        if op == "put":
            state[user] |= dict.fromkeys(names, number)
        elif op != "compact":
            gone = set(names) if op == "delete" else set(RECORDS)
            state[user] = {name: written for name, written in state[user].items() if name not in gone}
    return state


def _run_and_kill(folder: Path, first: int, *, after_s: float) -> int:
    """How many steps were said to be done before the process was killed."""
    command = [sys.executable, "-c", _CHILD, str(folder), str(first)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        opened = child.stdout.read(1)
        time.sleep(after_s)
        child.kill()
        said = child.stdout.read()
    assert (opened, child.returncode) == (b"+", -signal.SIGKILL)
    return len(said)


def _stored(folder: Path) -> State:
    store = _open(folder)
    state = {user: _versions(store, user) for user in USERS}
    store.close()
    return state


def _check_that_only_this_is_on_disk(folder: Path, state: State) -> None:
    """Closing compacts: nothing is left of what was deleted before, in whatever process that was."""
    store = _open(folder)
    for user in USERS:
        store.erase(user)
    store.put("witness", [turn("witness", "1", content="I saw it")])
    store.close()
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    written = {number for records in state.values() for number in records.values()}
    assert any(b"I saw it" in content for content in contents)
    assert not [number for number in written if any(f"step {number}.".encode() in content for content in contents)]
    assert not any(b'"u10"' in content for content in contents)


def _number(text: str) -> int:
    return int(text.removeprefix("step ").removesuffix("."))


def _versions(store: JournaledStore, user: str) -> dict[str, int]:
    versions = {}
    for entry in store.load(user):
        number = _number(entry.record.text)
        assert entry.vector is not None
        assert np.allclose(entry.vector, unit(number), atol=1e-6)
        versions[entry.record.id] = number
    return versions
