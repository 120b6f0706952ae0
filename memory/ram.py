"""A store that forgets when the process ends: for tests, temporary chats and trying things out."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

from .errors import StoreUnavailable
from .store import Entry, check_entries, check_ids, check_user_id

__all__ = ["InMemoryStore"]


class InMemoryStore:
    """MemoryStore in a dict. `dimension` is the length of the vectors it takes, 384 as the default embedder's."""

    def __init__(self, *, dimension: int = 384) -> None:
        self._dimension = dimension
        self._users: dict[str, dict[str, Entry]] = {}
        self._lock = Lock()
        self._closed = False

    def put(self, user_id: str, entries: Sequence[Entry]) -> None:
        """See MemoryStore. Records are values and are kept as they are; vectors are copied."""
        self._check_open()
        checked = check_entries(check_user_id(user_id), entries, dimension=self._dimension)
        copies = {
            e.record.id: Entry(record=e.record, vector=None if e.vector is None else e.vector.copy()) for e in checked
        }
        with self._lock:
            self._users.setdefault(user_id, {}).update(copies)

    def load(self, user_id: str) -> list[Entry]:
        """See MemoryStore."""
        self._check_open()
        with self._lock:
            entries = list(self._users.get(check_user_id(user_id), {}).values())
        return sorted(entries, key=lambda entry: entry.record.created)

    def delete(self, user_id: str, ids: Sequence[str]) -> int:
        """See MemoryStore."""
        self._check_open()
        check_user_id(user_id)
        named = check_ids(ids)
        with self._lock:
            records = self._users.get(user_id, {})
            return sum(records.pop(record_id, None) is not None for record_id in named)

    def erase(self, user_id: str) -> None:
        """See MemoryStore."""
        self._check_open()
        with self._lock:
            self._users.pop(check_user_id(user_id), None)

    def close(self) -> None:
        """See MemoryStore. What was stored is gone."""
        self._closed = True
        self._users = {}

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable("the store is closed: open a new one")
