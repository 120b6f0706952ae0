"""What the processes do that `tailored eval durability` kills: steps without end, each said when it is done.

`python -m tailored.evals.durability_steps ACT FOLDER FIRST` writes "+" when it has begun and "." after each step. What
step number n does follows from the number, so that whoever killed it knows what it was at.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Mapping
from contextlib import closing
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from ..memory import Entry, Episode
from ..memory.chroma import ChromaStore
from ..memory.embedders.hashing import HashingEmbedder
from ..memory.entries import entries_of
from ..memory.journaled import JournaledStore
from ..memory.reembedding import reembed_folder

__all__ = ["ACTS", "REEMBEDDING", "SPACES", "USERS", "State", "after", "entries", "fill", "opened", "stored"]

Op = Literal["put", "delete", "erase", "compact"]
ACTS: Mapping[str, Mapping[Op, int]] = {
    "adding": {"put": 100},
    "changing": {"put": 60, "delete": 40},
    "erasing": {"put": 70, "erase": 30},
    "compacting": {"put": 55, "delete": 15, "erase": 10, "compact": 20},
}
"""How often each operation is among an act's steps."""
REEMBEDDING = "re-embedding"
SPACES = (HashingEmbedder(32), HashingEmbedder(48))
USERS = ("u1", "u10")
RECORDS = tuple("abcdef")
REEMBEDDED = 300
"""Records of each user that are embedded anew again and again."""
JOURNAL = "journal.sqlite3"
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)

State = dict[str, dict[str, int]]
"""For each user the number of the step that wrote each record last."""


def opened(folder: Path) -> JournaledStore:
    space = SPACES[0]
    chroma = ChromaStore.open(folder, space=space.space, dimension=space.dimension)
    return JournaledStore.open(chroma, folder / JOURNAL, dimension=space.dimension)


def stored(folder: Path) -> tuple[State, int]:
    """What the store holds, whatever its space, and how many of its vectors are not those of their texts."""
    chroma = ChromaStore.open_as_it_is(folder)
    embedder = next(space for space in SPACES if space.space == chroma.space)
    with closing(JournaledStore.open(chroma, folder / JOURNAL, dimension=chroma.dimension)) as store:
        found = {user: store.load(user) for user in USERS}
    state = {
        user: {entry.record.id: int(entry.record.text.split()[-1]) for entry in own} for user, own in found.items()
    }
    everything = [entry for own in found.values() for entry in own]
    true = embedder.embed([entry.record.text for entry in everything]) if everything else ()
    return state, sum(
        entry.vector is None or abs(float(entry.vector @ vector) - 1) > 1e-4
        for entry, vector in zip(everything, true, strict=True)
    )


def after(act: str, state: State, numbers: range) -> State:
    """What is there after these steps."""
    state = deepcopy(state)
    for number in numbers:
        op, user, names = _step(act, number)
        if op == "put":
            state[user] |= dict.fromkeys(names, number)
        elif op == "delete":
            state[user] = {name: written for name, written in state[user].items() if name not in names}
        elif op == "erase":
            state[user] = {}
    return state


def entries(user: str, names: list[str], number: int) -> list[Entry]:
    """Records whose texts say which step wrote them."""
    episodes = [
        Episode(
            id=name,
            user_id=user,
            created=BEGUN + timedelta(seconds=number),
            source="user",
            content=f"{name} of {user} was told in step {number}",
            thread="t",
            order=number,
        )
        for name in names
    ]
    return entries_of(episodes, SPACES[0])


def fill(folder: Path) -> State:
    """What re-embedding is done to."""
    names = [f"r{n}" for n in range(REEMBEDDED)]
    with closing(opened(folder)) as store:
        for user in USERS:
            store.put(user, entries(user, names, 0))
    return {user: dict.fromkeys(names, 0) for user in USERS}


def _step(act: str, number: int) -> tuple[Op, str, list[str]]:
    choose = random.Random(number)
    weights = ACTS[act]
    op = choose.choices(list(weights), list(weights.values()))[0]
    user, some = choose.choice(USERS), choose.sample(RECORDS, choose.randint(1, 3))
    return op, user, [f"{name}{number}" for name in some] if act == "adding" else some


def _write_on(act: str, folder: Path, number: int) -> None:
    store = opened(folder)
    os.write(1, b"+")
    while True:
        op, user, names = _step(act, number)
        if op == "put":
            store.put(user, entries(user, names, number))
        elif op == "delete":
            store.delete(user, names)
        elif op == "erase":
            store.erase(user)
        else:
            store.compact()
        os.write(1, b".")
        number += 1


def _reembed_on(folder: Path) -> None:
    os.write(1, b"+")
    while True:
        for embedder in (*SPACES[1:], SPACES[0]):
            reembed_folder(folder, folder / JOURNAL, embedder)
            os.write(1, b".")


if __name__ == "__main__":
    _, act, folder, first = sys.argv
    if act == REEMBEDDING:
        _reembed_on(Path(folder))
    else:
        _write_on(act, Path(folder), int(first))
