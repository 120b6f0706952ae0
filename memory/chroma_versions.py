"""How processes that share a Chroma server notice each other's writes.

Each user has a version, a number that goes up with every change. A version is claimed by adding a row of that number:
Chroma ignores an `add` of an id that is there, so of two processes that claim one number the second finds the first
one's row and knows that it missed a change. Whether anything changed is one look-up of two ids. A row that points at
about the newest number lets the older ones be thrown away. The ids are hashes: no user can be read from them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

import numpy as np

from .embedders.base import Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI

__all__ = ["Versions"]

COLLECTION = "memories-versions"
AHEAD = 8
"""Numbers looked up at once when the newest is sought."""
KEPT = 32
"""Numbers kept behind the newest: the pointer may lag by as many as there are processes writing at one time."""
SWEEP = 16


class Versions:
    """The versions of all users; any number of processes at once."""

    def __init__(self, collection: Collection) -> None:
        self._rows = collection

    @classmethod
    def open(cls, client: ClientAPI) -> Self:
        return cls(client.get_or_create_collection(COLLECTION, embedding_function=None))

    def newest(self, user_id: str) -> int:
        """The user's version; 0 before the first change."""
        key = _key(user_id)
        number = self._pointer(key)
        while following := self._following(key, number):
            number += following
        return number

    def passed(self, user_id: str, number: int) -> bool:
        """Whether there is a newer version than this one."""
        key = _key(user_id)
        found = self._rows.get(ids=[key, _numbered(key, number + 1)], include=["metadatas"])
        metadata = zip(found["ids"], found["metadatas"] or (), strict=True)
        return any(id_ != key or _number(row) > number for id_, row in metadata)

    def advance(self, user_id: str, known: int) -> int | None:
        """Say that this process changed something; the new version, or None when another did since `known`."""
        key, alone = _key(user_id), True
        number = known + 1
        while not self._claim(key, number):
            alone = False
            number = self.newest(user_id) + 1
        self._rows.upsert(ids=[key], embeddings=_vectors(1), metadatas=[{"number": number}])
        if number % SWEEP == 0:
            swept = range(max(number - KEPT - SWEEP, 1), number - KEPT)
            if swept:
                self._rows.delete(ids=[_numbered(key, old) for old in swept])
        return number if alone else None

    def _claim(self, key: str, number: int) -> bool:
        token, id_ = uuid4().hex, _numbered(key, number)
        self._rows.add(ids=[id_], embeddings=_vectors(1), metadatas=[{"by": token}])
        (row,) = self._rows.get(ids=[id_], include=["metadatas"])["metadatas"] or [{}]
        return row.get("by") == token

    def _pointer(self, key: str) -> int:
        rows = self._rows.get(ids=[key], include=["metadatas"])["metadatas"]
        return _number(rows[0]) if rows else 0

    def _following(self, key: str, number: int) -> int:
        """How many of the next numbers are taken without a gap."""
        ids = [_numbered(key, number + ahead) for ahead in range(1, AHEAD + 1)]
        there = set(self._rows.get(ids=ids, include=[])["ids"])
        return next((taken for taken, id_ in enumerate(ids) if id_ not in there), AHEAD)


def _key(user_id: str) -> str:
    return hashlib.blake2b(user_id.encode(), digest_size=16).hexdigest()


def _numbered(key: str, number: int) -> str:
    return f"{key}:{number}"


def _number(row: Any) -> int:
    return int(row.get("number", 0))


def _vectors(n: int) -> Vectors:
    # Chroma wants one; nobody searches them.
    return np.random.default_rng().standard_normal((n, 2), dtype=np.float32)
