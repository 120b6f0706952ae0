"""Errors of the learning package.

LearningFault
├── PayloadRefused       developer: a job may carry ids of records, nothing else
├── UnknownJobKind       developer: the worker was given no handler for that kind
├── UnknownJob           operator: no poisoned job of that id
└── QueueUnavailable     operator: the file of the queue could not be opened, read or written

Messages name ids, kinds and paths, never a user's text. Malformed output of a model is no error: it is dropped.
"""

from __future__ import annotations

__all__ = ["LearningFault", "PayloadRefused", "QueueUnavailable", "UnknownJob", "UnknownJobKind"]


class LearningFault(Exception):
    """Base of every error this package raises on purpose."""


class PayloadRefused(LearningFault, ValueError):
    """A job may carry ids of records, nothing else."""


class UnknownJobKind(LearningFault, LookupError):
    """The worker was given no handler for that kind."""


class UnknownJob(LearningFault, LookupError):
    """No poisoned job of that id."""


class QueueUnavailable(LearningFault):
    """The file of the queue could not be opened, read or written."""
