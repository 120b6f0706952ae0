from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tailored.memory.errors import StoreLocked, StoreUnavailable
from tailored.memory.lock import FolderLock

HOLD = """
import sys, time
from pathlib import Path
from tailored.memory.lock import FolderLock
lock = FolderLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""
ROOT = Path(__file__).resolve().parents[2]


def test_another_process_is_named_and_its_crash_frees_the_folder(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT) as holder:
        assert holder.stdout is not None
        try:
            assert holder.stdout.readline() == b"held\n"
            with pytest.raises(StoreLocked) as caught:
                FolderLock(tmp_path).acquire()
        finally:
            holder.kill()

    assert f"process {holder.pid}" in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    FolderLock(tmp_path).acquire().release()


def test_same_process_cannot_take_it_twice(tmp_path: Path) -> None:
    with FolderLock(tmp_path), pytest.raises(StoreLocked, match="this process"):
        FolderLock(tmp_path).acquire()


def test_folder_is_made_and_free_after_release(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    first = FolderLock(folder).acquire()

    first.release()
    first.release()

    with FolderLock(folder):
        assert (folder / "tailored.pid").read_text() == str(os.getpid())


def test_waits_no_longer_than_told(tmp_path: Path) -> None:
    with FolderLock(tmp_path):
        started = time.monotonic()

        with pytest.raises(StoreLocked):
            FolderLock(tmp_path).acquire(timeout_s=0.2)

        assert 0.2 <= time.monotonic() - started < 5


def test_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StoreUnavailable, match="file"):
        FolderLock(tmp_path / "file" / "data").acquire()
