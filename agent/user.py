"""One user's view of what is known about them: to read, correct, take along and erase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..memory import (
    Choice,
    Edit,
    Episode,
    Fact,
    Interaction,
    Memory,
    Preference,
    Profile,
    Receipt,
    Record,
    StandingPreference,
)
from .forgetting import consequences
from .transfer import exported, imported

__all__ = ["User"]

LOWEST_RATING, HIGHEST_RATING = 0.5, 5.0


class User:
    """Made by `Assistant.user`. Every property reads what is stored now."""

    def __init__(
        self,
        user_id: str,
        memory: Memory,
        *,
        note: Callable[[str, str], Record],
        changed: Callable[[str], None],
        forgotten: Callable[[str], None],
        erased: Callable[[str], int],
        check_item: Callable[[str], None],
        choose: Callable[[str, str, str, str], Choice],
        prefers: Callable[[str, str, str], float],
        new_id: Callable[[], str],
    ) -> None:
        self.id = user_id
        self._memory = memory
        self._note = note
        self._changed = changed
        self._forgotten = forgotten
        self._erased = erased
        self._check_item = check_item
        self._choose = choose
        self._prefers = prefers
        self._new_id = new_id

    @property
    def profile(self) -> Profile | None:
        profiles = self._memory.records(self.id, Profile)
        return profiles[-1] if profiles else None

    @property
    def standing(self) -> list[StandingPreference]:
        """What the user said outright and always applies, oldest first."""
        return self._memory.records(self.id, StandingPreference)

    @property
    def preferences(self) -> list[Preference]:
        """What edits taught, oldest first."""
        return self._memory.records(self.id, Preference)

    @property
    def facts(self) -> list[Fact]:
        return self._memory.records(self.id, Fact)

    @property
    def memories(self) -> list[Record]:
        """Episodes and facts, oldest first."""
        return [record for record in self._memory.records(self.id, Record) if isinstance(record, Episode | Fact)]

    @property
    def edits(self) -> list[Edit]:
        return self._memory.records(self.id, Edit)

    @property
    def interactions(self) -> list[Interaction]:
        """What the user did with items, oldest first."""
        return self._memory.records(self.id, Interaction)

    def search(self, text: str, *, limit: int = 10) -> list[Record]:
        """The memories that fit best, however weakly."""
        found = self._memory.recall(self.id, text, limit=limit, budget_tokens=None, policy="search")
        return [hit.record for hit in found.hits]

    def remember(self, statement: str) -> Record:
        """Keep a statement for good: a fact where it is one, otherwise a standing preference."""
        return self._note(self.id, statement)

    def forget(self, record_id: str) -> None:
        """Delete one record for good, and remove or make anew what rests on it. Raises RecordNotFound."""
        changes = consequences(self._memory.get(self.id, record_id), self._memory.records(self.id, Record))
        # In this order: when it is cut short the record is still there, to be forgotten again.
        if changes.put:
            self._memory.remember(self.id, changes.put)
        self._memory.forget(self.id, *changes.delete)
        self._forgotten(self.id)

    def pin(self, preference_id: str, *, pinned: bool = True) -> Preference:
        """Keep a learned preference from fading."""
        record = replace(self._preference(preference_id), pinned=pinned)
        self._memory.remember(self.id, [record])
        return record

    def rate(self, item_id: str, value: float) -> Interaction:
        """Rate an item from 0.5 to 5. Raises ValueError, or UnknownItem."""
        if not LOWEST_RATING <= value <= HIGHEST_RATING:
            raise ValueError(f"rating {value} is outside {LOWEST_RATING} to {HIGHEST_RATING}")
        return self._interact(item_id, event="rated", value=value)

    def pick(self, item_id: str) -> Interaction:
        """Say that an item was chosen."""
        return self._interact(item_id, event="picked")

    def reject(self, item_id: str, reason: str = "") -> Interaction:
        """Refuse an item for good, and say why."""
        return self._interact(item_id, event="rejected", reason=reason)

    def choose(self, request: str, chosen: str, rejected: str) -> Choice:
        """Say which of two texts for a request was taken: a few such choices steer later drafts of that kind.

        `forget` takes a choice back. Raises NothingToChoose.
        """
        return self._choose(self.id, request, chosen, rejected)

    def prefers(self, one: str, other: str) -> float:
        """The chance, 0 to 1, that the user would take `one` over `other`, by their choices; .5 without any."""
        return self._prefers(self.id, one, other)

    def export(self) -> dict[str, Any]:
        """Everything that is stored about the user, ready for JSON; `take_in` reads it."""
        return exported(self.id, self._memory.records(self.id, Record))

    def take_in(self, export: Mapping[str, Any]) -> int:
        """Write what `export` gave, of this user or another, here or elsewhere, as this user's; says how many records.

        Records are embedded anew. One that is here already is replaced, so that taking in twice is taking in once.
        Raises InvalidRecord, and writes nothing, for anything else than an export.
        """
        records = imported(export, user_id=self.id)
        if records:
            self._memory.remember(self.id, records)
            self._forgotten(self.id)
        return len(records)

    def erase(self) -> Receipt:
        """Delete everything, and what waits to be learned. What was deleted is on the receipt."""
        receipt = self._memory.erase(self.id)
        # Afterwards, because a turn that is being answered meanwhile may ask for learning. A job that runs in between
        # writes nothing: it rests on records that are gone.
        return replace(receipt, jobs=self._erased(self.id))

    def _preference(self, preference_id: str) -> Preference:
        record = self._memory.get(self.id, preference_id)
        if not isinstance(record, Preference):
            raise ValueError(f"record {preference_id!r} is a {record.kind}, not a learned preference")
        return record

    def _interact(self, item_id: str, **fields: Any) -> Interaction:
        self._check_item(item_id)
        event = Interaction(
            id=self._new_id(),
            user_id=self.id,
            created=self._memory.clock(),
            source="user",
            item_id=item_id,
            **fields,
        )
        self._memory.remember(self.id, [event])
        self._changed(self.id)
        return event
