from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tailored.memory.chroma import ChromaStore
from tailored.memory.embedders.base import Embedder, Vectors
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.errors import SpaceMismatch, StoreUnavailable
from tailored.memory.journal import Journal
from tailored.memory.journaled import JournaledStore
from tailored.memory.memory import Memory
from tailored.memory.records import Episode
from tailored.memory.reembedding import reembed_folder

from .makers import clock, count_words, episode

OLD, NEW = HashingEmbedder(32), HashingEmbedder(48)
USERS = tuple(f"user {n}" for n in range(12))
EACH = 60

_CHILD = "import sys; from tests.memory.test_reembedding import go_on; go_on(sys.argv[1])"


class Stops:
    """An embedder that fails after so many texts."""

    def __init__(self, inner: Embedder, after: int) -> None:
        self.inner = inner
        self.left = after
        self.space, self.dimension = inner.space, inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.left -= len(texts)
        if self.left < 0:
            raise ConnectionError("the machine was switched off")
        return self.inner.embed(texts)


def open_store(folder: Path, embedder: HashingEmbedder) -> JournaledStore:
    chroma = ChromaStore.open(folder, space=embedder.space, dimension=embedder.dimension)
    return JournaledStore(chroma, Journal(folder / "journal"), dimension=embedder.dimension)


def memory_on(store: JournaledStore, embedder: HashingEmbedder) -> Memory:
    return Memory(store, embedder, clock=clock, count_tokens=count_words)


def fill(folder: Path) -> None:
    with closing(open_store(folder, OLD)) as store:
        memory = memory_on(store, OLD)
        for user in USERS:
            memory.remember(user, [episode(f"{user} says {n}", n, user_id=user) for n in range(EACH)])


def reembed(folder: Path, embedder: Embedder) -> int:
    return reembed_folder(folder, folder / "journal", embedder)


def go_on(folder: str) -> None:
    """What the process does that is killed."""
    os.write(1, b"+\n")
    reembed(Path(folder), NEW)


def check_all_there(folder: Path) -> None:
    with closing(open_store(folder, NEW)) as store:
        for user in USERS:
            entries = store.load(user)
            assert [entry.record.text for entry in entries] == [f"{user} says {n}" for n in range(EACH)]
            vectors = NEW.embed([entry.record.text for entry in entries])
            for entry, vector in zip(entries, vectors, strict=True):
                assert entry.vector is not None
                assert np.allclose(entry.vector, vector, atol=1e-6)


def test_everything_is_there_in_the_new_space(tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(SpaceMismatch, match="tailored reembed"):
        open_store(tmp_path, NEW)

    n_embedded = reembed(tmp_path, NEW)

    assert n_embedded == len(USERS) * EACH
    check_all_there(tmp_path)
    with pytest.raises(SpaceMismatch):
        open_store(tmp_path, OLD)


def test_a_second_time_there_is_nothing_to_do(tmp_path: Path) -> None:
    fill(tmp_path)
    reembed(tmp_path, NEW)

    assert reembed(tmp_path, NEW) == 0


def test_what_waited_in_the_journal_is_embedded_too(tmp_path: Path) -> None:
    fill(tmp_path)
    journal = Journal(tmp_path / "journal")
    with closing(journal):
        store = open_store(tmp_path / "other", OLD)
        memory_on(store, OLD).remember("late", [episode("said at last", user_id="late")])
        journal.append("late", store.load("late"))
        store.close()

    reembed(tmp_path, NEW)

    with closing(open_store(tmp_path, NEW)) as store:
        assert [entry.record.text for entry in store.load("late")] == ["said at last"]


def test_cut_short_it_goes_on_where_it_was(tmp_path: Path) -> None:
    fill(tmp_path)

    with pytest.raises(ConnectionError):
        reembed(tmp_path, Stops(NEW, after=400))
    n_embedded = reembed(tmp_path, NEW)

    assert 0 < n_embedded < len(USERS) * EACH
    check_all_there(tmp_path)


def test_cut_short_the_old_space_still_serves_and_what_it_forgets_stays_forgotten(tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(ConnectionError):
        reembed(tmp_path, Stops(NEW, after=700))

    with closing(open_store(tmp_path, OLD)) as store:
        memory = memory_on(store, OLD)
        assert len(memory.records(USERS[0], Episode)) == EACH
        for user in USERS:
            memory.erase(user)
        memory.remember("new", [episode("after", user_id="new")])
    reembed(tmp_path, NEW)

    with closing(open_store(tmp_path, NEW)) as store:
        assert [store.load(user) for user in USERS] == [[]] * len(USERS)
        assert len(store.load("new")) == 1


def test_another_model_after_a_first_attempt_gets_its_own_vectors(tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(ConnectionError):
        reembed(tmp_path, Stops(HashingEmbedder(40), after=400))

    reembed(tmp_path, NEW)

    check_all_there(tmp_path)


def test_nothing_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no memories"):
        reembed(tmp_path, NEW)


def test_kill_9_at_any_moment(tmp_path: Path) -> None:
    fill(tmp_path)
    moments = random.Random().choices(range(1, 1500), k=5)
    for moment in moments:
        with subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(tmp_path)], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(moment / 1000)
            child.kill()
        assert child.returncode in (0, -signal.SIGKILL)

    reembed(tmp_path, NEW)

    check_all_there(tmp_path)
