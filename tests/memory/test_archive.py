from __future__ import annotations

import tarfile
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest

from tailored.memory.archive import pack, unpack
from tailored.memory.chroma import ChromaStore
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.errors import StoreUnavailable
from tailored.memory.journaled import JournaledStore
from tailored.memory.memory import Memory
from tailored.memory.records import Episode

from .makers import clock, count_words, episode

EMBEDDER = HashingEmbedder()


def open_store(folder: Path) -> JournaledStore:
    chroma = ChromaStore.open(folder, space=EMBEDDER.space, dimension=EMBEDDER.dimension)
    return JournaledStore.open(chroma, folder / "journal.sqlite3", dimension=EMBEDDER.dimension)


def memory_on(store: JournaledStore) -> Memory:
    return Memory(store, EMBEDDER, clock=clock, count_tokens=count_words)


def test_backup_of_a_closed_folder_comes_back_as_it_was(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "data")) as store:
        memory_on(store).remember("ada", [episode(f"turn {n}", n) for n in range(150)])
        before = [(entry.record, entry.vector is not None) for entry in store.load("ada")]
    (tmp_path / "data" / "catalog").mkdir()
    (tmp_path / "data" / "catalog" / "items.jsonl").write_text("{}\n")

    pack(tmp_path / "data", tmp_path / "out" / "backup.tar.gz")
    unpack(tmp_path / "out" / "backup.tar.gz", tmp_path / "again")

    assert not (tmp_path / "again" / "tailored.lock").exists()
    with closing(open_store(tmp_path / "again")) as store:
        assert [(entry.record, entry.vector is not None) for entry in store.load("ada")] == before
        assert memory_on(store).recall("ada", "turn 7", policy="search").hits
    assert (tmp_path / "again" / "catalog" / "items.jsonl").read_text() == "{}\n"


def test_what_waits_in_the_journal_is_in_the_backup(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "data")) as store:
        memory = memory_on(store)
        memory.remember("ada", [episode("just said")])
        with memory.still():
            pack(tmp_path / "data", tmp_path / "backup", without=frozenset({"journal.sqlite3"}))

    unpack(tmp_path / "backup", tmp_path / "again")

    with closing(open_store(tmp_path / "again")) as store:
        assert [entry.record.text for entry in store.load("ada")] == ["just said"]


def test_backup_while_others_write_is_whole(tmp_path: Path) -> None:
    stop = Event()
    with closing(open_store(tmp_path / "data")) as store:
        memory = memory_on(store)
        memory.remember("ada", [episode(f"before {n}", n) for n in range(120)])

        def write() -> None:
            number = 0
            while not stop.is_set():
                memory.remember("bob", [episode(f"meanwhile {number}", number, user_id="bob")])
                number += 1

        writer = Thread(target=write)
        writer.start()
        with memory.still():
            pack(tmp_path / "data", tmp_path / "backup", without=frozenset({"journal.sqlite3"}))
        stop.set()
        writer.join()

    unpack(tmp_path / "backup", tmp_path / "again")

    with closing(open_store(tmp_path / "again")) as store:
        assert len(store.load("ada")) == 120
        bobs = [record.content for record in memory_on(store).records("bob", Episode)]
        assert bobs == [f"meanwhile {n}" for n in range(len(bobs))]


def test_nothing_erased_is_in_a_backup(tmp_path: Path) -> None:
    with closing(open_store(tmp_path / "data")) as store:
        memory = memory_on(store)
        memory.remember("ada@x.org", [episode(f"secret {n}", n, user_id="ada@x.org") for n in range(150)])
        memory.remember("bob", [episode("kept", user_id="bob")])
        memory.erase("ada@x.org")
        with memory.still():
            pack(tmp_path / "data", tmp_path / "backup", without=frozenset({"journal.sqlite3"}))

    unpack(tmp_path / "backup", tmp_path / "again")

    content = b"".join(path.read_bytes() for path in (tmp_path / "again").rglob("*") if path.is_file())
    assert b"kept" in content
    assert b"secret" not in content
    assert b"ada@x.org" not in content


def test_restoring_over_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    pack(tmp_path / "data", tmp_path / "backup")
    (tmp_path / "data" / "mine").write_text("keep me")

    with pytest.raises(StoreUnavailable, match="not empty"):
        unpack(tmp_path / "backup", tmp_path / "data")

    assert (tmp_path / "data" / "mine").read_text() == "keep me"


def test_a_file_that_is_no_backup_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no archive")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "text", "text")

    for name in ("text", "other.tar.gz", "not there"):
        with pytest.raises(StoreUnavailable, match="backup"):
            unpack(tmp_path / name, tmp_path / "data")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.tar.gz", "text"]


def test_a_backup_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "large").write_bytes(bytes(range(256)) * 4000)
    pack(tmp_path / "data", tmp_path / "backup")
    whole = (tmp_path / "backup").read_bytes()
    (tmp_path / "backup").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(StoreUnavailable, match="cannot be restored"):
        unpack(tmp_path / "backup", tmp_path / "again")

    assert not (tmp_path / "again").exists()


def test_a_backup_does_not_go_into_the_folder_it_is_of(tmp_path: Path) -> None:
    (tmp_path / "jobs.txt").write_text("text")

    with pytest.raises(StoreUnavailable, match="put it elsewhere"):
        pack(tmp_path, tmp_path / "backups" / "backup.tar.gz")

    assert [path.name for path in tmp_path.iterdir()] == ["jobs.txt"]
