"""What the native routes give back. Each model is the JSON of one thing, made from our records and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from ...agent import Reply
from ...memory import Episode, Fact, Preference, Profile, Record

__all__ = [
    "AspectView",
    "ChoiceView",
    "EditView",
    "FeedbackView",
    "InteractionView",
    "ItemView",
    "LessonView",
    "Listed",
    "MemoryView",
    "Page",
    "PreferenceView",
    "ProfileView",
    "ReceiptView",
    "ReplyView",
    "StandingView",
    "View",
]

T = TypeVar("T")


class View(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="forbid")


class Listed(View, Generic[T]):
    items: list[T]


class Page(View, Generic[T]):
    """A part of a list; `next_cursor` goes into `cursor` for the next one, and is null on the last."""

    items: list[T]
    next_cursor: str | None = None
    total: int


class AspectView(View):
    name: str
    value: str
    polarity: Literal["+", "-"]
    target: float | None


class EditView(View):
    id: str
    reply_id: str
    context: str
    draft: str
    edited: str
    cost: int
    cost_ratio: float
    created: datetime


class SpanView(View):
    operation: Literal["equal", "insert", "delete", "replace"]
    draft: str
    edited: str


class LessonView(View):
    """What an edit cost and taught."""

    edit: EditView
    diff: list[SpanView]
    wishes: list[str]
    aspects: list[AspectView]


class FeedbackView(View):
    id: str
    reply_id: str
    signal: Literal["satisfied", "dissatisfied"]
    note: str
    created: datetime


class ChoiceView(View):
    id: str
    context: str
    chosen: str
    rejected: str
    created: datetime


class InteractionView(View):
    id: str
    item_id: str
    event: Literal["rated", "picked", "rejected", "shown"]
    value: float
    reason: str
    created: datetime


class StandingView(View):
    id: str
    statement: str
    pinned: bool
    created: datetime


class PreferenceView(View):
    id: str
    context: str
    contexts: list[str]
    wishes: list[str]
    aspects: list[AspectView]
    strength: float
    uses: int
    accepts: int
    confirmed: datetime | None
    pinned: bool
    created: datetime
    evidence: list[str]

    @classmethod
    def of(cls, preference: Preference) -> PreferenceView:
        own = {field.name: getattr(preference, field.name) for field in fields(preference)}
        aspects = [AspectView.model_validate(aspect) for aspect in preference.aspects]
        wishes = [aspect.value for aspect in preference.aspects]
        known = {name: value for name, value in own.items() if name in cls.model_fields}
        return cls(**known | {"contexts": list(preference.parts), "wishes": wishes, "aspects": aspects})


class MemoryView(View):
    """Any record: what has no place in it, as a preference's aspects, is in the record's own list."""

    id: str
    kind: str
    text: str
    source: Literal["user", "assistant", "tool", "import"]
    created: datetime
    evidence: list[str]
    thread: str | None = None
    order: int | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    superseded_by: str | None = None

    @classmethod
    def of(cls, record: Record) -> MemoryView:
        common: dict[str, Any] = {
            "id": record.id,
            "kind": record.kind,
            "text": record.text or _told(record),
            "source": record.source,
            "created": record.created,
            "evidence": list(record.evidence),
        }
        if isinstance(record, Episode):
            return cls(**common, thread=record.thread, order=record.order)
        if isinstance(record, Fact):
            validity = ("valid_from", "valid_to", "superseded_by")
            return cls(**common, **{name: getattr(record, name) for name in validity})
        return cls(**common)


def _told(record: Record) -> str:
    """The text of a record that is not searched."""
    for name in ("summary", "edited", "note", "chosen", "item_id"):
        if text := getattr(record, name, ""):
            return str(text)
    return ""


class SentenceView(View):
    text: str
    evidence: list[str]


class ProfileView(View):
    """`version` 0 is a user of whom there is no profile yet."""

    summary: str = ""
    sentences: list[SentenceView] = []
    slots: dict[str, str] = {}
    version: int = 0
    created: datetime | None = None

    @classmethod
    def of(cls, profile: Profile | None, sentences: Mapping[str, tuple[str, ...]]) -> ProfileView:
        if profile is None:
            return cls()
        return cls(
            summary=profile.summary,
            sentences=[SentenceView(text=text, evidence=list(ids)) for text, ids in sentences.items()],
            slots=dict(profile.slots),
            version=profile.version,
            created=profile.created,
        )


class ItemView(View):
    id: str
    title: str
    reason: str
    labels: list[str]


class NeedView(View):
    recall: bool
    tools: list[str]
    rule: str


class UsedMemoryView(View):
    id: str
    text: str
    kind: str
    score: float
    why: dict[str, float]


class UsedPreferenceView(View):
    id: str
    context: str
    wishes: list[str]
    similarity: float


class UsedToolView(View):
    name: str
    arguments: dict[str, Any]
    ok: bool
    ms: float
    message: str


class TokensView(View):
    prompt: int
    cached: int
    completion: int
    calls: int


class TimingsView(View):
    """Milliseconds."""

    total: float
    compose: float
    model: float
    tools: float
    first_text: float
    overhead: float


class AskedConfirmationView(View):
    """A call that waits for the user's word: `POST …/confirmations/{id}`."""

    id: str
    tool: str
    arguments: dict[str, Any]
    because: str


class TraceView(View):
    need: NeedView
    model: str
    standing: list[str]
    memories: list[UsedMemoryView]
    preferences: list[UsedPreferenceView]
    tools: list[UsedToolView]
    withheld: list[str]
    truncated: bool
    tokens: TokensView
    timings: TimingsView
    prompts: list[str]
    confirmations: list[AskedConfirmationView]


class LearnedView(View):
    id: str
    text: str


class ReplyView(View):
    id: str
    user_id: str
    thread: str
    request: str
    text: str
    private: bool
    items: list[ItemView]
    learned: list[LearnedView]
    why: list[str]
    trace: TraceView

    @classmethod
    def of(cls, reply: Reply) -> ReplyView:
        trace = reply.trace
        learned = zip(trace.learned_ids, trace.learned, strict=True)
        return cls(
            id=reply.id,
            user_id=reply.user_id,
            thread=reply.thread,
            request=reply.request,
            text=reply.text,
            private=reply.private,
            items=[ItemView.model_validate(item) for item in trace.items],
            learned=[LearnedView(id=id_, text=text) for id_, text in learned],
            why=reply.why.splitlines(),
            trace=TraceView.model_validate(trace),
        )


class ReceiptView(View):
    """What was deleted, and when; `records` and `counts` are null where they could not be read."""

    user_id: str
    erased_at: datetime
    records: int | None
    counts: dict[str, int] | None
    jobs: int
    compacted: bool
