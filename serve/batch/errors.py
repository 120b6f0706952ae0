"""Errors of batches.

ServeFault
└── BatchFault
    ├── MalformedLine    user: a line of the input is not a request that is served
    ├── LineFailed       user: a line rests on another one that was not answered
    ├── InputRefused     user: the input cannot be run as it is (duplicate ids, or malformed lines with --strict)
    ├── OutputRefused    user: the output file is somebody else's, or another run is writing it
    ├── BatchStopped     operator: the model cannot be reached; nothing is lost, the same command goes on
    └── EngineRefused    operator: the engine that is asked for cannot run here, or not with these settings
"""

from __future__ import annotations

from ..errors import ServeFault

__all__ = [
    "BatchFault",
    "BatchStopped",
    "EngineRefused",
    "InputRefused",
    "LineFailed",
    "MalformedLine",
    "OutputRefused",
]


class BatchFault(ServeFault):
    """Base of every error of a batch."""


class MalformedLine(BatchFault, ValueError):
    """A line of the input is not a request that is served; `custom_id` where it could be read all the same."""

    def __init__(self, message: str, *, custom_id: str | None = None) -> None:
        super().__init__(message)
        self.custom_id = custom_id


class LineFailed(BatchFault, LookupError):
    """A line rests on another one that was not answered."""


class InputRefused(BatchFault, ValueError):
    """The input cannot be run as it is."""


class OutputRefused(BatchFault, ValueError):
    """The output file is somebody else's, or another run is writing it."""


class BatchStopped(BatchFault):
    """The model cannot be reached; what was answered is kept, and the same command goes on from there."""


class EngineRefused(BatchFault, ValueError):
    """The engine that is asked for cannot run here, or not with these settings."""
