"""The files of an embedded Chroma folder, where they keep more than they should.

Chroma begins the file of an index by writing the memory that it has set aside for it, as the memory happens to be:
with whatever lay there before, such as texts that were erased meanwhile (chromadb 1.5.9, `initPersistentIndex` of
https://github.com/chroma-core/hnswlib). And it leaves the index of a deleted collection behind.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
from pathlib import Path
from uuid import UUID

__all__ = ["Indexes", "collections_with_deletions"]

HEADER_FILE = "header.bin"
_HEADER = struct.Struct("=iQQQQ")
"""Version, offset of the links, room for so many vectors, number of vectors, bytes of each."""
LENGTH_BYTES = 4
DELETE = 3
"""How Chroma's log names the operation."""


class Indexes:
    """The index files in a folder. Chroma must not write while a method runs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._clean: set[str] = set()

    def begun(self) -> bool:
        """Whether there are indexes that `wipe` has not seen."""
        return bool(self._unseen())

    def wipe(self) -> None:
        """Overwrite what lies behind the last vector, once for each index: what comes there later is Chroma's own."""
        for path in self._unseen():
            _wipe(path)
            self._clean.add(path.name)

    def remove_unused(self, database: sqlite3.Connection) -> None:
        """Delete the files of collections that are gone."""
        used = {segment for (segment,) in database.execute("SELECT id FROM segments")}
        for path in list(self._folder.iterdir()):
            if path.is_dir() and _is_uuid(path.name) and path.name not in used:
                shutil.rmtree(path)

    def _unseen(self) -> list[Path]:
        # Asked at each write: by names first, which takes 0.1 ms.
        with os.scandir(self._folder) as found:
            names = [entry.name for entry in found if entry.name not in self._clean and _is_uuid(entry.name)]
        return [self._folder / name for name in names if (self._folder / name / HEADER_FILE).is_file()]


def collections_with_deletions(database: sqlite3.Connection) -> set[str]:
    """Ids of the collections whose log still holds deleted rows, and what was in them before."""
    topics = database.execute("SELECT DISTINCT topic FROM embeddings_queue WHERE operation = ?", (DELETE,))
    return {topic.rpartition("/")[2] for (topic,) in topics}


def _wipe(index: Path) -> None:
    header = (index / HEADER_FILE).read_bytes()
    if len(header) < _HEADER.size:
        return
    _, _, _, n_vectors, size = _HEADER.unpack_from(header)
    _zero(index / "data_level0.bin", n_vectors * size)
    _zero(index / "length.bin", n_vectors * LENGTH_BYTES)


def _zero(path: Path, start: int) -> None:
    if path.is_file() and (length := path.stat().st_size - start) > 0:
        with path.open("r+b") as file:
            file.seek(start)
            file.write(bytes(length))


def _is_uuid(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
