"""Records as rows of Chroma.

The record lies in the metadata as JSON and not as Chroma's "document": a document is copied into a trigram index as
well, which doubles the file, slows writing down and keeps erased text (measured with chromadb 1.5.9).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from .codec import dumps, loads
from .embedders.base import Vectors
from .store import Entry, check_user_id

if TYPE_CHECKING:
    from chromadb.api.types import Metadata

__all__ = ["as_vectors", "entry_of", "only", "placeholders", "row_id", "row_of"]


def only(user_id: str) -> Any:
    """The filter for this user's rows."""
    # Chroma answers `where=None` with everybody's rows: no filter is made anywhere else.
    return {"user_id": {"$eq": check_user_id(user_id)}}


def row_id(user_id: str, record_id: str) -> str:
    """Made from both ids, so that two users' records never share one."""
    # The length keeps ("a", "bc") and ("ab", "c") apart. Short, because Chroma writes all ids again at each sync.
    whole = f"{len(user_id)}:{user_id}{record_id}".encode()
    return hashlib.blake2b(whole, digest_size=16).hexdigest()


def row_of(user_id: str, entry: Entry, dimension: int) -> tuple[str, Vectors, Metadata]:
    """A record as Chroma holds it: the row's id, vector and metadata."""
    id_ = row_id(user_id, entry.record.id)
    metadata: dict[str, str | bool] = {"user_id": user_id, "record": dumps(entry.record)}
    if entry.vector is not None:
        return id_, entry.vector, metadata
    return id_, _placeholder(id_, dimension), metadata | {"unsearched": True}


def entry_of(row: Metadata, vector: Vectors) -> Entry:
    return Entry(record=loads(str(row["record"])), vector=None if row.get("unsearched") else vector)


def as_vectors(embeddings: Any, dimension: int) -> Vectors:
    """Shape (number of rows, dimension)."""
    return np.asarray(embeddings, dtype=np.float32).reshape(-1, dimension)


def placeholders(row_ids: list[str], dimension: int) -> Vectors:
    """Vectors that say nothing, shape (number of rows, dimension)."""
    return np.stack([_placeholder(id_, dimension) for id_ in row_ids])


def _placeholder(id_: str, dimension: int) -> Vectors:
    """A vector for a row that is not searched: Chroma wants one, and equal ones would break its graph apart."""
    seed = int.from_bytes(hashlib.blake2b(id_.encode(), digest_size=8).digest())
    vector = np.random.default_rng(seed).standard_normal(dimension, dtype=np.float32)
    return vector / np.linalg.norm(vector)
