"""Errors of the ways in.

ServeFault
├── EditorFailed     user: $EDITOR is not there or exited with an error
└── UnknownCommand   user: no such slash command, or its arguments are missing
"""

from __future__ import annotations

__all__ = ["EditorFailed", "ServeFault", "UnknownCommand"]


class ServeFault(Exception):
    """Base of every error this package raises on purpose."""


class EditorFailed(ServeFault):
    """$EDITOR is not there or exited with an error."""


class UnknownCommand(ServeFault, ValueError):
    """No such slash command, or its arguments are missing."""
