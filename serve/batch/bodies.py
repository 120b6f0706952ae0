"""The answers to lines, as the bodies of their responses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...memory import Edit, Episode, Feedback, Interaction, Record
from .answers import Answer

if TYPE_CHECKING:
    from ...agent import Lesson, Reply, User

__all__ = ["chat_answer", "doing_answer", "found_answer", "lesson_answer", "verdict_answer"]


def chat_answer(reply: Reply, *, created: datetime) -> Answer:
    """OpenAI's `chat.completion`; its id is the reply's, which an edit names. `denied` says which calls of tools were not
    made, because they need a word of the user's."""
    tokens = reply.cost
    usage = {
        "prompt_tokens": tokens.prompt,
        "completion_tokens": tokens.completion,
        "total_tokens": tokens.prompt + tokens.completion,
        "prompt_tokens_details": {"cached_tokens": tokens.cached},
    }
    reason = "length" if reply.trace.truncated else "stop"
    body = _completion(reply.id, reply.text, created=created, model=reply.trace.model, finish_reason=reason)
    denied = [{"tool": asked.tool, "because": asked.because} for asked in reply.trace.denied]
    return Answer(body=body | {"usage": usage} | ({"denied": denied} if denied else {}), record_id=reply.id)


def lesson_answer(lesson: Lesson) -> Answer:
    """What an edit cost and taught."""
    return _edit_answer(lesson.edit, list(lesson.wishes))


def doing_answer(event: Interaction) -> Answer:
    """What the user did with an item, as it is remembered."""
    body = {"id": event.id, "object": "interaction", "item_id": event.item_id, "event": event.event}
    return Answer(body=body | {"value": event.value, "reason": event.reason}, record_id=event.id)


def verdict_answer(said: Feedback) -> Answer:
    """What was said of a reply, as it is remembered."""
    body = {"id": said.id, "object": "feedback", "reply_id": said.reply_id, "signal": said.signal, "note": said.note}
    return Answer(body=body, record_id=said.id)


def found_answer(record: Record, user: User) -> Answer:
    """For what a run that was cut short has left in memory. What it used is not known any more."""
    if isinstance(record, Episode):
        body = _completion(record.id, record.content, created=record.created, model="", finish_reason="stop")
        return Answer(body=body | {"usage": None}, record_id=record.id)
    if isinstance(record, Edit):
        taught = (preference for preference in user.preferences if record.id in preference.evidence)
        return _edit_answer(record, [aspect.value for preference in taught for aspect in preference.aspects])
    if isinstance(record, Interaction):
        return doing_answer(record)
    raise TypeError(f"a {record.kind} is no answer to a line")


def _edit_answer(edit: Edit, wishes: list[str]) -> Answer:
    body = {"id": edit.id, "object": "edit", "reply_id": edit.reply_id, "cost": edit.cost, "wishes": wishes}
    return Answer(body=body | {"cost_ratio": edit.cost_ratio}, record_id=edit.id)


def _completion(reply_id: str, text: str, *, created: datetime, model: str, finish_reason: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}
    stamp = int(created.timestamp())
    return {"id": reply_id, "object": "chat.completion", "created": stamp, "model": model, "choices": [choice]}
