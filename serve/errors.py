"""Errors of the ways in.

ServeFault
├── EditorFailed     user: $EDITOR is not there, exited with an error or saved something unreadable
└── UnknownCommand   user: no such slash command, or its arguments are missing or out of range
"""

from __future__ import annotations

__all__ = ["EditorFailed", "ServeFault", "UnknownCommand"]


class ServeFault(Exception):
    """Base of every error this package raises on purpose."""


class EditorFailed(ServeFault):
    """$EDITOR is not there, exited with an error or saved something unreadable."""


class UnknownCommand(ServeFault, ValueError):
    """No such slash command, or its arguments are missing or out of range."""
