"""Errors of the agent package (those of models are in `models/errors.py`).

AgentFault
├── ConfigError      operator: a settings file, environment variable or flag is wrong
├── EmptyMessage     user: nothing was said
├── MessageTooLong   user: the message does not fit the model's context
├── ReplyNotFound    user: no reply of that id belongs to that user
├── NothingToEdit    user: the edited text is the draft itself, or empty
├── NothingToChoose  user: a choice without a request, or between equal texts
├── ConfirmationNotFound user: nothing of that id waits for the user's word
├── StatementRefused user: what should be remembered is empty or too long to stand in every prompt
├── LedgerUnavailable operator: the file of the ledger could not be opened, read or written
├── UserMissing      developer: a namespace of the LangGraph store names no user
└── UserErased       user: everything of the user was erased while a turn or an edit ran
"""

from __future__ import annotations

__all__ = [
    "AgentFault",
    "ConfigError",
    "ConfirmationNotFound",
    "EmptyMessage",
    "LedgerUnavailable",
    "MessageTooLong",
    "NothingToChoose",
    "NothingToEdit",
    "ReplyNotFound",
    "StatementRefused",
    "UserErased",
    "UserMissing",
]


class AgentFault(Exception):
    """Base of every error this package raises on purpose."""


class ConfigError(AgentFault, ValueError):
    """A settings file, environment variable or flag is wrong."""


class LedgerUnavailable(AgentFault):
    """The file of the ledger could not be opened, read or written."""


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


class ConfirmationNotFound(AgentFault, LookupError):
    """Nothing of that id waits for the user's word: it was answered, forgotten, or never asked."""


class StatementRefused(AgentFault, ValueError):
    """What should be remembered is empty or too long to stand in every prompt."""


class UserErased(AgentFault):
    """Everything of the user was erased while a turn or an edit ran."""


class UserMissing(AgentFault, ValueError):
    """A namespace of the LangGraph store names no user."""
