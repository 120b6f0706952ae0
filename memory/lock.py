"""One process per data folder.

Chroma's embedded mode does not notice a second process and then silently loses rows from the index
(https://github.com/chroma-core/chroma/issues/3792), so the second one is refused here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from .errors import StoreLocked, StoreUnavailable

__all__ = ["FolderLock", "has_open"]

LOCK_FILE = "tailored.lock"
PID_FILE = "tailored.pid"


def has_open(path: Path) -> int | None:
    """The other process that has a file open, where the system tells (Linux, one's own processes); None otherwise."""
    whole = str(path.resolve())
    processes = (int(name) for name in _listed("/proc") if name.isdigit())
    return next((process for process in processes if process != os.getpid() and whole in _opened_by(process)), None)


def _opened_by(process: int) -> Iterator[str]:
    folder = f"/proc/{process}/fd"
    for name in _listed(folder):
        with suppress(OSError):  # closed meanwhile
            yield os.readlink(f"{folder}/{name}")


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []  # another user's, or ended meanwhile, or a system without it


class FolderLock:
    """Holds a folder for this process until `release`, or until this object is gone.

    The operating system lets go of it after a crash, too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Not per thread: a store may be closed by another thread than the one that opened it.
        self._lock = FileLock(folder / LOCK_FILE, thread_local=False)

    def acquire(self, *, timeout_s: float = 0) -> Self:
        """Take the folder, creating it if need be, waiting at most `timeout_s` seconds for another holder.

        Raises StoreLocked when it is held, StoreUnavailable when the folder cannot be written.
        """
        try:
            # Readable for its owner alone: other accounts of the machine are other people.
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=timeout_s)
            (self._folder / PID_FILE).write_text(str(os.getpid()), encoding="ascii")
        except Timeout:
            raise StoreLocked(self._refusal()) from None
        except (OSError, NotImplementedError) as error:
            self._lock.release()
            raise StoreUnavailable(f"the data folder {self._folder} cannot be locked: {error}") from error
        return self

    def release(self) -> None:
        """Let go of the folder; a second call does nothing."""
        if self._lock.is_locked:
            (self._folder / PID_FILE).unlink(missing_ok=True)
            self._lock.release(force=True)

    def __enter__(self) -> Self:
        return self if self._lock.is_locked else self.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.release()

    def _refusal(self) -> str:
        holder = self._holder()
        who = "this process" if holder == str(os.getpid()) else f"process {holder}"
        return (
            f"the data folder {self._folder} is open in {who}: close it there, choose another folder, "
            "or run a Chroma server for several processes"
        )

    def _holder(self) -> str:
        try:
            return (self._folder / PID_FILE).read_text(encoding="ascii").strip() or "?"
        except (OSError, UnicodeDecodeError):
            return "?"
