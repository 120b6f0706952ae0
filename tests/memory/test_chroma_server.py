from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from chromadb.api import ClientAPI

from tailored.memory.chroma_client import server_client
from tailored.memory.chroma_server import SharedChromaStore
from tailored.memory.chroma_versions import Versions
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.errors import RecordNotFound, SpaceMismatch, StoreUnavailable
from tailored.memory.memory import Memory
from tailored.memory.records import Episode
from tailored.memory.reembedding import reembed

from .conformance import DIMENSION, MemoryStoreTests, OpenStore, ids, turn
from .makers import clock, count_words, episode
from .server import chroma_server


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with chroma_server(tmp_path_factory.mktemp("server")) as port:
        yield port


@pytest.fixture
def empty(port: int) -> int:
    """The server's port; nothing is stored there."""
    client, release = server_client("127.0.0.1", port)
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    release()
    return port


def connect(port: int, *, space: str = "test", dimension: int = DIMENSION) -> SharedChromaStore:
    return SharedChromaStore.connect("127.0.0.1", port, space=space, dimension=dimension)


def memory_on(store: SharedChromaStore, *, dimension: int = 384) -> Memory:
    return Memory(store, HashingEmbedder(dimension), clock=clock, count_tokens=count_words)


def hashing_store(port: int, *, dimension: int = 384) -> SharedChromaStore:
    return connect(port, space=HashingEmbedder(dimension).space, dimension=dimension)


@pytest.fixture
def here(empty: int) -> Iterator[Memory]:
    with closing(hashing_store(empty)) as store:
        yield memory_on(store)


@pytest.fixture
def there(empty: int) -> Iterator[Memory]:
    with closing(hashing_store(empty)) as store:
        yield memory_on(store)


@pytest.fixture
def client(empty: int) -> Iterator[ClientAPI]:
    client, release = server_client("127.0.0.1", empty)
    yield client
    release()


class TestChromaServer(MemoryStoreTests):
    @pytest.fixture
    def open_store(self, empty: int) -> OpenStore:
        return lambda: connect(empty)


def test_server_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:9"):
        connect(9)


def test_vectors_of_another_space_are_refused(empty: int) -> None:
    connect(empty).close()

    with pytest.raises(SpaceMismatch, match="tailored reembed"):
        connect(empty, space="other")


def test_two_stores_begun_at_once_are_one(empty: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: connect(empty), range(4)))

    for number, store in enumerate(stores):
        store.put("ada", [turn("ada", str(number), seconds=number)])

    loaded = [ids(store.load("ada")) for store in stores]
    for store in stores:
        store.close()
    assert loaded == [["0", "1", "2", "3"]] * 4


# What one process writes, the next recall of another finds. Two memories share nothing but the server.


def test_write_of_another_process_is_recalled(here: Memory, there: Memory) -> None:
    here.remember("ada", [episode("I have a grey cat")])
    assert there.recall("ada", "cat", policy="search").hits

    here.remember("ada", [episode("I have a green bicycle", 1)])

    assert there.recall("ada", "bicycle", policy="search").hits[0].text == "I have a green bicycle"


def test_forgetting_and_erasing_reach_the_other_process(here: Memory, there: Memory) -> None:
    here.remember("ada", [episode("first"), episode("second", 1)])
    assert len(there.records("ada", Episode)) == 2

    here.forget("ada", "t-0")
    after_forgetting = [record.content for record in there.records("ada", Episode)]
    here.erase("ada")

    assert after_forgetting == ["second"]
    assert there.records("ada", Episode) == []
    with pytest.raises(RecordNotFound):
        there.remember("ada", [episode("late", 2)], resting_on=["t-1"])


def test_what_two_write_in_turn_both_see(here: Memory, there: Memory) -> None:
    for number in range(40):
        (here, there)[number % 2].remember("ada", [episode(f"turn {number}", number)])

        assert len(here.records("ada", Episode)) == number + 1
        assert len(there.records("ada", Episode)) == number + 1


def test_what_two_write_at_once_both_see(here: Memory, there: Memory) -> None:
    memories = [here, there]

    def write(which: int) -> None:
        for number in range(25):
            memories[which].remember("ada", [episode(f"turn {number}", number, thread=str(which))])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))

    assert [len(memory.records("ada", Episode)) for memory in memories] == [50, 50]


def test_real_processes_see_each_others_writes(here: Memory, empty: int) -> None:
    command = [sys.executable, "-c", _CHILD, str(empty)]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        seen_there, seen_here = [], []
        for number in range(5):
            here.remember("ada", [episode(f"ours {number}", number, thread="ours")])
            print(number, file=child.stdin, flush=True)
            seen_there.append(int(child.stdout.readline()))
            seen_here.append(len(here.records("ada", Episode)))
        child.stdin.close()

    assert seen_there == seen_here == [2, 4, 6, 8, 10]


_CHILD = """
import sys
from tests.memory.test_chroma_server import hashing_store, memory_on
from tests.memory.makers import episode
from tailored.memory.records import Episode
memory = memory_on(hashing_store(int(sys.argv[1])))
for line in sys.stdin:
    memory.remember("ada", [episode(f"theirs {line}", int(line), thread="theirs")])
    print(len(memory.records("ada", Episode)), flush=True)
"""


def test_of_many_that_claim_a_version_one_is_alone(client: ClientAPI) -> None:
    versions = Versions.open(client)

    with ThreadPoolExecutor(6) as pool:
        claimed = list(pool.map(lambda _: versions.advance("ada", 0), range(6)))

    assert sorted(version for version in claimed if version is not None) == [1]
    assert versions.newest("ada") == 6


def test_old_versions_are_swept_and_still_passed(client: ClientAPI) -> None:
    versions = Versions.open(client)
    version = 0
    for _ in range(100):
        version = versions.advance("ada", version) or 0

    assert version == versions.newest("ada") == 100
    assert all(versions.passed("ada", old) for old in range(100))
    assert not versions.passed("ada", 100)
    assert client.get_collection("memories-versions", embedding_function=None).count() < 60


def test_reembedding_a_server(here: Memory, client: ClientAPI, empty: int) -> None:
    here.remember("ada", [episode("I have a grey cat"), episode("I have a green bicycle", 1)])

    n_embedded = reembed(client, HashingEmbedder(64))

    assert n_embedded == 2
    with closing(hashing_store(empty, dimension=64)) as store:
        found = memory_on(store, dimension=64).recall("ada", "a bicycle", policy="search").hits
    assert found[0].text == "I have a green bicycle"
