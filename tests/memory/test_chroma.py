from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, islice, product
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tailored.memory.chroma import ChromaStore
from tailored.memory.chroma_client import EmbeddedClient
from tailored.memory.chroma_shards import Shards
from tailored.memory.embedders.base import Vectors
from tailored.memory.errors import SpaceMismatch, StoreLocked, StoreUnavailable
from tailored.memory.store import Entry

from .conformance import DIMENSION, MemoryStoreTests, OpenStore, ids, turn, unit

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

CRASH = """
import os, signal, sys
from tests.memory.conformance import DIMENSION, turn
from tailored.memory.chroma import ChromaStore
store = ChromaStore.open(sys.argv[1], space="test", dimension=DIMENSION)
store.put("ada", [turn("ada", "1", content="kept", seed=4), turn("ada", "2", seconds=1)])
os.kill(os.getpid(), signal.SIGKILL)
"""


def open_at(path: Path, *, space: str = "test", dimension: int = DIMENSION) -> ChromaStore:
    return ChromaStore.open(path, space=space, dimension=dimension)


class TestEmbeddedChroma(MemoryStoreTests):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: open_at(tmp_path / "data")


def test_put_survives_kill_9(tmp_path: Path) -> None:
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], check=False, cwd=_root(), timeout=120)

    store = open_at(tmp_path)
    first, second = store.load("ada")
    store.close()

    assert crashed.returncode == -signal.SIGKILL
    assert (first.record.text, second.record.id) == ("kept", "2")
    assert first.vector is not None
    assert np.allclose(first.vector, unit(4), atol=1e-6)


def test_second_opener_is_refused_and_can_open_after_close(tmp_path: Path) -> None:
    first = open_at(tmp_path)

    with pytest.raises(StoreLocked, match="this process"):
        open_at(tmp_path)
    first.close()

    open_at(tmp_path).close()


@pytest.mark.parametrize(("space", "dimension"), [("other", DIMENSION), ("test", DIMENSION + 1)])
def test_vectors_of_another_space_are_refused(tmp_path: Path, space: str, dimension: int) -> None:
    open_at(tmp_path).close()

    with pytest.raises(SpaceMismatch, match=f"'test' with {DIMENSION} .* '{space}' with {dimension}"):
        open_at(tmp_path, space=space, dimension=dimension)

    open_at(tmp_path).close()


def test_damaged_data_file_is_a_clear_error_and_the_lock_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"this is no database" * 100)

    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="data folder"):
            open_at(tmp_path)


def test_folder_that_is_a_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")

    with pytest.raises(StoreUnavailable, match="data"):
        open_at(tmp_path / "data")


def test_record_text_is_in_no_full_text_index(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    store.put("ada", [turn("ada", "1", content="something private")])
    store.close()

    with sqlite3.connect(tmp_path / "chroma.sqlite3") as database:
        rows = database.execute("SELECT count(*) FROM embedding_fulltext_search_content").fetchone()
    database.close()

    assert rows == (0,)


def test_dotenv_of_the_current_folder_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("CHROMA_API_IMPL=no.such.Thing\n")
    monkeypatch.chdir(tmp_path)

    open_at(tmp_path / "data").close()

    assert (tmp_path / "data" / "chroma.sqlite3").exists()


def test_threads_may_share_a_store(tmp_path: Path) -> None:
    store = open_at(tmp_path)

    def write(user: str) -> list[str]:
        for n in range(20):
            store.put(user, [turn(user, str(n), seconds=n)])
        return ids(store.load(user))

    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(write, ["a", "b", "c", "d"]))
    store.close()

    assert loaded == [[str(n) for n in range(20)]] * 4


