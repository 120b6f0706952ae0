"""One user's memory in RAM, laid out for recall: a matrix of vectors, a BM25 index and who follows whom.

The store is the truth; a working set is loaded from it and thrown away at will. Every record has a row; arrays are
indexed by row, so that recall is a few matrix operations and no loop over records. Rows of forgotten records are used
again. Not thread-safe: its owner holds the user's lock.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .embedders.base import Vectors
from .lexical import LexicalIndex
from .records import KINDS, Episode, Fact, Kind, Record
from .store import Entry

__all__ = ["NO_ROW", "Rows", "WorkingSet"]

Rows = NDArray[np.int32]
Mask = NDArray[np.bool_]
R = TypeVar("R", bound=Record)

NO_ROW = -1
_MIN_ROWS = 16
_CODES: dict[str, int] = {kind: code for code, kind in enumerate(KINDS)}
_RECORD_BYTES = 800
"""About what a record object costs beside its text."""


class WorkingSet:
    """One user's records with what recall needs about each, by row."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.lexical = LexicalIndex()
        self._records: list[Record | None] = []
        self._row_of: dict[str, int] = {}
        self._free: list[int] = []
        self._threads: dict[str, list[tuple[int, int]]] = {}
        self._superseded: dict[int, str] = {}
        self._text_bytes = 0
        self._vectors: Vectors = np.zeros((_MIN_ROWS, 0), np.float32)
        self._codes: NDArray[np.int8] = np.full(_MIN_ROWS, -1, np.int8)
        self._has_vector: Mask = np.zeros(_MIN_ROWS, np.bool_)
        self._said: Mask = np.zeros(_MIN_ROWS, np.bool_)
        self._previous: Rows = np.full(_MIN_ROWS, NO_ROW, np.int32)
        self.put(entries)

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._row_of

    def __iter__(self) -> Iterator[Record]:
        return (record for record in self._records if record is not None)

    # What recall reads, by row. Views, not copies: valid until the next change.

    @property
    def n_rows(self) -> int:
        return len(self._records)

    @property
    def vectors(self) -> Vectors:
        """Shape (n_rows, dimension); zeros where a row has none. The dimension is 0 before the first vector."""
        return self._vectors[: self.n_rows]

    @property
    def has_vector(self) -> Mask:
        return self._has_vector[: self.n_rows]

    @property
    def said_by_user(self) -> Mask:
        """Whether the text is the user's own (typed, edited or imported as theirs), not an assistant's or a tool's."""
        return self._said[: self.n_rows]

    @property
    def previous(self) -> Rows:
        """For each row the row of the turn before it in its thread, or NO_ROW."""
        return self._previous[: self.n_rows]

    def of_kinds(self, kinds: Iterable[Kind]) -> Mask:
        """Which rows hold a searchable record of these kinds, shape (n_rows,)."""
        wanted = np.zeros(len(_CODES) + 1, np.bool_)
        wanted[[_CODES[kind] for kind in kinds]] = True
        # Code -1 (a free row or a record without text) picks the last place, which is never wanted.
        return wanted[self._codes[: self.n_rows]]

    def row(self, record_id: str) -> int:
        """The row of a record, or NO_ROW."""
        return self._row_of.get(record_id, NO_ROW)

    def record_at(self, row: int) -> Record:
        record = self._records[row]
        if record is None:
            raise LookupError(f"row {row} is free")
        return record

    def superseded(self) -> list[tuple[int, int]]:
        """(row, row of the newest fact that replaced it, or NO_ROW) of every fact that no longer holds."""
        return [(row, self._newest(successor)) for row, successor in self._superseded.items()]

    def _newest(self, record_id: str) -> int:
        seen: set[int] = set()
        row = self.row(record_id)
        while row in self._superseded and row not in seen:
            seen.add(row)
            row = self.row(self._superseded[row])
        return row

    # What the facade reads.

    def get(self, record_id: str) -> Record | None:
        row = self._row_of.get(record_id)
        return None if row is None else self._records[row]

    def records(self, kind: type[R]) -> list[R]:
        """All records of one class, oldest first."""
        found = [record for record in self._records if isinstance(record, kind)]
        return sorted(found, key=lambda record: record.created)

    def thread(self, thread: str, last: int | None = None) -> list[Episode]:
        """The turns of a thread in order; only the `last` ones when a number is given."""
        rows = self._threads.get(thread, [])
        kept = rows if last is None else rows[len(rows) - min(last, len(rows)) :]
        return [episode for _, row in kept if isinstance(episode := self._records[row], Episode)]

    @property
    def nbytes(self) -> int:
        """About how much memory this user takes."""
        return self._vectors.nbytes + self.lexical.nbytes + self._text_bytes + _RECORD_BYTES * len(self._row_of)

    # Changes.

    def put(self, entries: Iterable[Entry]) -> None:
        """Add records, or replace those with the same id."""
        for entry in entries:
            self.remove(entry.record.id)
            self._place(self._take_row(), entry)

    def remove(self, record_id: str) -> bool:
        """Forget a record; says whether there was one."""
        row = self._row_of.pop(record_id, None)
        if row is None:
            return False
        record = self.record_at(row)
        self._text_bytes -= len(record.text)
        self.lexical.remove(row)
        self._superseded.pop(row, None)
        if isinstance(record, Episode):
            self._leave_thread(record, row)
        self._records[row] = None
        self._codes[row] = -1
        self._has_vector[row] = self._said[row] = False
        self._vectors[row] = 0
        self._free.append(row)
        return True

    def _take_row(self) -> int:
        if self._free:
            return self._free.pop()
        self._records.append(None)
        if len(self._records) > len(self._codes):
            self._grow(2 * len(self._codes))
        return len(self._records) - 1

    def _grow(self, n_rows: int) -> None:
        more = n_rows - len(self._codes)
        self._vectors = np.pad(self._vectors, ((0, more), (0, 0)))
        self._codes = np.pad(self._codes, (0, more), constant_values=-1)
        self._has_vector = np.pad(self._has_vector, (0, more))
        self._said = np.pad(self._said, (0, more))
        self._previous = np.pad(self._previous, (0, more), constant_values=NO_ROW)

    def _place(self, row: int, entry: Entry) -> None:
        record = entry.record
        self._records[row] = record
        self._row_of[record.id] = row
        self._said[row] = record.source in ("user", "import")
        self._text_bytes += len(record.text)
        if record.text:
            self._codes[row] = _CODES[record.kind]
            self.lexical.add(row, record.text)
        if entry.vector is not None:
            self._set_vector(row, entry.vector)
        if isinstance(record, Episode):
            self._join_thread(record, row)
        if isinstance(record, Fact) and record.superseded_by:
            self._superseded[row] = record.superseded_by

    def _set_vector(self, row: int, vector: Vectors) -> None:
        if not self._vectors.shape[1]:
            self._vectors = np.zeros((len(self._codes), len(vector)), np.float32)
        if vector.shape != self._vectors.shape[1:]:
            raise ValueError(f"a vector of shape {vector.shape} among vectors of shape {self._vectors.shape[1:]}")
        self._vectors[row] = vector
        self._has_vector[row] = True

    def _join_thread(self, episode: Episode, row: int) -> None:
        rows = self._threads.setdefault(episode.thread, [])
        insort(rows, (episode.order, row))
        self._link(rows, bisect_left(rows, (episode.order, row)))

    def _leave_thread(self, episode: Episode, row: int) -> None:
        rows = self._threads[episode.thread]
        at = bisect_left(rows, (episode.order, row))
        del rows[at]
        self._previous[row] = NO_ROW
        self._link(rows, at)
        if not rows:
            del self._threads[episode.thread]

    def _link(self, rows: list[tuple[int, int]], at: int) -> None:
        """Set the predecessor of the turn at this place of its thread and of the one after it."""
        for place in range(at, min(at + 2, len(rows))):
            self._previous[rows[place][1]] = rows[place - 1][1] if place else NO_ROW
