"""The input file: read once to be checked, then line by line as its lines are run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from .errors import InputRefused, MalformedLine
from .index import Index, Pending
from .lines import Chat, Line, parse

__all__ = ["Source"]

LONGEST_LINE = 8 * 2**20
"""Bytes."""
NAMED_AT_MOST = 10
"""Lines that a refusal names."""


@dataclass(frozen=True, slots=True)
class _Raw:
    number: int
    start: int
    data: bytes


class Source:
    """Raises InputRefused when there is no such file."""

    def __init__(self, path: Path, *, default_user: str) -> None:
        if not path.is_file():
            raise InputRefused(f"there is no file {path}")
        self._path = path
        self._default_user = default_user
        self._file = path.open("rb")

    def check(self, index: Index, *, strict: bool) -> None:
        """Put every line into the index.

        Raises InputRefused, before anything runs, where ids are used twice, or with `strict` where a line is malformed.
        """
        twice: list[str] = []
        malformed: list[str] = []
        for raw in self._lines():
            earlier = self._add(raw, index, malformed)
            if earlier is not None:
                twice.append(f"line {raw.number} has the id of line {earlier}")
                del twice[NAMED_AT_MOST + 1 :]
        if twice:
            raise InputRefused(f"{self._path}: each `custom_id` may be used once: {_some(twice)}")
        if malformed and strict:
            raise InputRefused(f"{self._path}: {_some(malformed)}")

    def read(self, pending: Pending) -> Line:
        """A line that `check` found good. Raises MalformedLine when the file was changed meanwhile."""
        self._file.seek(pending.start)
        return parse(self._file.read(pending.size), default_user=self._default_user)

    def _add(self, raw: _Raw, index: Index, malformed: list[str]) -> int | None:
        try:
            if len(raw.data) > LONGEST_LINE:
                raise MalformedLine(f"the line is longer than {LONGEST_LINE} bytes")
            line = parse(raw.data, default_user=self._default_user)
        except MalformedLine as error:
            malformed.append(f"line {raw.number}: {error}")
            del malformed[NAMED_AT_MOST + 1 :]
            return index.add_malformed(raw.number, error.custom_id, str(error))
        chat = isinstance(line.action, Chat)
        return index.add(raw.number, line.custom_id, line.user_id, start=raw.start, size=len(raw.data), chat=chat)

    def _lines(self) -> Iterator[_Raw]:
        """The lines that are not blank; of one that is too long, the beginning."""
        start = 0
        with self._path.open("rb") as file:
            number = 0
            while data := file.readline(LONGEST_LINE + 1):
                number += 1
                rest = data
                while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(LONGEST_LINE + 1)
                if data.strip():
                    yield _Raw(number, start, data)
                start = file.tell()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _some(said: list[str]) -> str:
    more = ", and more" if len(said) > NAMED_AT_MOST else ""
    return "; ".join(said[:NAMED_AT_MOST]) + more
