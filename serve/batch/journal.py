"""The output files as the journal of a batch.

A line is answered when its answer lies in one of the two files, synced to the disk. Cut short at any point, a run
leaves whole lines and perhaps one torn one, which the next run cuts off. Beside them lies the folder `OUT.run` while
a batch is unfinished: it keeps a second process out, and the run's name.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from ...memory import StoreLocked
from ...memory.lock import FolderLock
from .errors import OutputRefused

__all__ = ["Journal", "Written", "errors_path", "written_in"]

_NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A line that is answered."""

    custom_id: str | None
    record_id: str | None
    """For an answer: the record it left in memory."""
    number: int | None
    """For a refusal: the number of the line."""


class Journal:
    """Opened by one run at a time; `append` returns when the lines are on the disk."""

    def __init__(self, path: Path, *, run: str, resumed: bool, lock: FolderLock) -> None:
        self.run = run
        self.resumed = resumed
        self.path = path
        self.errors_path = errors_path(path)
        self._lock = lock
        self._answers = _open(self.path)
        self._errors = _open(self.errors_path)

    @classmethod
    def open(cls, path: Path, *, new_run: str, retry: bool = False) -> Journal:
        """The journal of a new run, or of one that was cut short. With `retry` the lines that failed are tried again.

        Raises OutputRefused where `path` holds something else, or another process is writing it.
        """
        for file in (path, errors_path(path)):
            _check(file)
        folder = _run_folder(path)
        named = folder / _NAME
        resumed = named.is_file()
        try:
            lock = FolderLock(folder).acquire()
        except StoreLocked:
            raise OutputRefused(f"{path} is being written by another run: wait for it, or name another file") from None
        if not resumed:
            _write_durably(named, new_run)
        if retry:
            errors_path(path).unlink(missing_ok=True)
        return cls(path, run=named.read_text(encoding="ascii") or new_run, resumed=resumed, lock=lock)

    def append(self, answers: bytes, errors: bytes) -> None:
        """Whole lines for both files; on the disk when this returns. Blocking."""
        for file, lines in ((self._answers, answers), (self._errors, errors)):
            rest = memoryview(lines)
            while rest:
                rest = rest[file.write(rest) :]
            if lines:
                os.fsync(file.fileno())

    def close(self, *, finished: bool) -> None:
        """Give up the files. When everything is answered nothing of the run's own is left."""
        self._answers.close()
        self._errors.close()
        self._lock.release()
        if finished:
            shutil.rmtree(_run_folder(self.path), ignore_errors=True)
            if not self.errors_path.stat().st_size:
                self.errors_path.unlink()


def written_in(path: Path) -> Iterator[Written]:
    """The lines that are answered, those that failed too. Raises OutputRefused where a file holds something else."""
    for file in filter(Path.exists, (path, errors_path(path))):
        with file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.endswith(b"\n"):  # else torn: not answered
                    yield _read(line, file, number)


def errors_path(path: Path) -> Path:
    """`out.jsonl` gives `out.errors.jsonl`."""
    return path.with_suffix(f".errors{path.suffix}")


def _run_folder(path: Path) -> Path:
    return path.with_name(f"{path.name}.run")


def _open(path: Path) -> FileIO:
    """The file, ready to be appended to, without the torn line that a crash may have left at its end."""
    new = not path.exists()
    # Without a buffer, so that what a full disk has refused is not written later.
    file = path.open("w+b" if new else "r+b", buffering=0)
    size = file.seek(0, os.SEEK_END)
    whole = _end_of_lines(file, size)
    if whole < size:
        file.truncate(whole)
        os.fsync(file.fileno())
    file.seek(whole)
    if new:
        _sync_folder(path.parent)
    return file


def _end_of_lines(file: FileIO, size: int) -> int:
    """Where the last whole line ends, looking from the back."""
    end, block = size, 65536
    while end:
        start = max(0, end - block)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _check(path: Path) -> None:
    """Refuse to write into a file that no batch has written."""
    if path.is_dir():
        raise OutputRefused(f"{path} is a folder: name a file")
    if path.exists():
        with path.open("rb") as lines:
            first = lines.readline(1 << 26)
        if first.endswith(b"\n"):
            _read(first, path, 1)
        elif first and not b'{"id":"batch_req_'.startswith(first[:17]):
            raise _not_ours(path, 1)


def _read(line: bytes, path: Path, number: int) -> Written:
    try:
        fields: dict[str, Any] = json.loads(line)
        body, error = fields["response"]["body"], fields["error"]
        return Written(custom_id=fields["custom_id"], record_id=body.get("id"), number=error["line"] if error else None)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _not_ours(path, number) from None


def _not_ours(path: Path, number: int) -> OutputRefused:
    return OutputRefused(f"{path} holds something else than a batch's answers (line {number}): name another file")


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _sync_folder(path.parent)
    _sync_folder(path.parent.parent)


def _sync_folder(path: Path) -> None:
    """So that a file's name survives a crash of the machine as its bytes do."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
