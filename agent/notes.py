"""What is recalled, as the model reads it: who said it, when it held, and what speaks against it.

Facts that contradict each other, with nothing to say which of them is over, are all told, the newest first and each
marked, so that the model asks or says so instead of picking one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..memory import Fact, Hit, Record
from .attribution import attributed
from .learning.facts import contradict
from .learning.profile import holds

__all__ = ["newest_first", "note"]


def newest_first(hits: Sequence[Hit[Record]], now: datetime) -> list[Hit[Record]]:
    """The hits in their order, but of those that contradict each other the newest in the first of their places."""
    ordered = list(hits)
    for at, hit in enumerate(ordered):
        rivals = [place for place in range(at, len(ordered)) if ordered[place] in _against(hit, ordered, now)]
        places = [at, *rivals]
        newest = sorted((ordered[place] for place in places), key=lambda one: _since(one.record), reverse=True)
        for place, one in zip(places, newest, strict=True):
            ordered[place] = one
    return ordered


def note(hit: Hit[Record], hits: Sequence[Hit[Record]], now: datetime) -> str:
    """One hit as a line, with its time, and with a mark where others among `hits` contradict it."""
    against = _against(hit, hits, now)
    mark = ""
    if against:
        newer = all(_since(hit.record) >= _since(other.record) for other in against)
        mark = f"; contradicts {'an older' if newer else 'a newer'} note"
    return f"({_time(hit.record, now)}{mark}) {attributed(hit)}"


def _against(hit: Hit[Record], hits: Sequence[Hit[Record]], now: datetime) -> list[Hit[Record]]:
    fact = hit.record
    if not (isinstance(fact, Fact) and holds(fact, now)):
        return []
    return [
        other
        for other in hits
        if isinstance(other.record, Fact) and holds(other.record, now) and contradict(fact, other.record)
    ]


def _time(record: Record, now: datetime) -> str:
    if not isinstance(record, Fact):
        return f"{record.created:%Y-%m-%d}"
    if record.event_time and not record.valid_from:
        return f"{record.event_time:%Y-%m-%d}"
    since = f"{_since(record):%Y-%m-%d}"
    if record.valid_to is None:
        return f"since {since}"
    return f"{since} to {record.valid_to:%Y-%m-%d}" + (", no longer" if record.valid_to <= now else "")


def _since(record: Record) -> datetime:
    return (record.valid_from if isinstance(record, Fact) else None) or record.created
