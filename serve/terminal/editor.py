"""Getting the user's version of a draft: from $EDITOR, or pasted line by line."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..errors import EditorFailed

__all__ = ["edit_in_editor", "read_paste"]

END_OF_PASTE = "."


def edit_in_editor(draft: str, command: str) -> str:
    """The draft as `command` (an editor, with arguments) left it.

    Raises EditorFailed when the editor is not there, exits with an error or saves in another encoding than UTF-8:
    the draft stays as it was.
    """
    with tempfile.TemporaryDirectory(prefix="tailored-") as folder:
        file = Path(folder) / "draft.txt"
        file.write_text(draft + "\n", encoding="utf-8")
        try:
            done = subprocess.run([*shlex.split(command), str(file)], check=False)
        except (OSError, ValueError) as error:
            raise EditorFailed(f"editor {command!r} cannot be started: {error}") from error
        if done.returncode != 0:
            raise EditorFailed(f"editor {command!r} exited with status {done.returncode}: nothing was changed")
        try:
            return file.read_text(encoding="utf-8").rstrip("\n")
        except UnicodeDecodeError as error:
            raise EditorFailed(
                f"editor {command!r} saved a file that is not UTF-8 (byte {error.start}): set its encoding; "
                "nothing was changed"
            ) from error


def read_paste(read_line: Callable[[], str | None]) -> str:
    """Lines up to one that is a single dot, or the end of input."""
    lines = []
    while (line := read_line()) is not None and line.strip() != END_OF_PASTE:
        lines.append(line)
    return "\n".join(lines).strip("\n")
