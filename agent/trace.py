"""What a reply used and cost (the trace), and the reply that carries it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "CallerCall",
    "DeniedCall",
    "Need",
    "Reply",
    "ShownItem",
    "Timings",
    "TokenUse",
    "Trace",
    "UsedMemory",
    "UsedPreference",
    "UsedTool",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """How much a turn needs, and the rule that said so."""

    recall: bool
    tools: tuple[str, ...]
    """Which of our tools are offered; tools that somebody added are always offered."""
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedMemory:
    id: str
    text: str
    kind: str
    score: float
    why: Mapping[str, float] = field(default_factory=dict)
    """The score of each arm of recall that found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedPreference:
    id: str
    context: str
    wishes: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedTool:
    name: str
    arguments: Mapping[str, Any]
    ok: bool
    ms: float
    message: str = ""
    """What the model was told when the tool failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerCall:
    """A call of a tool that the caller supplied: the caller runs it and sends the result with the next request."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownItem:
    """An item the reply recommends, with the reason that its evidence gives."""

    id: str
    title: str
    reason: str
    labels: tuple[str, ...] = ()
    """What can be refused about it: the values of its label facets, such as genres."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedConfirmation:
    """A call of a foreign tool that was not made, because it needs the user's word: `Assistant.confirm`."""

    id: str
    tool: str
    arguments: Mapping[str, Any]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeniedCall:
    """A call of a foreign tool that was not made and cannot be: by the policy, or since nobody could be asked."""

    tool: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUse:
    prompt: int = 0
    cached: int = 0
    """How many of `prompt` the server took from its prefix cache."""
    completion: int = 0
    calls: int = 0

    @property
    def cached_share(self) -> float:
        return self.cached / self.prompt if self.prompt else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Milliseconds of one turn."""

    total: float
    compose: float
    """Planning, recall and composing the prompt, embedding included."""
    model: float
    tools: float
    first_text: float
    """From the start of the turn to the first piece of text."""

    @property
    def overhead(self) -> float:
        """What we add to the model's and the tools' own time."""
        return self.total - self.model - self.tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    need: Need
    model: str
    standing: tuple[str, ...]
    memories: tuple[UsedMemory, ...]
    preferences: tuple[UsedPreference, ...]
    tools: tuple[UsedTool, ...]
    items: tuple[ShownItem, ...]
    withheld: tuple[str, ...]
    """Titles that the model named although nothing had returned them; they were taken out of the reply."""
    learned: tuple[str, ...]
    """What the user said outright in this turn and is remembered from now on."""
    learned_ids: tuple[str, ...]
    tokens: TokenUse
    timings: Timings
    prompts: tuple[str, ...]
    """Versions of the prompts that were used."""
    confirmations: tuple[AskedConfirmation, ...] = ()
    denied: tuple[DeniedCall, ...] = ()
    steered: tuple[str, ...] = ()
    """What the message asked of a list of items, in words; `Assistant.undo` takes it back."""
    held: tuple[str, ...] = ()
    """What earlier messages of the thread asked of its lists and counted for this one, too."""
    question: str = ""
    """What the reply asks the user, to choose better next time."""
    truncated: bool = False
    """Whether the model stopped at its longest reply (`model.max_tokens`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the assistant answered. Every reply can be edited."""

    id: str
    user_id: str
    thread: str
    request: str
    text: str
    trace: Trace
    calls: tuple[CallerCall, ...] = ()
    """Calls of the caller's own tools; where there are any, the turn is not answered yet."""
    private: bool = False
    """Whether it was given without reading or writing memory; such a reply cannot be edited."""

    @property
    def why(self) -> str:
        """The trace, told to a person."""
        from .why import explain

        return explain(self)

    @property
    def cost(self) -> TokenUse:
        return self.trace.tokens
