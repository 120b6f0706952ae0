"""Errors of the agent package (those of models are in `models/errors.py`).

AgentFault
├── ConfigError      operator: a settings file, environment variable or flag is wrong
├── EmptyMessage     user: nothing was said
├── MessageTooLong   user: the message does not fit the model's context
├── ReplyNotFound    user: no reply of that id belongs to that user
├── NothingToEdit    user: the edited text is the draft itself, or empty
├── NothingToChoose  user: a choice without a request, or between equal texts
├── StatementRefused user: what should be remembered is empty or too long to stand in every prompt
└── UserErased       user: everything of the user was erased while a turn or an edit ran
"""

from __future__ import annotations

__all__ = [
    "AgentFault",
    "ConfigError",
    "EmptyMessage",
    "MessageTooLong",
    "NothingToChoose",
    "NothingToEdit",
    "ReplyNotFound",
    "StatementRefused",
    "UserErased",
]


class AgentFault(Exception):
    """Base of every error this package raises on purpose."""


class ConfigError(AgentFault, ValueError):
    """A settings file, environment variable or flag is wrong."""


class EmptyMessage(AgentFault, ValueError):
    """Nothing was said."""


class MessageTooLong(AgentFault, ValueError):
    """The message does not fit the model's context."""


class ReplyNotFound(AgentFault, LookupError):
    """No reply of that id belongs to that user."""


class NothingToEdit(AgentFault, ValueError):
    """The edited text is the draft itself, or empty."""


class NothingToChoose(AgentFault, ValueError):
    """A choice without a request, or between equal texts."""


class StatementRefused(AgentFault, ValueError):
    """What should be remembered is empty or too long to stand in every prompt."""


class UserErased(AgentFault):
    """Everything of the user was erased while a turn or an edit ran."""
