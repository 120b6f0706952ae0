"""Backup and restore of a data folder: one compressed file that holds all of it."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from .errors import StoreUnavailable
from .lock import LOCK_FILE, PID_FILE

__all__ = ["pack", "unpack"]

MANIFEST = "tailored-backup.json"
FORMAT = {"format": "tailored-backup/1"}
LEVEL = 1
"""Vectors hardly compress: more effort only takes longer."""
_DATABASE = ".sqlite3"
_LEFT_OUT = frozenset({LOCK_FILE, PID_FILE})
_PARTS_OF_DATABASES = (f"{_DATABASE}-wal", f"{_DATABASE}-shm", f"{_DATABASE}-journal")


def pack(folder: Path, target: Path, *, without: frozenset[str] = frozenset()) -> int:
    """Write everything in the data folder to the file `target`, replacing it; says how many files that were.

    Nothing but SQLite's databases may change in the folder meanwhile; those are copied as of one moment. `without`
    names files at the top of the folder that are left out. `target` is there when it is complete, and not before.
    Raises StoreUnavailable when a file cannot be read or written, or `target` lies in the folder: the next backup would
    hold this one, with what was erased meanwhile.
    """
    if target.resolve().is_relative_to(folder.resolve()):
        raise StoreUnavailable(f"the backup {target} would lie in {folder}, which it is a copy of: put it elsewhere")
    partial = target.with_name(f"{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            with (
                open(partial, "wb", opener=_private) as file,
                tarfile.open(fileobj=file, mode="w:gz", compresslevel=LEVEL) as archive,
            ):
                _add_manifest(archive)
                n_files = sum(1 for path in _files(folder, without) if _add(archive, folder, path, Path(scratch)))
            partial.replace(target)
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise StoreUnavailable(f"the backup {target} cannot be written: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return n_files


def _private(path: str, flags: int) -> int:
    """Readable for its owner alone, as the data folder is."""
    return os.open(path, flags, 0o600)


def unpack(source: Path, folder: Path) -> int:
    """Make the data folder anew from a backup; says how many files that were. All of it is there, or nothing.

    Raises StoreUnavailable when the folder holds something already, or the file is no backup.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreUnavailable(f"{folder} is not empty: restore into another folder, or move this one away")
    fresh = folder.with_name(f"{folder.name}.restoring")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(mode=0o700, parents=True)
        with tarfile.open(source, "r:gz") as archive:
            _check_manifest(archive, source)
            archive.extractall(fresh, filter="data")
        (fresh / MANIFEST).unlink()
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)
    except (OSError, EOFError, tarfile.TarError) as error:
        raise StoreUnavailable(f"the backup {source} cannot be restored to {folder}: {error}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return sum(1 for path in folder.rglob("*") if path.is_file())


def _files(folder: Path, without: frozenset[str]) -> Iterator[Path]:
    left_out = _LEFT_OUT | without
    for path in sorted(folder.rglob("*")):
        at_top = path.parent == folder
        if path.is_file() and not (at_top and path.name in left_out) and not path.name.endswith(_PARTS_OF_DATABASES):
            yield path


def _add(archive: tarfile.TarFile, folder: Path, path: Path, scratch: Path) -> bool:
    name = str(path.relative_to(folder))
    if path.suffix != _DATABASE:
        archive.add(path, name, recursive=False)
        return True
    copy = scratch / path.name
    with closing(sqlite3.connect(path)) as database:
        # As of one moment, and without the bytes of deleted rows.
        database.execute("VACUUM INTO ?", (str(copy),))
    archive.add(copy, name)
    copy.unlink()
    return True


def _add_manifest(archive: tarfile.TarFile) -> None:
    content = json.dumps(FORMAT).encode()
    member = tarfile.TarInfo(MANIFEST)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _check_manifest(archive: tarfile.TarFile, source: Path) -> None:
    first = archive.next()
    content = archive.extractfile(first) if first is not None and first.name == MANIFEST else None
    try:
        said = json.load(content) if content else None
    except ValueError:
        said = None
    if said != FORMAT:
        raise StoreUnavailable(f"{source} is no backup that this version of tailored reads")
