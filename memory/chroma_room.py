"""Room on the disk, looked for before Chroma needs it."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from .chroma_client import DATABASE
from .errors import StoreUnavailable

__all__ = ["ROOM", "check_room"]

ROOM = 32 * 2**20
"""Bytes that must be free."""


def check_room(folder: Path, *, copied: bool = False) -> None:
    """Raise StoreUnavailable where the disk of an embedded store is as good as full; `copied` needs its size once more.

    Chroma must not meet a full disk: after a write that failed for want of room the next one never returns, and keeps
    the interpreter's lock, so that the whole process stands still until it is killed (chromadb 1.5.9).
    """
    needed = ROOM + (_size(folder / DATABASE) if copied else 0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StoreUnavailable(
            f"the disk of {folder} is full: {free >> 20} MiB are free and {needed >> 20} are needed; make room, "
            "what waits is then written by itself"
        ) from OSError(errno.ENOSPC, "No space left on device")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
