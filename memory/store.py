"""What a store of memories is, and the checks every store shares.

A store is the truth: what `put` has returned for survives a crash. It does not rank; recall works on a user's
working set, loaded from here. No call can express "all users".
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from .codec import check_times
from .embedders.base import Vectors
from .errors import InvalidRecord, InvalidUserId
from .records import Record

__all__ = [
    "Compactable",
    "Entry",
    "MemoryStore",
    "Pausable",
    "Shared",
    "check_entries",
    "check_ids",
    "check_user_id",
    "holds_deleted_bytes",
]

MAX_USER_ID = 512
MAX_RECORD_ID = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """A record with the unit vector of its text, shape (dimension,), or None when it is not searched."""

    record: Record
    vector: Vectors | None


class MemoryStore(Protocol):
    """Per-user records and vectors, durable.

    Every method takes `user_id` first and never reads or changes another user's records.
    `tests/memory/conformance.py` states the rest of the contract.

    Raises InvalidUserId and InvalidRecord before anything is written, StoreUnavailable when the backend fails or
    the store is closed.
    """

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        """Write entries, replacing those with the same id (the last one wins); all or nothing is acknowledged."""
        ...

    def load(self, user_id: str) -> list[Entry]:
        """Everything the user has, ordered by `created`; of the same instant, what was first put comes first."""
        ...

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        """Delete the named records; says how many of them existed."""
        ...

    def erase(self, user_id: str) -> None:
        """Delete everything the user has. Nobody reads any of it when this has returned, also not after a crash."""
        ...

    def close(self) -> None:
        """Give up files and locks; a second call does nothing."""
        ...


@runtime_checkable
class Compactable(Protocol):
    """A store that can take deleted bytes off the disk, and knows durably whether there are any."""

    @property
    def wants_compacting(self) -> bool:
        """Whether bytes of deleted records may be left on a disk."""
        ...

    def compact(self) -> None:
        """Take them off. Raises StoreUnavailable where that is somebody else's to do."""
        ...


@runtime_checkable
class Pausable(Protocol):
    """A store whose files can be kept still while they are copied."""

    def still(self) -> AbstractContextManager[None]:
        """While this is entered nothing changes in the files, and everything put before is in them."""
        ...


@runtime_checkable
class Shared(Protocol):
    """A store that other processes write to as well: each user has a version, a number that goes up with each change."""

    def version(self, user_id: str) -> int:
        """The user's version now; 0 before the first change."""
        ...

    def changed(self, user_id: str, since: int) -> bool:
        """Whether anybody changed the user's records since that version."""
        ...

    def advance(self, user_id: str, since: int) -> int | None:
        """To be called after each change: the new version, or None when another process changed something, too."""
        ...


def holds_deleted_bytes(store: object) -> bool:
    """Whether bytes of deleted records may be left on a disk."""
    return isinstance(store, Compactable) and store.wants_compacting


def check_user_id(user_id: str) -> str:
    """The id as given, or InvalidUserId: an empty id must never come to mean "everybody"."""
    if not isinstance(user_id, str):
        raise InvalidUserId(f"user_id must be a string, not {type(user_id).__name__}")
    if not user_id.strip():
        raise InvalidUserId("user_id is empty: pass the id of the user whose memory is meant")
    if len(user_id) > MAX_USER_ID:
        raise InvalidUserId(f"user_id has {len(user_id)} characters; at most {MAX_USER_ID} are allowed")
    if not _is_unicode(user_id):
        raise InvalidUserId(f"user_id {user_id!a} is not valid Unicode: it holds a lone surrogate")
    return user_id


def check_entries(user_id: str, entries: Sequence[Entry], *, dimension: int) -> list[Entry]:
    """The entries a store may write for this user, the last one of each id; InvalidRecord names the first bad one."""
    latest: dict[str, Entry] = {}
    for entry in entries:
        _check_record(user_id, entry.record)
        _check_vector(entry, dimension)
        latest[entry.record.id] = entry
    return list(latest.values())


def check_ids(ids: Sequence[str]) -> list[str]:
    """The record ids without doubles, in order; InvalidRecord for one that no record can have."""
    if isinstance(ids, str):
        raise InvalidRecord("ids is one string: pass a list of record ids")
    for record_id in ids:
        _check_record_id(record_id)
    return list(dict.fromkeys(ids))


def _check_record(user_id: str, record: Record) -> None:
    _check_record_id(record.id)
    if record.user_id != user_id:
        raise InvalidRecord(f"{record.kind} {record.id!a} belongs to another user than the one it is put for")
    check_times(record)


def _check_record_id(record_id: str) -> None:
    if not isinstance(record_id, str) or not record_id:
        raise InvalidRecord(f"a record id must be a string that is not empty, not {ascii(record_id)[:80]}")
    if len(record_id) > MAX_RECORD_ID:
        raise InvalidRecord(f"a record id has {len(record_id)} characters; at most {MAX_RECORD_ID} are allowed")
    if not _is_unicode(record_id):
        raise InvalidRecord(f"record id {record_id!a} is not valid Unicode: it holds a lone surrogate")


def _check_vector(entry: Entry, dimension: int) -> None:
    vector, record = entry.vector, entry.record
    if vector is None:
        return
    if vector.shape != (dimension,):
        raise InvalidRecord(
            f"{record.kind} {record.id!a}: its vector has shape {vector.shape}, this store holds ({dimension},)"
        )
    if not np.isfinite(vector).all():
        raise InvalidRecord(f"{record.kind} {record.id!a}: its vector holds NaN or infinity")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
