"""Writing a folder or a file so that it is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["whole_file", "whole_folder"]


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """A folder to write into; it gets its name when all went well. Where another was quicker, theirs stays."""
    part = Path(tempfile.mkdtemp(prefix=f"{path.name}-", dir=path.parent))
    try:
        yield part
        if not path.is_dir():
            part.rename(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write into; it gets its name when all went well."""
    handle, name = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)
