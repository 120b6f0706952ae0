"""Tailored's memory as a LangGraph store: what graphs keep about users lies, and is erased, with the rest of them.

    store = LangGraphStore(assistant.memory)
    graph = builder.compile(store=store)
    store.put((LangGraphStore.label("ada@x.org"), "notes"), "tea", {"text": "prefers green tea"})

One label of every namespace, the first unless `user_at` says otherwise, is the user's; there is no call without it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    get_text_at_path,
    validate_op_namespace,
)

from ..memory import Memory, Note, check_user_id
from .errors import UserMissing

__all__ = ["LangGraphStore"]

_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "$eq": lambda one, other: bool(one == other),
    "$ne": lambda one, other: bool(one != other),
    "$gt": lambda one, other: float(one) > float(other),
    "$gte": lambda one, other: float(one) >= float(other),
    "$lt": lambda one, other: float(one) < float(other),
    "$lte": lambda one, other: float(one) <= float(other),
}


class LangGraphStore(BaseStore):
    """A `BaseStore` over memory. An operation that names no user raises UserMissing before anything is done."""

    def __init__(self, memory: Memory, *, user_at: int = 0) -> None:
        self._memory = memory
        self._user_at = user_at

    @staticmethod
    def label(user_id: str) -> str:
        """A user id as a label: LangGraph allows no periods in labels."""
        return check_user_id(user_id).replace("%", "%25").replace(".", "%2E")

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Reads see what was there before the writes; of several writes to one key the last one counts."""
        planned = [(op, self._user(op)) for op in ops]
        results = [self._read(op, user_id) for op, user_id in planned]
        puts = {(op.namespace, op.key): (op, user_id) for op, user_id in planned if isinstance(op, PutOp)}
        for op, user_id in puts.values():
            self._put(op, user_id)
        return results

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """As `batch`."""
        return await asyncio.to_thread(self.batch, list(ops))

    def _user(self, op: Op) -> str:
        validate_op_namespace(op)
        labels = next((path for path in _paths(op) if len(path) > self._user_at), ())
        label = labels[self._user_at] if labels else "*"
        if label == "*":
            raise UserMissing(
                f"label {self._user_at + 1} of a namespace must be the user's, as (LangGraphStore.label(user_id), …): "
                "no operation reaches all users"
            )
        return check_user_id(unquote(label))

    def _read(self, op: Op, user_id: str) -> Result:
        if isinstance(op, GetOp):
            note = self._notes(user_id).get(_id(op.namespace, op.key))
            return _item(note) if note else None
        if isinstance(op, SearchOp):
            return self._search(op, user_id)
        if isinstance(op, ListNamespacesOp):
            return self._namespaces(op, user_id)
        return None

    def _notes(self, user_id: str) -> dict[str, Note]:
        return {note.id: note for note in self._memory.records(user_id, Note)}

    def _put(self, op: PutOp, user_id: str) -> None:
        note_id = _id(op.namespace, op.key)
        with self._memory.alone(user_id):
            known = self._notes(user_id).get(note_id)
            if op.value is None:
                if known:
                    self._memory.forget(user_id, note_id)
                return
            note = self._note(op, user_id, note_id, created=self._memory.clock())
            if known:
                note = replace(note, created=known.created, updated=note.created)
            self._memory.remember(user_id, [note])

    def _note(self, op: PutOp, user_id: str, note_id: str, *, created: datetime) -> Note:
        return Note(
            id=note_id,
            user_id=user_id,
            created=created,
            source="import",
            namespace=op.namespace,
            key=op.key,
            value=json.dumps(op.value, ensure_ascii=False),
            texts=_texts(op),
        )

    def _search(self, op: SearchOp, user_id: str) -> list[SearchItem]:
        found = [
            (note, score)
            for note, score in self._ranked(user_id, op.query)
            if note.namespace[: len(op.namespace_prefix)] == op.namespace_prefix
            and _fits(json.loads(note.value), op.filter or {})
        ]
        return [_search_item(note, score) for note, score in found[op.offset : op.offset + op.limit]]

    def _ranked(self, user_id: str, query: str | None) -> list[tuple[Note, float | None]]:
        """With a query those that have a text, by the cosine of their vectors, then the others; else newest first."""
        notes = sorted(self._notes(user_id).values(), key=_updated, reverse=True)
        if not query:
            return [(note, None) for note in notes]
        searched, vectors = self._memory.vectors(user_id, Note)
        scores: Iterable[Any] = vectors @ self._memory.vector(query) if searched else []
        ranked = sorted(zip(searched, map(float, scores), strict=True), key=lambda pair: -pair[1])
        have = {note.id for note, _ in ranked}
        return [*ranked, *((note, None) for note in notes if note.id not in have)]

    def _namespaces(self, op: ListNamespacesOp, user_id: str) -> list[tuple[str, ...]]:
        conditions = op.match_conditions or ()
        namespaces = {note.namespace for note in self._notes(user_id).values()}
        fitting = {space for space in namespaces if all(_matches(condition, space) for condition in conditions)}
        cut = sorted({space[: op.max_depth] for space in fitting})
        return cut[op.offset : op.offset + op.limit]


def _paths(op: Op) -> Iterator[Sequence[str]]:
    """The paths of labels that begin every namespace the operation reaches."""
    if isinstance(op, GetOp | PutOp):
        yield op.namespace
    elif isinstance(op, SearchOp):
        yield op.namespace_prefix
    else:
        for condition in op.match_conditions or ():
            if condition.match_type == "prefix":
                yield condition.path


def _id(namespace: tuple[str, ...], key: str) -> str:
    return "note-" + hashlib.sha256(json.dumps([namespace, key]).encode()).hexdigest()[:32]


def _texts(op: PutOp) -> tuple[str, ...]:
    if op.index is False or op.value is None:
        return ()
    paths = ["$"] if op.index is None else list(op.index)
    return tuple(text for path in paths for text in get_text_at_path(op.value, path))


def _updated(note: Note) -> datetime:
    return note.updated or note.created


def _item(note: Note) -> Item:
    return Item(
        value=json.loads(note.value),
        key=note.key,
        namespace=note.namespace,
        created_at=note.created,
        updated_at=_updated(note),
    )


def _search_item(note: Note, score: float | None) -> SearchItem:
    return SearchItem(note.namespace, note.key, json.loads(note.value), note.created, _updated(note), score)


def _fits(value: Any, wanted: Any) -> bool:
    """Whether a value has what a filter wants: equal parts, or `{"$gt": …}` and the like."""
    if not isinstance(wanted, dict):
        return bool(value == (list(wanted) if isinstance(wanted, tuple) else wanted))
    if any(name.startswith("$") for name in wanted):
        return all(_compare(value, name, other) for name, other in wanted.items())
    return isinstance(value, dict) and all(_fits(value.get(name), other) for name, other in wanted.items())


def _compare(value: Any, operator: str, other: Any) -> bool:
    if operator not in _COMPARED:
        raise ValueError(f"filter operator {operator!r} is not known: there are {', '.join(_COMPARED)}")
    try:
        return _COMPARED[operator](value, other)
    except (TypeError, ValueError):
        return False  # no number on one side: neither larger nor smaller


def _matches(condition: MatchCondition, namespace: tuple[str, ...]) -> bool:
    path = condition.path
    if len(namespace) < len(path):
        return False
    part = namespace[: len(path)] if condition.match_type == "prefix" else namespace[-len(path) :]
    return all(wanted in ("*", label) for wanted, label in zip(path, part, strict=True))
