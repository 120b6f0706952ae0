"""Whose turn it is: what a tool learns from the application and never from the model."""

from __future__ import annotations

from dataclasses import dataclass, field

from .pool import CandidatePool
from .steering import Steering

__all__ = ["UserContext"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserContext:
    """Handed to the agent as its `context` for one turn.

    `excluded` are ids of items that must not be recommended in this turn, besides those the user has seen or rejected.
    """

    user_id: str
    request: str = ""
    """What the user said, word for word."""
    count: int | None = None
    """How many items to recommend, where that is settled and not the model's to choose."""
    pool: CandidatePool = field(default_factory=CandidatePool)
    excluded: frozenset[str] = frozenset()
    may_ask: bool = False
    """Whether the user may be asked one question with a list, because nothing was said about what is wanted."""
    steering: Steering = field(default_factory=Steering)
    """What the user said of the items that are wanted: it holds whatever a model asks for."""
