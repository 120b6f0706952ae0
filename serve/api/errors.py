"""Errors of the HTTP API.

ApiFault (a ServeFault)
├── KeyMissing        user: no key was sent, or one that is unknown or revoked
├── NotYours          user: the key does not reach that user or that route
├── ForeignOrigin     user: the request came from a page or under a name that is not allowed
├── TooLarge          user: the request is larger than the limit
├── TooMany           user: too many requests for one key, or turns of one user, at a time
├── BadRequest        user: the request cannot be understood or served as it is
├── Unknown           user: no such model, key or token
└── Stopping          operator: the server is being stopped
"""

from __future__ import annotations

from ..errors import ServeFault

__all__ = [
    "ApiFault",
    "BadRequest",
    "ForeignOrigin",
    "KeyMissing",
    "NotYours",
    "Stopping",
    "TooLarge",
    "TooMany",
    "Unknown",
]


class ApiFault(ServeFault):
    """Base of every error of the API."""


class KeyMissing(ApiFault):
    """No key was sent, or one that is unknown or revoked."""


class NotYours(ApiFault):
    """The key does not reach that user or that route."""


class ForeignOrigin(ApiFault):
    """The request came from a page or under a name that is not allowed."""


class TooLarge(ApiFault):
    """The request is larger than the limit."""


class TooMany(ApiFault):
    """Too many requests for one key, or turns of one user, at a time."""

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BadRequest(ApiFault, ValueError):
    """The request cannot be understood or served as it is."""

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.param = param


class Unknown(ApiFault, LookupError):
    """No such model, key or token."""


class Stopping(ApiFault):
    """The server is being stopped."""
