"""The records of one user's memory (one frozen dataclass for each kind).

Records are values: nothing in them is ever changed in place. A change is a new record under the same `id`, or a
new record that names the one it supersedes, so that history stays readable.

`source` says who a record comes from. Only what the user said or edited may become a preference; text that an
assistant wrote, a tool returned or recall injected is data and is never learned as the user's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from .perspective import in_first_person

__all__ = [
    "KINDS",
    "Aspect",
    "Choice",
    "Confirmation",
    "ConfirmationAnswer",
    "Edit",
    "Entity",
    "Episode",
    "Fact",
    "Feedback",
    "Interaction",
    "InteractionEvent",
    "Kind",
    "Note",
    "Polarity",
    "Preference",
    "Profile",
    "Record",
    "Signal",
    "Source",
    "StandingPreference",
]

Source = Literal["user", "assistant", "tool", "import"]
Kind = Literal[
    "episode",
    "fact",
    "preference",
    "standing",
    "profile",
    "edit",
    "feedback",
    "interaction",
    "choice",
    "confirmation",
    "note",
    "entity",
]
Polarity = Literal["+", "-"]
Signal = Literal["satisfied", "dissatisfied"]
InteractionEvent = Literal["rated", "picked", "rejected", "shown"]
ConfirmationAnswer = Literal["once", "always", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What every kind has: whose it is, when it was written down, where it comes from and what it rests on."""

    kind: ClassVar[Kind]

    id: str
    user_id: str
    created: datetime
    """When it was written down, with a time zone."""
    source: Source
    evidence: tuple[str, ...] = ()
    """Ids of the records this one was made from, oldest first."""

    @property
    def text(self) -> str:
        """What is embedded and indexed for recall; empty when the record is not searched."""
        return ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The texts whose vectors' middle is the record's vector; none when it is not searched."""
        return (self.text,) if self.text.strip() else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode(Record):
    """One raw message of a thread. Never rewritten."""

    kind: ClassVar[Kind] = "episode"

    content: str
    thread: str
    order: int
    """Position in its thread, from 0."""
    speaker: str = ""
    """The name of who spoke, where a thread has more people than user and assistant."""
    items: tuple[str, ...] = ()
    """For a reply: ids of the items it recommends."""

    @property
    def text(self) -> str:
        return f"{self.speaker}: {self.content}" if self.speaker else self.content


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Record):
    """A statement with validity (bi-temporal: `created` is when we learned it, `valid_*` when it held)."""

    kind: ClassVar[Kind] = "fact"

    statement: str
    event_time: datetime | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    superseded_by: str | None = None

    @property
    def text(self) -> str:
        return self.statement

    @property
    def parts(self) -> tuple[str, ...]:
        """A fact about the user also as the user would say it, since the user will ask about it in the first person."""
        return tuple(dict.fromkeys((self.statement, in_first_person(self.statement)))) if self.statement.strip() else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aspect:
    """One way in which the user's version differs from the draft.

    `name` is a feature or a dimension ("length", "bullets", "tone"), `value` the wording the owner reads and the
    model is given ("at most 40 words"), `polarity` whether it is wanted (+) or unwanted (-). `target` is the measured
    value in the user's text, where the aspect is one that code can measure.
    """

    name: str
    value: str
    polarity: Polarity = "+"
    target: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference(Record):
    """Aspects learned for a context; recalled when a later request is like `context`."""

    kind: ClassVar[Kind] = "preference"

    context: str
    """The requests it was learned from, one on a line."""
    aspects: tuple[Aspect, ...]
    strength: float = 1.0
    uses: int = 0
    accepts: int = 0
    confirmed: datetime | None = None
    """When an edit or an accepted draft last agreed with it."""
    pinned: bool = False

    @property
    def text(self) -> str:
        return self.context

    @property
    def parts(self) -> tuple[str, ...]:
        """One for each request: their middle tells kinds of requests apart better than the joined text does."""
        return tuple(line for line in self.context.splitlines() if line.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPreference(Record):
    """Said outright ("no spoilers", "I'm vegan"): always in the prompt, because similarity search misses it."""

    kind: ClassVar[Kind] = "standing"

    statement: str
    pinned: bool = False

    @property
    def text(self) -> str:
        return self.statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile(Record):
    """The summary of a user: sentences with the ids they rest on, and slots. One per user; `version` counts up."""

    kind: ClassVar[Kind] = "profile"

    summary: str
    citations: tuple[tuple[str, ...], ...] = ()
    """For each sentence of `summary`, the ids of the records that support it."""
    slots: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    n_events: int = 0
    """How many of the user's records the summary covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Record):
    """A draft and the user's version of it."""

    kind: ClassVar[Kind] = "edit"

    reply_id: str
    context: str
    """The kind of request that was answered: what the lesson is bound to."""
    draft: str
    edited: str
    cost: int
    """Token Levenshtein distance between the two (PRELUDE)."""
    cost_ratio: float
    """`cost` divided by the number of tokens of the longer text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback(Record):
    """A sign of satisfaction or dissatisfaction with a reply."""

    kind: ClassVar[Kind] = "feedback"

    reply_id: str
    signal: Signal
    note: str = ""
    context: str = ""
    """Where a complaint taught something: the kind of request that the lesson is bound to."""
    aspects: tuple[Aspect, ...] = ()
    """What the complaint asked for ("too long": length)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction(Record):
    """Something the user did with an item of the catalog."""

    kind: ClassVar[Kind] = "interaction"

    item_id: str
    event: InteractionEvent
    value: float = 1.0
    """For `rated`: the rating, 0.5 to 5. For `shown`: the chance the item had of being shown. Otherwise 1."""
    reason: str = ""
    """For `rejected`: the aspect that was refused, as the user named it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Record):
    """One of two texts for the same request, picked over the other."""

    kind: ClassVar[Kind] = "choice"

    context: str
    """The kind of request that both answer."""
    chosen: str
    rejected: str
    chosen_manner: str = ""
    rejected_manner: str = ""
    """Where two manners of replying met in a duel: which one each text was written in."""

    @property
    def is_duel(self) -> bool:
        return self.chosen_manner != self.rejected_manner


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation(Record):
    """A call of a tool that waits, or waited, for the user's word."""

    kind: ClassVar[Kind] = "confirmation"

    tool: str
    arguments: str
    """JSON, exactly as the tool gets them."""
    because: str
    labels: tuple[str, ...] = ()
    """What of the user's it would pass on."""
    acts: bool = False
    """Whether it changes something outside: then it is asked every time."""
    thread: str
    answer: ConfirmationAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Record):
    """What an application keeps about a user: a value under a key. It is never recalled for a prompt by itself."""

    kind: ClassVar[Kind] = "note"

    namespace: tuple[str, ...]
    key: str
    value: str
    """A JSON object."""
    texts: tuple[str, ...] = ()
    """What of it is searched."""
    updated: datetime | None = None
    """When the value was last put, where that is not when it was first."""

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(text for text in self.texts if text.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity(Record):
    """Something of the catalog that the user speaks of: a label or a name, never any text around it.

    `evidence` are the messages that named it; how many there are is how often it was spoken of.
    """

    kind: ClassVar[Kind] = "entity"

    facet: str
    name: str
    """The catalog's own word for it, in lower case."""
    last_seen: datetime


KINDS: Mapping[Kind, type[Record]] = {
    cls.kind: cls
    for cls in (
        Episode,
        Fact,
        Preference,
        StandingPreference,
        Profile,
        Edit,
        Feedback,
        Interaction,
        Choice,
        Confirmation,
        Note,
        Entity,
    )
}
