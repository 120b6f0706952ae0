"""One user's records as JSON: what `User.export` gives and `User.take_in` reads, for the same user or another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..memory import Confirmation, Record
from ..memory.codec import decode, encode
from ..memory.errors import InvalidRecord

__all__ = ["FORMAT", "exported", "imported"]

FORMAT = "tailored/1"


def exported(user_id: str, records: Sequence[Record]) -> dict[str, Any]:
    """Everything about a user, ready for JSON."""
    return {"format": FORMAT, "user_id": user_id, "records": [encode(record) for record in records]}


def imported(exported: Mapping[str, Any], *, user_id: str) -> list[Record]:
    """The records of an export, as this user's. Raises InvalidRecord for anything else, naming what is wrong.

    What was allowed to a tool is left out: a file that somebody else made could allow anything.
    """
    if not isinstance(exported, Mapping) or exported.get("format") != FORMAT:
        raise InvalidRecord(f"this is no export of a user: its `format` must be {FORMAT!r}")
    if unknown := exported.keys() - {"format", "user_id", "records"}:
        raise InvalidRecord(f"the export has fields unknown here: {', '.join(map(ascii, sorted(unknown)))[:200]}")
    rows, owner = exported.get("records"), exported.get("user_id")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise InvalidRecord("the export's `records` must be a list of objects")
    records = [decode(row) for row in rows]
    for record in records:
        if record.user_id != owner:
            raise InvalidRecord(f"{record.kind} {record.id!a} of the export belongs to another user than the export")
    taken = [record for record in records if not isinstance(record, Confirmation)]
    return [record if record.user_id == user_id else replace(record, user_id=user_id) for record in taken]
