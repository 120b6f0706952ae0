"""One user's view of what is known about them: to read, correct, take along and erase."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..memory import (
    Aspect,
    Choice,
    Confirmation,
    Edit,
    Episode,
    Fact,
    Feedback,
    Interaction,
    Memory,
    Preference,
    Profile,
    Receipt,
    Record,
    StandingPreference,
)
from ..memory.records import Signal
from .forgetting import consequences
from .transfer import exported, imported

if TYPE_CHECKING:
    from ..memory.thread_ranking import ThreadHit
    from ..tools import Candidate
    from ..tools.filters import Condition
    from ..tools.tastes import LabelTaste

__all__ = ["User"]

LOWEST_RATING, HIGHEST_RATING = 0.5, 5.0
LONGEST_WISH = 200
"""Characters: wishes stand in prompts."""


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
        judge: Callable[[str, str, Signal, str], Feedback],
        recommend: Callable[..., list[Candidate]],
        tastes: Callable[[str], tuple[LabelTaste, ...]],
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
        self._judge = judge
        self._recommend = recommend
        self._tastes = tastes
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
    def tastes(self) -> tuple[LabelTaste, ...]:
        """How the user takes to labels of items such as genres, best liked first, with counts and evidence."""
        return self._tastes(self.id)

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
        """What the user did with items, oldest first; and what exploring slots showed (`shown`, with its chance)."""
        return self._memory.records(self.id, Interaction)

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind there are."""
        return dict(Counter(record.kind for record in self._memory.records(self.id, Record)))

    def record(self, record_id: str) -> Record:
        """One record of any kind. Raises RecordNotFound."""
        return self._memory.get(self.id, record_id)

    def thread(self, thread: str) -> list[Episode]:
        """The messages of a conversation, in order."""
        return self._memory.thread(self.id, thread)

    def threads_about(self, text: str, *, limit: int = 10) -> list[ThreadHit]:
        """The conversations that are about something, best first."""
        return self._memory.threads_about(self.id, text, limit=limit)

    @property
    def confirmations(self) -> list[Confirmation]:
        """Calls of tools that wait for the user's word, oldest first: `Assistant.confirm`."""
        return [asked for asked in self._memory.records(self.id, Confirmation) if asked.answer is None]

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

    def pin(self, preference_id: str, *, pinned: bool = True) -> Preference | StandingPreference:
        """Keep a learned preference from fading, a standing one in every prompt. Raises RecordNotFound, ValueError."""
        with self._memory.alone(self.id):
            record = self._memory.get(self.id, preference_id)
            if not isinstance(record, Preference | StandingPreference):
                raise ValueError(f"record {preference_id!a} is a {record.kind}: only preferences can be pinned")
            pinned_one = replace(record, pinned=pinned)
            self._memory.remember(self.id, [pinned_one])
        return pinned_one

    def reword(self, preference_id: str, wishes: Sequence[str]) -> Preference | None:
        """Put a learned preference into the owner's words: one for each of its aspects, in their order.

        An aspect whose words are empty is taken out; with the last one the preference itself is forgotten, and None is
        returned. Raises RecordNotFound, ValueError.
        """
        with self._memory.alone(self.id):
            record = self._preference(preference_id)
            aspects = _reworded(record, wishes)
            if not aspects:
                self.forget(preference_id)
                return None
            reworded = replace(record, aspects=aspects)
            self._memory.remember(self.id, [reworded])
        return reworded

    def judge(self, reply_id: str, signal: Signal, note: str = "") -> Feedback:
        """Say whether a reply was good ("satisfied", "dissatisfied"), and what was wrong. Raises ReplyNotFound."""
        return self._judge(self.id, reply_id, signal, note)

    def recommend(
        self,
        query: str = "",
        *,
        count: int = 5,
        include: Mapping[str, Condition] | None = None,
        exclude: Mapping[str, Condition] | None = None,
    ) -> list[Candidate]:
        """Items that suit the user, best first, with reasons; never one they have seen or refused. Those that an
        exploring slot took are written down as shown.

        `include` and `exclude` are facets, as {"genres": ["drama"], "year": {"min": 1990}}.
        Raises CatalogNotFound, InvalidRequest, UnknownFacet.
        """
        return self._recommend(self.id, query=query, count=count, include=include, exclude=exclude)

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


def _reworded(preference: Preference, wishes: Sequence[str]) -> tuple[Aspect, ...]:
    if len(wishes) != len(preference.aspects):
        raise ValueError(f"preference {preference.id!a} has {len(preference.aspects)} wishes, not {len(wishes)}")
    said = [" ".join(wish.split()) for wish in wishes]
    if too_long := [wish for wish in said if len(wish) > LONGEST_WISH]:
        raise ValueError(f"a wish has at most {LONGEST_WISH} characters, this one has {len(too_long[0])}")
    return tuple(
        # What was measured in the user's text no longer is what the words say.
        aspect if wish == aspect.value else replace(aspect, value=wish, target=None)
        for aspect, wish in zip(preference.aspects, said, strict=True)
        if wish
    )
