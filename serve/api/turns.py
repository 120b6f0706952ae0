"""Native routes of talk: turns, and what the user makes of the replies."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from ...agent import Event, Prepared, ReplyFinished, TextDelta, ToolFinished, ToolStarted
from ...agent.supplied import Supplied
from ...memory import Edit, Episode
from ...memory.errors import RecordNotFound
from .bodies import ChoiceBody, EditBody, FeedbackBody, Message, TurnBody
from .bugs import log_bug
from .desk import Asked, TheDesk
from .documented import event_stream, faults
from .identity import Segment, User, identity_of
from .paging import Part, newest_first
from .problems import problem_of, unexpected
from .sse import PING, EventStream, event
from .views import ChoiceView, EditView, FeedbackView, LessonView, Page, ReplyView, View

__all__ = ["router"]

log = logging.getLogger(__name__)
router = APIRouter(prefix="/v1/users/{user}", tags=["turns"])

NAMES = {Prepared: "prepared", TextDelta: "text", ToolStarted: "tool_started", ToolFinished: "tool_finished"}


class WrittenReply(View):
    """A reply as it is remembered; `text` is the user's version where they edited it."""

    id: str
    thread: str
    request: str
    text: str
    draft: str
    edited: bool
    items: list[str]
    created: datetime


@router.post(
    "/turns",
    summary="Answer a message",
    response_model=ReplyView,
    responses={
        **faults(409, 502),
        200: {
            "description": "The turn as server-sent events, or with `stream` false the reply.",
            "content": event_stream(*NAMES.values(), "finished", "error"),
        },
    },
)
async def turn(request: Request, user: User, body: TurnBody, desk: TheDesk) -> Any:
    asked = Asked(
        user_id=user, text=body.text, thread=body.thread, private=body.private, supplied=_supplied(body.history)
    )
    if not body.stream:
        return ReplyView.of(await desk.reply(asked))
    events = desk.events(asked)
    # Whatever is wrong with the request shows before the first event, while there still is a status to say it with.
    first = await anext(events)
    return EventStream(_told(first, events, operator=identity_of(request).operator))


def _supplied(history: list[Message] | None) -> Supplied | None:
    from langchain_core.messages import AIMessage, HumanMessage

    if history is None:
        return None
    said = (HumanMessage(m.content) if m.role == "user" else AIMessage(m.content) for m in history)
    return Supplied(history=tuple(said))


async def _told(
    first: Event | None, events: AsyncGenerator[Event | None, None], *, operator: bool
) -> AsyncGenerator[str, None]:
    try:
        yield _event(first)
        async for each in events:
            yield _event(each)
    except Exception as error:
        problem = problem_of(error, operator=operator)
        if problem is None:
            log_bug(log, "a turn", None, error)
        yield event((problem or unexpected()).as_dict(), "error")
    finally:
        await events.aclose()


def _event(each: Event | None) -> str:
    if each is None:
        return PING
    if isinstance(each, ReplyFinished):
        return event({"reply": ReplyView.of(each.reply).model_dump(mode="json")}, "finished")
    return event(asdict(each), NAMES[type(each)])


@router.get("/replies/{reply}", summary="A reply", responses=faults(404))
def written_reply(user: User, reply: Segment, desk: TheDesk) -> WrittenReply:
    memories = desk.assistant.user(user)
    record = memories.record(reply)
    if not isinstance(record, Episode) or record.source != "assistant":
        raise RecordNotFound(f"record {reply!a} is no reply")
    edited = next((edit.edited for edit in reversed(memories.edits) if edit.reply_id == reply), None)
    return WrittenReply(
        id=record.id,
        thread=record.thread,
        request=_request(record, memories.thread(record.thread)),
        text=record.content if edited is None else edited,
        draft=record.content,
        edited=edited is not None,
        items=list(record.items),
        created=record.created,
    )


def _request(reply: Episode, turns: list[Episode]) -> str:
    return next((turn.content for turn in turns if turn.id in reply.evidence), "")


@router.post(
    "/replies/{reply}/edit", summary="Learn from the user's version of a reply", responses=faults(404, 409, 502)
)
async def edit(user: User, reply: Segment, body: EditBody, desk: TheDesk) -> LessonView:
    lesson = await desk.assistant.aedit_by_id(user, reply, body.text)
    desk.metrics.edited(lesson)
    return LessonView.model_validate(lesson)


@router.post(
    "/replies/{reply}/feedback", status_code=201, summary="Say whether a reply was good", responses=faults(404)
)
def feedback(user: User, reply: Segment, body: FeedbackBody, desk: TheDesk) -> FeedbackView:
    return FeedbackView.model_validate(desk.assistant.user(user).judge(reply, body.signal, body.note))


@router.get("/edits", summary="What was edited, newest first", responses=faults())
def edits(user: User, desk: TheDesk, part: Part) -> Page[EditView]:
    return newest_first(desk.assistant.user(user).edits, EditView.model_validate, part)


@router.delete("/edits/{edit}/lesson", status_code=204, summary="Forget what an edit taught", responses=faults(404))
def undo(user: User, edit: Segment, desk: TheDesk) -> Response:
    if not isinstance(desk.assistant.user(user).record(edit), Edit):
        raise RecordNotFound(f"record {edit!a} is no edit")
    desk.assistant.undo_by_id(user, edit)
    return Response(status_code=204)


@router.post("/choices", status_code=201, summary="Say which of two texts was taken", responses=faults(502))
def choose(user: User, body: ChoiceBody, desk: TheDesk) -> ChoiceView:
    choice = desk.assistant.user(user).choose(body.request, body.chosen, body.rejected)
    return ChoiceView.model_validate(choice)
