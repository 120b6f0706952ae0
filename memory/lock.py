"""One process per data folder.

Chroma's embedded mode does not notice a second process and then silently loses rows from the index
(https://github.com/chroma-core/chroma/issues/3792), so the second one is refused here.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from .errors import StoreLocked, StoreUnavailable

__all__ = ["FolderLock"]

LOCK_FILE = "tailored.lock"
PID_FILE = "tailored.pid"


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
            self._folder.mkdir(parents=True, exist_ok=True)
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
