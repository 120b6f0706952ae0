"""Records as JSON: one form for the store, for export and for import.

Reading is strict: what a newer version wrote, an unknown kind or field, or a value of the wrong type is refused
with the record's id, so that a damaged line is noticed when it is read and not when it is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from .errors import InvalidRecord
from .records import KINDS, Aspect, Kind, Record

if TYPE_CHECKING:
    from pydantic import TypeAdapter

__all__ = ["SCHEMA", "check_times", "decode", "dumps", "encode", "loads"]

SCHEMA = 1
"""Goes up when a field changes its meaning or goes away; new fields with a default need no new number."""

_ENVELOPE = frozenset({"schema", "kind"})
_ASPECT_FIELDS = frozenset(f.name for f in fields(Aspect))


def encode(record: Record) -> dict[str, Any]:
    """The record as a JSON-able dict with `schema` and `kind`.

    Times are written as ISO 8601: the instant is kept, a named zone becomes its offset.
    Raises InvalidRecord for a field of the wrong type, a time without zone, NaN, or broken Unicode.
    """
    return _encode(record)[0]


def decode(data: Mapping[str, Any]) -> Record:
    """The record in a dict made by `encode`; InvalidRecord for anything else."""
    try:
        text = json.dumps(dict(data), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidRecord(f"record {_name(_id_of(data))} is not plain JSON") from error
    return _build(dict(data), text)


def dumps(record: Record) -> str:
    """The record as one line of JSON; raises as `encode` does."""
    return _encode(record)[1]


def loads(text: str) -> Record:
    """The record in a line written by `dumps`; InvalidRecord for anything else."""
    try:
        data = _DECODER.decode(text)
    except ValueError as error:
        raise InvalidRecord(f"not a record: {len(text)} characters that are no JSON") from error
    return _build(data, text)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def _encode(record: Record) -> tuple[dict[str, Any], str]:
    name = _name(record.id)
    check_times(record)
    try:
        body = _adapter(record.kind).dump_python(record, mode="json", warnings="error")
        data = {"schema": SCHEMA, "kind": record.kind, **body}
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except ValueError as error:
        raise InvalidRecord(f"{record.kind} {name} cannot be written: {_reasons(error)}") from None
    return data, text


def _build(data: object, text: str) -> Record:
    if not isinstance(data, dict):
        raise InvalidRecord(f"not a record: a JSON {type(data).__name__}, where an object is expected")
    name = _name(_id_of(data))
    kind = _check_envelope(data, name)
    _check_fields(data, kind, name)
    try:
        record: Record = _adapter(kind).validate_json(text, strict=True)
    except ValueError as error:
        raise InvalidRecord(f"{kind} {name} cannot be read: {_reasons(error)}") from None
    check_times(record)
    return record


def _check_envelope(data: Mapping[str, Any], name: str) -> Kind:
    schema, kind = data.get("schema"), data.get("kind")
    if type(schema) is not int or schema < 1:
        raise InvalidRecord(f"record {name} has no `schema` number; this version writes {SCHEMA}")
    if schema > SCHEMA:
        raise InvalidRecord(f"record {name} has schema {schema}, this version reads up to {SCHEMA}: upgrade tailored")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidRecord(f"record {name} is of unknown kind {_name(kind)}; known are {', '.join(KINDS)}")
    return kind  # type: ignore[return-value]  # narrowed by the membership test


def _check_fields(data: Mapping[str, Any], kind: Kind, name: str) -> None:
    unknown = data.keys() - _known_names(kind)
    aspects = data.get("aspects") if kind == "preference" else None
    if isinstance(aspects, list):
        unknown |= {key for aspect in aspects if isinstance(aspect, dict) for key in aspect.keys() - _ASPECT_FIELDS}
    if unknown:
        raise InvalidRecord(f"{kind} {name} has unknown fields: {', '.join(_name(key) for key in sorted(unknown))}")


def check_times(record: Record) -> None:
    """InvalidRecord for a time without zone: it cannot be compared with others; or with a zone that JSON has no form for."""
    for field in _time_fields(record.kind):
        value = getattr(record, field)
        if not isinstance(value, datetime) or value.tzinfo is UTC:
            continue
        offset = value.utcoffset()
        if offset is None:
            raise InvalidRecord(f"{record.kind} {_name(record.id)}: `{field}` needs a time zone")
        if offset.total_seconds() % 60:
            # ISO 8601 knows no seconds in an offset; historic local mean times have them.
            raise InvalidRecord(
                f"{record.kind} {_name(record.id)}: the offset of `{field}` has seconds; convert it to UTC"
            )


def _reasons(error: ValueError) -> str:
    """Which fields are wrong and why, without the values: those may be the user's words."""
    from pydantic import ValidationError

    if isinstance(error, UnicodeEncodeError):
        return "a text is not valid Unicode: it holds a lone surrogate"
    if not isinstance(error, ValidationError):
        return "a value is of the wrong type, NaN or infinite"
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"`{'.'.join(map(str, detail['loc']))}`: {detail['msg']}" for detail in details[:5])


def _id_of(data: Mapping[str, Any]) -> object:
    return data.get("id")


def _name(value: object) -> str:
    """A value for an error message, quoted and not endless."""
    text = ascii(value)
    return text if len(text) <= 80 else text[:77] + "..."


@cache
def _adapter(kind: Kind) -> TypeAdapter[Any]:
    # Here, because importing and building cost some 100 ms that `tailored --help` must not pay.
    from pydantic import TypeAdapter

    return TypeAdapter(KINDS[kind])


@cache
def _known_names(kind: Kind) -> frozenset[str]:
    return frozenset(f.name for f in fields(KINDS[kind])) | _ENVELOPE


@cache
def _time_fields(kind: Kind) -> tuple[str, ...]:
    return tuple(f.name for f in fields(KINDS[kind]) if "datetime" in str(f.type))
