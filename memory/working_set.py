"""One user's memory in RAM, laid out for recall: a matrix of vectors, a BM25 index and who follows whom.

The store is the truth; a working set is loaded from it and thrown away at will. Every record has a row; arrays are
indexed by row, so that recall is a few matrix operations and no loop over records. Rows of forgotten records are used
again. Not thread-safe: its owner holds the user's lock.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .embedders.base import Vectors
from .lexical import LexicalIndex, Scores, stems
from .perspective import about_user
from .records import KINDS, Episode, Fact, Kind, Record
from .store import Entry
from .threads import NO_ROW, Rows, Threads
from .timeframe import Seconds

__all__ = ["Mask", "WorkingSet"]

Mask = NDArray[np.bool_]
R = TypeVar("R", bound=Record)

_MIN_ROWS = 16
_CODES: dict[str, int] = {kind: code for code, kind in enumerate(KINDS)}
_NOT_SEARCHED = -1
_RECORD_BYTES = 900
"""About what a record object and its places in the tables cost beside its text."""
_QUESTION_MARKS = frozenset("?？؟⸮;")


class WorkingSet:
    """One user's records with what recall needs about each, by row. Arrays are views, valid until the next change."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.lexical = LexicalIndex()
        self._threads = Threads()
        self._records: list[Record | None] = []
        self._row_of: dict[str, int] = {}
        self._rows_of: dict[type[Record], set[int]] = {}
        self._free: list[int] = []
        self._superseded: dict[int, str] = {}
        self._versions: list[list[int]] | None = []
        self._ended_by_next: set[int] = set()
        self._speakers: dict[str, set[int]] = {}
        self._text_bytes = 0
        self._vectors: Vectors = np.zeros((_MIN_ROWS, 0), np.float32)
        self._total: NDArray[np.float64] = np.zeros(0)
        self._mean: tuple[Vectors, Scores] | None = None
        self._codes: NDArray[np.int8] = np.full(_MIN_ROWS, _NOT_SEARCHED, np.int8)
        self._flags: Mask = np.zeros((5, _MIN_ROWS), np.bool_)
        self._times: Seconds = np.zeros((3, _MIN_ROWS))
        self.put(entries)

    def __len__(self) -> int:
        return len(self._row_of)

    # What recall reads, by row.

    @property
    def n_rows(self) -> int:
        return len(self._records)

    @property
    def vectors(self) -> Vectors:
        """Shape (n_rows, dimension); zeros where a row has none. The dimension is 0 before the first vector."""
        return self._vectors[: self.n_rows]

    @property
    def mean_vector(self) -> Vectors:
        """Mean of all vectors, shape (dimension,): what everything this user says has in common."""
        return self._mean_and_likeness()[0]

    @property
    def mean_likeness(self) -> Scores:
        """The product of each vector with the mean of all, shape (n_rows,)."""
        return self._mean_and_likeness()[1]

    def _mean_and_likeness(self) -> tuple[Vectors, Scores]:
        """Both hold until the next change."""
        if self._mean is None:
            mean = np.asarray(self._total / max(int(np.count_nonzero(self.has_vector)), 1), np.float32)
            self._mean = mean, self.vectors @ mean
        return self._mean

    @property
    def has_vector(self) -> Mask:
        return self._flags[0, : self.n_rows]

    @property
    def said_by_user(self) -> Mask:
        """Whether the text is the user's own (typed, edited or imported as theirs), not an assistant's or a tool's."""
        return self._flags[1, : self.n_rows]

    @property
    def asks(self) -> Mask:
        """Whether the text holds a question."""
        return self._flags[2, : self.n_rows]

    @property
    def about_user(self) -> Mask:
        """Whether it is a fact about the user, not one about somebody else."""
        return self._flags[3, : self.n_rows]

    @property
    def is_fact(self) -> Mask:
        """Whether it is a fact at all."""
        return self._flags[4, : self.n_rows]

    @property
    def lengths(self) -> NDArray[np.float32]:
        """Number of index terms of each text."""
        lengths = self.lexical.lengths[: self.n_rows]
        return lengths if len(lengths) == self.n_rows else np.pad(lengths, (0, self.n_rows - len(lengths)))

    @property
    def around(self) -> Rows:
        """For each row the rows of the turns 1 to REACH before it in its thread and 1 to REACH after it, or NO_ROW,
        shape (2 * REACH, n_rows)."""
        return self._threads.around(self.n_rows)

    def threads(self) -> dict[str, Rows]:
        """The rows of every thread, in the order of its turns."""
        return self._threads.all()

    def of_kinds(self, kinds: Iterable[Kind]) -> Mask:
        """Which rows hold a searchable record of these kinds, shape (n_rows,)."""
        wanted = np.zeros(len(_CODES) + 1, np.bool_)
        wanted[[_CODES[kind] for kind in kinds]] = True
        # _NOT_SEARCHED picks the last place, which is never wanted.
        return wanted[self._codes[: self.n_rows]]

    @property
    def speakers(self) -> frozenset[str]:
        """Stems of the names of all who speak in threads of more people than user and assistant."""
        return frozenset(name for name, rows in self._speakers.items() if rows)

    def spoken_by(self, terms: Collection[str]) -> list[int]:
        """Rows of the turns of all speakers one of whose names is among these stems."""
        return [row for name, rows in self._speakers.items() if name in terms for row in rows]

    @property
    def starts(self) -> Seconds:
        """Since when each row holds, in POSIX seconds: for a fact its validity, for a turn when it was said."""
        return self._times[0, : self.n_rows]

    @property
    def ends(self) -> Seconds:
        """Until when each row holds; infinite for a fact that still does, for a turn when it was said."""
        self.versions()  # a version without an end ends with the next one
        return self._times[1, : self.n_rows]

    @property
    def written(self) -> Seconds:
        """When each row was written down."""
        return self._times[2, : self.n_rows]

    def versions(self) -> list[list[int]]:
        """The rows of each fact that was superseded and of those that replaced it, by when they began to hold."""
        if self._versions is None:
            self._times[1, list(self._ended_by_next)] = np.inf
            self._ended_by_next.clear()
            pairs = ((self._newest(successor), row) for row, successor in self._superseded.items())
            chains = groupby(sorted(pair for pair in pairs if pair[0] != NO_ROW), key=lambda pair: pair[0])
            self._versions = [self._dated([*(row for _, row in chain), newest]) for newest, chain in chains]
        return self._versions

    def _dated(self, rows: Sequence[int]) -> list[int]:
        """Versions in order; one without an end ends when the next begins."""
        ordered = sorted(set(rows), key=lambda row: (self._times[0, row], self._times[2, row]))
        for row, following in pairwise(ordered):
            if np.isinf(self._times[1, row]):
                self._times[1, row] = self._times[0, following]
                self._ended_by_next.add(row)
        return ordered

    def _newest(self, record_id: str) -> int:
        seen: set[int] = set()
        row = self.row(record_id)
        while row in self._superseded and row not in seen:
            seen.add(row)
            row = self.row(self._superseded[row])
        return row

    def row(self, record_id: str) -> int:
        """The row of a record, or NO_ROW."""
        return self._row_of.get(record_id, NO_ROW)

    def record_at(self, row: int) -> Record:
        record = self._records[row]
        if record is None:
            raise LookupError(f"row {row} is free")
        return record

    # What the facade reads.

    def get(self, record_id: str) -> Record | None:
        row = self.row(record_id)
        return None if row == NO_ROW else self._records[row]

    def records(self, kind: type[R]) -> list[R]:
        """All records of one class, oldest first."""
        rows = sorted(row for own, rows in self._rows_of.items() if issubclass(own, kind) for row in rows)
        found = [record for row in rows if isinstance(record := self._records[row], kind)]
        return sorted(found, key=lambda record: record.created)

    def thread(self, thread: str, last: int | None = None) -> list[Episode]:
        """The turns of a thread in order; only the `last` ones when a number is given."""
        rows = self._threads.rows(thread)
        kept = rows if last is None else rows[max(len(rows) - last, 0) :]
        return [episode for row in kept if isinstance(episode := self._records[row], Episode)]

    @property
    def nbytes(self) -> int:
        """About how much memory this user takes."""
        return (
            self._vectors.nbytes
            + self._times.nbytes
            + self.lexical.nbytes
            + self._text_bytes
            + _RECORD_BYTES * len(self._records)
        )

    # Changes.

    def put(self, entries: Iterable[Entry]) -> None:
        """Add records, or replace those with the same id."""
        for entry in entries:
            self.remove(entry.record.id)
            self._place(self._take_row(), entry)

    def remove(self, record_id: str) -> bool:
        """Forget a record; says whether there was one."""
        row = self._row_of.pop(record_id, NO_ROW)
        if row == NO_ROW:
            return False
        record = self.record_at(row)
        self._mean = None
        self._text_bytes -= len(record.text)
        self.lexical.remove(row)
        if isinstance(record, Fact):
            self._superseded.pop(row, None)
            self._ended_by_next.discard(row)
            self._versions = None
        if isinstance(record, Episode):
            self._threads.leave(record.thread, record.order, row)
            for name in stems(record.speaker):
                self._speakers[name].discard(row)
        self._total -= self._vectors[row]
        self._vectors[row] = 0
        self._flags[:, row] = False
        self._codes[row] = _NOT_SEARCHED
        self._rows_of[type(record)].discard(row)
        self._records[row] = None
        self._free.append(row)
        return True

    def _take_row(self) -> int:
        if self._free:
            return self._free.pop()
        self._records.append(None)
        more = len(self._records) - len(self._codes)
        if more > 0:
            more = max(more, len(self._codes))
            self._vectors = np.pad(self._vectors, ((0, more), (0, 0)))
            self._codes = np.pad(self._codes, (0, more), constant_values=_NOT_SEARCHED)
            self._flags = np.pad(self._flags, ((0, 0), (0, more)))
            self._times = np.pad(self._times, ((0, 0), (0, more)))
        return len(self._records) - 1

    def _place(self, row: int, entry: Entry) -> None:
        record = entry.record
        self._mean = None
        self._records[row] = record
        self._row_of[record.id] = row
        self._rows_of.setdefault(type(record), set()).add(row)
        self._flags[1, row] = record.source in ("user", "import")
        self._text_bytes += len(record.text)
        if record.text:
            self._codes[row] = _CODES[record.kind]
            self._flags[2, row] = not _QUESTION_MARKS.isdisjoint(record.text)
            self.lexical.add(row, record.text)
        if entry.vector is not None:
            self._set_vector(row, entry.vector)
        if isinstance(record, Episode):
            self._threads.join(record.thread, record.order, row)
            for name in stems(record.speaker):
                self._speakers.setdefault(name, set()).add(row)
        self._times[:, row] = _times_of(record)
        if isinstance(record, Fact):
            self._flags[3, row] = about_user(record.statement)
            self._flags[4, row] = True
            self._versions = None
            if record.superseded_by:
                self._superseded[row] = record.superseded_by

    def _set_vector(self, row: int, vector: Vectors) -> None:
        if not self._vectors.shape[1]:
            self._vectors = np.zeros((len(self._codes), len(vector)), np.float32)
            self._total = np.zeros(len(vector))
        if vector.shape != self._vectors.shape[1:]:
            raise ValueError(f"a vector of shape {vector.shape} among vectors of shape {self._vectors.shape[1:]}")
        self._vectors[row] = vector
        self._total += vector
        self._flags[0, row] = True


def _times_of(record: Record) -> tuple[float, float, float]:
    """When a record began to hold, when it ceased to, when it was written down."""
    written = record.created.timestamp()
    if not isinstance(record, Fact):
        return written, written, written
    if record.event_time and not record.valid_from:
        return record.event_time.timestamp(), record.event_time.timestamp(), written
    start = (record.valid_from or record.created).timestamp()
    return start, record.valid_to.timestamp() if record.valid_to else np.inf, written