def test_nothing_of_an_erased_user_is_on_disk_after_compacting(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    store.put("bob", [turn("bob", str(n), seed=n) for n in range(150)])
    secrets = [turn("ada@x.org", str(n), content=f"secret {n}").record for n in range(150)]
    vectors = list(islice(_exact_unit_vectors(), 150))
    store.put("ada@x.org", [Entry(record=r, vector=v) for r, v in zip(secrets, vectors, strict=True)])
    store.put("bob", [turn("bob", "late")])

    before = _on_disk(tmp_path, [b"secret 7", b"ada@x.org", vectors[7].tobytes()])
    store.erase("ada@x.org")
    store.compact()
    after = _on_disk(tmp_path, [b"secret", b"ada@x.org", *(v.tobytes() for v in vectors)])
    bobs = store.load("bob")
    store.close()

    assert before == {b"secret 7", b"ada@x.org", vectors[7].tobytes()}
    assert after == set()
    assert len(bobs) == 151


def test_store_works_on_after_compacting_and_opening(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    store.put("ada", [turn("ada", str(n), seconds=n, seed=n) for n in range(120)])
    store.delete("ada", ["0"])
    store.compact()
    store.put("ada", [turn("ada", "new", seconds=999)])
    store.close()

    store = open_at(tmp_path)
    loaded = store.load("ada")
    store.close()

    assert ids(loaded) == [*(str(n) for n in range(1, 120)), "new"]


def _on_disk(folder: Path, needles: list[bytes]) -> set[bytes]:
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {needle for needle in needles if any(needle in content for content in contents)}


def _exact_unit_vectors() -> Iterator[Vectors]:
    """Vectors that stay the same bits when they are normalised: four halves among zeros."""
    for places in combinations(range(DIMENSION), 4):
        for signs in product((-0.5, 0.5), repeat=4):
            vector = np.zeros(DIMENSION, np.float32)
            vector[list(places)] = signs
            yield vector


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def test_users_lie_in_several_collections_and_are_found(tmp_path: Path) -> None:
    users = [f"user {n}" for n in range(200)]
    store = ChromaStore.open(tmp_path, space="test", dimension=DIMENSION, n_shards=5)
    for user in users:
        store.put(user, [turn(user, "1")])
    store.close()

    store = open_at(tmp_path)  # the number of shards is the folder's, not the opener's
    loaded = [ids(store.load(user)) for user in users]
    store.close()

    assert loaded == [["1"]] * 200
    with sqlite3.connect(tmp_path / "chroma.sqlite3") as database:
        (n_collections,) = database.execute("SELECT count(*) FROM collections").fetchone()
    database.close()
    assert n_collections == 1 + 5


def test_whether_something_was_deleted_is_known_after_a_crash(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    store.put("ada", [turn("ada", "1", content="secret")])
    fresh = store.wants_compacting
    store.delete("ada", ["1"])
    store.close()

    store = open_at(tmp_path)
    after_opening = store.wants_compacting
    store.compact()
    after_compacting = store.wants_compacting
    store.close()

    assert (fresh, after_opening, after_compacting) == (False, True, False)
    assert _on_disk(tmp_path, [b"secret"]) == set()


def test_compacting_takes_files_of_replaced_indexes_away(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    store.put("ada", [turn("ada", str(n), seed=n) for n in range(300)])
    for n in range(4):
        store.delete("ada", [str(n)])
        store.compact()
    store.put("ada", [turn("ada", f"new {n}", seed=n) for n in range(100)])
    store.close()

    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1
    store = open_at(tmp_path)
    assert len(store.load("ada")) == 396
    store.close()


def test_readers_and_writers_do_not_notice_compacting(tmp_path: Path) -> None:
    store = open_at(tmp_path)
    store.put("ada", [turn("ada", str(n), seconds=n) for n in range(200)])
    stop = Event()

    def read() -> set[int]:
        seen = set()
        while not stop.is_set():
            seen.add(len(store.load("ada")))
        return seen

    with ThreadPoolExecutor(2) as pool:
        reading = [pool.submit(read) for _ in range(2)]
        for n in range(5):
            store.put("bob", [turn("bob", "1")])
            store.delete("bob", ["1"])
            store.put("ada", [turn("ada", f"more {n}", seconds=999)])
            store.compact()
        stop.set()
        seen = set.union(*(reader.result() for reader in reading))
    store.close()

    assert seen <= set(range(200, 206))


@pytest.mark.parametrize("interrupted", ["before the old one goes", "after it went"])
def test_compacting_cut_short_is_put_right_at_the_next_opening(tmp_path: Path, interrupted: str) -> None:
    store = open_at(tmp_path)
    store.put("ada", [turn("ada", str(n), seconds=n) for n in range(120)])
    store.delete("ada", ["0"])
    store.close()
    embedded = EmbeddedClient.open(tmp_path)
    [name] = [collection.name for collection in embedded.client.list_collections() if collection.name != "memories"]
    old = embedded.client.get_collection(name, embedding_function=None)
    if interrupted == "after it went":
        old.modify(name=f"{name}-new")
    else:
        embedded.client.create_collection(f"{name}-new", embedding_function=None)
    embedded.close()

    store = open_at(tmp_path)
    loaded = ids(store.load("ada"))
    store.compact()
    store.close()

    assert loaded == [str(n) for n in range(1, 120)]
    embedded = EmbeddedClient.open(tmp_path)
    names = [collection.name for collection in embedded.client.list_collections()]
    embedded.close()
    assert sorted(names) == ["memories", name]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_indexes_of_what_was_compacted_leave_memory(tmp_path: Path) -> None:
    """In a process of its own, whose memory nothing else grows."""
    program = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from tailored.memory.chroma import ChromaStore\n"
        "from tests.memory.conformance import turn\n"
        "store = ChromaStore.open(Path(sys.argv[1]), space='test', dimension=384, n_shards=16)\n"
        "users = [str(n) for n in range(90)]\n"
        "for _ in range(3):\n"
        "    for user in users:\n"
        "        entry = turn(user, '1')\n"
        "        store.put(user, [type(entry)(record=entry.record, vector=np.eye(384, dtype=np.float32)[int(user)])])\n"
        "    print(int(Path('/proc/self/statm').read_text().split()[1]) * 4096 >> 20)\n"
        "    for user in users:\n"
        "        store.erase(user)\n"
        "    store.compact()\n"
        "store.close()\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path], cwd=root, capture_output=True, text=True, check=True, timeout=300
    )
    first, *_, last = (int(line) for line in done.stdout.split())

    assert last < first + 40, done.stdout


def test_a_client_that_could_not_be_opened_again_is_opened_by_the_next_call(tmp_path: Path) -> None:
    embedded = EmbeddedClient.open(tmp_path)
    shards = Shards.open(embedded.client, space="test", dimension=DIMENSION)
    troubles = [OSError("too many open files")]

    def reopened() -> ClientAPI:
        if troubles:
            raise troubles.pop()
        return embedded.reopened()

    store = ChromaStore(shards, max_batch=100, release=embedded.close, folder=tmp_path, reopened=reopened)
    store.put("ada", [turn("ada", "1"), turn("ada", "2")])
    store.delete("ada", ["2"])
    with pytest.raises(StoreUnavailable):
        store.compact()

    assert ids(store.load("ada")) == ["1"]
    store.close()
