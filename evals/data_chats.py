"""The long chats that lie in a file or folder, each told apart by what is in it: LoCoMo, REALTALK, BEAM.

A file that is none of them is passed over; one that is, but broken, is an error and never a smaller benchmark.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from . import data_beam, data_locomo, data_realtalk
from .data_dialogue import Dialogue
from .errors import DataBroken, DataMissing

__all__ = ["chats_in"]

_SETS: Mapping[str, tuple[Callable[[Any], bool], Callable[[Any, Path], list[Dialogue]]]] = {
    "locomo": (data_locomo.is_one, data_locomo.read),
    "realtalk": (data_realtalk.is_one, data_realtalk.read),
    "beam": (data_beam.is_one, data_beam.read),
}
_TRACES = ('"dia_id"', '"batch_number"')
"""What only a file of these sets holds: one that is no JSON although it does was cut off."""


def chats_in(path: Path) -> dict[str, list[Dialogue]]:
    """The chats of each set in a file or below a folder, each chat once.

    Raises DataMissing when there is none, DataBroken naming the file and what is wrong with it.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.json"), key=_numbered)
    found: dict[str, list[Dialogue]] = {}
    seen: set[tuple[str, ...]] = set()
    for name, chat in (chat for file in files for chat in _read(file)):
        texts = tuple(episode.text for episode in chat.episodes)
        if texts and texts not in seen:
            seen.add(texts)
            found.setdefault(name, []).append(chat)
    if not found:
        raise DataMissing(f"there are no chats of {', '.join(_SETS)} in {path}: --data names a file or folder of them")
    return {name: found[name] for name in _SETS if name in found}


def _numbered(file: Path) -> list[tuple[int, str]]:
    """Sorts chat 9 before chat 10."""
    return [(len(part), part) for part in file.parts]


def _read(file: Path) -> Iterator[tuple[str, Dialogue]]:
    value = _parsed(file)
    for name, (is_one, read) in _SETS.items():
        if is_one(value):
            try:
                chats = read(value, file)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                raise DataBroken(f"{file} is no whole file of {name}: {where}: {first['msg']}") from error
            except KeyError as error:
                raise DataBroken(f"{file} is no whole file of {name}: it lacks {error}") from error
            except (AttributeError, TypeError, ValueError) as error:
                raise DataBroken(f"{file} is no whole file of {name}: {error}") from error
            yield from ((name, chat) for chat in chats)
            return


def _parsed(file: Path) -> Any:
    """What the file holds; None for something else than JSON."""
    text = file.read_text("utf-8", errors="replace")
    try:
        return json.loads(text)
    except JSONDecodeError as error:
        if any(trace in text for trace in _TRACES):
            raise DataBroken(f"{file} is cut off or no JSON: line {error.lineno}: {error.msg}") from error
        return None
