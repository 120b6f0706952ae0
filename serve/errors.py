"""Errors of the ways in.

ServeFault
├── CannotServe      operator: the address cannot be listened on, or must not be without keys
├── EditorFailed     user: $EDITOR is not there, exited with an error or saved something unreadable
├── NothingThere     user: what a command was to work on is not there, or not what it needs
└── UnknownCommand   user: no such slash command, or its arguments are missing or out of range
"""

from __future__ import annotations

__all__ = ["CannotServe", "EditorFailed", "NothingThere", "ServeFault", "UnknownCommand"]


class ServeFault(Exception):
    """Base of every error this package raises on purpose."""


class CannotServe(ServeFault):
    """The address cannot be listened on, or must not be without keys."""


class EditorFailed(ServeFault):
    """$EDITOR is not there, exited with an error or saved something unreadable."""


class NothingThere(ServeFault, ValueError):
    """What a command was to work on is not there, or not what it needs."""


class UnknownCommand(ServeFault, ValueError):
    """No such slash command, or its arguments are missing or out of range."""
