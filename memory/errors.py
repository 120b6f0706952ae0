"""Errors of the memory package.

MemoryFault
├── InvalidUserId        developer: the id is empty, too long, or not a string
├── InvalidRecord        developer: a record cannot be written, or what was stored or imported cannot be read
├── RecordNotFound       user: no record of that id belongs to that user
├── StoreLocked          operator: another process has the data folder open
├── StoreUnavailable     operator: the store could not be opened, read or written
├── SpaceMismatch        operator: vectors of another embedding model lie in the store
└── EmbeddingFailed      operator: the embedder gave no usable vectors

Messages name the offending value (never a user's text) and what to do about it.
"""

from __future__ import annotations

__all__ = [
    "EmbeddingFailed",
    "InvalidRecord",
    "InvalidUserId",
    "MemoryFault",
    "RecordNotFound",
    "SpaceMismatch",
    "StoreLocked",
    "StoreUnavailable",
]


class MemoryFault(Exception):
    """Base of every error this package raises on purpose."""


class InvalidUserId(MemoryFault, ValueError):
    """The user id is empty, too long, not a string, or not valid Unicode."""


class InvalidRecord(MemoryFault, ValueError):
    """A record cannot be written, or what was stored or imported cannot be read."""


class RecordNotFound(MemoryFault, LookupError):
    """No record of that id belongs to that user."""


class StoreLocked(MemoryFault):
    """Another process has the data folder open."""


class StoreUnavailable(MemoryFault):
    """The store could not be opened, read or written."""


class SpaceMismatch(MemoryFault):
    """Vectors of another embedding model lie in the store."""


class EmbeddingFailed(MemoryFault):
    """The embedder gave no usable vectors."""
