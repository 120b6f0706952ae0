"""One record of each kind with every field set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tailored.memory.records import KINDS, Aspect, Kind, Record

WHEN = datetime(2026, 3, 1, 12, 30, 1, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))

_FIELDS: Mapping[Kind, Mapping[str, Any]] = {
    "episode": {"content": "Grüße 🎉", "thread": "t", "order": 3, "speaker": "Ada", "items": ("i",)},
    "fact": {"statement": "is vegan", "event_time": WHEN, "valid_from": WHEN, "valid_to": WHEN, "superseded_by": "x"},
    "preference": {
        "context": "release notes",
        "aspects": (
            Aspect(name="length", value="short", target=40.0),
            Aspect(name="tone", value="stiff", polarity="-"),
        ),
        "strength": 0.5,
        "uses": 2,
        "accepts": 1,
        "confirmed": WHEN.astimezone(UTC),
        "pinned": True,
    },
    "standing": {"statement": "no spoilers", "pinned": True},
    "profile": {
        "summary": "Vegan. Likes SF.",
        "citations": (("a", "b"), ()),
        "slots": {"diet": "vegan"},
        "version": 4,
        "n_events": 9,
    },
    "edit": {"reply_id": "r", "context": "c", "draft": "d", "edited": "e", "cost": 7, "cost_ratio": 0.25},
    "feedback": {
        "reply_id": "r",
        "signal": "dissatisfied",
        "note": "too long",
        "context": "c",
        "aspects": (Aspect(name="length", value="short", polarity="-", target=40.0),),
    },
    "entity": {"facet": "genres", "name": "science fiction", "last_seen": WHEN},
    "interaction": {"item_id": "i", "event": "rated", "value": 4.5, "reason": "pace"},
    "choice": {
        "context": "c",
        "chosen": "one",
        "rejected": "two",
        "chosen_manner": "warm",
        "rejected_manner": "plain",
    },
    "confirmation": {
        "tool": "send",
        "arguments": '{"to": "b"}',
        "because": "it acts",
        "labels": ("contact",),
        "acts": True,
        "thread": "t",
        "answer": "once",
    },
    "note": {
        "namespace": ("ada", "notes"),
        "key": "k",
        "value": '{"a": [1, "Grüße"]}',
        "texts": ("Grüße", "two"),
        "updated": WHEN,
    },
}


def sample(kind: Kind, *, user_id: str) -> Record:
    return KINDS[kind](
        id=f"{kind}-1", user_id=user_id, created=WHEN, source="user", evidence=("e1", "e2"), **_FIELDS[kind]
    )
