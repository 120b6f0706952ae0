"""What else has to change when one record is forgotten: everything is left as if it had never been there.

A pure function of the user's records; who calls it writes the changes. What the assistant said in answer to a
forgotten message stays: it is a memory of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..memory import Choice, Edit, Episode, Fact, Feedback, Preference, Profile, Record
from .learning.preferences import MAX_CONTEXT_WORDS, undo
from .learning.request import kind_of

__all__ = ["Consequences", "consequences"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """Records to put and ids to delete; the forgotten record's own id is the first of `delete`."""

    put: tuple[Record, ...]
    delete: tuple[str, ...]


def consequences(forgotten: Record, records: Sequence[Record]) -> Consequences:
    """What forgetting a record means for all the user's `records`, of which it is one.

    What rests on it alone goes too: facts, standing preferences, signs of satisfaction, edits of a forgotten reply or
    of a reply to a forgotten message. What rests on others as well stays. Preferences are made anew from the edits
    that are left, a fact that a forgotten one had ended holds again, and a profile that cites something forgotten
    goes, to be built anew.
    """
    gone = {forgotten.id: forgotten}
    while more := [record for record in records if record.id not in gone and _falls(record, gone)]:
        gone |= {record.id: record for record in more}
    left = [record for record in records if record.id not in gone]
    preferences, emptied = _relearned(left, gone)
    kept = [changed for record in left if (changed := _cleaned(record, gone)) is not record]
    return Consequences(put=(*kept, *preferences), delete=(*gone, *emptied))


def _falls(record: Record, gone: dict[str, Record]) -> bool:
    if isinstance(record, Preference):
        return False  # made anew from its other edits
    if isinstance(record, Episode):
        return False
    if isinstance(record, Edit | Feedback):
        return record.reply_id in gone or not gone.keys().isdisjoint(record.evidence) or _answers(record, gone)
    if isinstance(record, Choice):
        return not gone.keys().isdisjoint(record.evidence) or _answers(record, gone)
    if isinstance(record, Profile):
        return not gone.keys().isdisjoint(record.evidence)
    return bool(record.evidence) and gone.keys() >= set(record.evidence)


def _answers(record: Edit | Feedback | Choice, gone: dict[str, Record]) -> bool:
    """Whether an edit, a complaint or a choice holds the text of a forgotten message: the kind of request that its reply answered."""
    requests = {kind_of(episode.content) for episode in gone.values() if isinstance(episode, Episode)}
    return bool(record.context) and record.context in requests


def _cleaned(record: Record, gone: dict[str, Record]) -> Record:
    """The record without what it took from those that are gone; itself when that is nothing."""
    if isinstance(record, Preference):
        return record
    cleaned = record
    if not gone.keys().isdisjoint(record.evidence):
        cleaned = replace(record, evidence=tuple(id_ for id_ in record.evidence if id_ not in gone))
    if isinstance(cleaned, Fact) and cleaned.superseded_by in gone:
        return _reopened(cleaned, gone)
    return cleaned


def _reopened(fact: Fact, gone: dict[str, Record]) -> Fact:
    """A fact whose successor is gone: ended by the successor's successor, or holding again."""
    successor = gone.get(fact.superseded_by or "")
    seen = {fact.id}
    while isinstance(successor, Fact) and successor.id not in seen:
        seen.add(successor.id)
        ended = fact.valid_to == (successor.valid_from or successor.created)
        fact = replace(
            fact, superseded_by=successor.superseded_by, valid_to=successor.valid_to if ended else fact.valid_to
        )
        successor = gone.get(fact.superseded_by or "")
    return fact


def _relearned(left: Sequence[Record], gone: dict[str, Record]) -> tuple[list[Preference], list[str]]:
    """The preferences that change, and the ids of those of which nothing is left."""
    before = {record.id: record for record in left if isinstance(record, Preference)}
    after = dict(before)
    edits = [record for record in (*left, *gone.values()) if isinstance(record, Edit | Feedback | Choice)]
    for edit_id in [record.id for record in gone.values() if isinstance(record, Edit | Feedback | Choice)]:
        remaining = [edit for edit in edits if edit.id == edit_id or edit.id not in gone]
        changes = undo(edit_id, list(after.values()), remaining)
        after |= {preference.id: preference for preference in changes.put}
        for emptied in changes.delete:
            after.pop(emptied)
    lines = set(_lines(gone))
    for preference in list(after.values()):
        context = "\n".join(line for line in preference.context.splitlines() if line not in lines)
        if not context:
            after.pop(preference.id)
        elif context != preference.context:
            after[preference.id] = replace(preference, context=context)
    changed = [preference for id_, preference in after.items() if preference != before[id_]]
    return changed, [id_ for id_ in before if id_ not in after]


def _lines(gone: dict[str, Record]) -> Iterator[str]:
    """How forgotten messages stand in the contexts of preferences."""
    for record in gone.values():
        if isinstance(record, Episode) and record.source == "user":
            yield " ".join(kind_of(record.content).split()[:MAX_CONTEXT_WORDS])
