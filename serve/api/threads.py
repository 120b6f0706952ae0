"""Native routes of conversations."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from ...agent import User as Person
from ...memory import Episode
from ...memory.errors import RecordNotFound
from .desk import TheDesk
from .documented import faults
from .identity import Segment, User
from .paging import PartQuery, QueryModel, newest_first
from .views import Page, View

__all__ = ["router"]

router = APIRouter(prefix="/v1/users/{user}/threads", tags=["threads"])
TITLE = 80
"""Characters of a thread's first message that are its title."""


class ThreadsQuery(PartQuery):
    q: str = Field(default="", max_length=2000, description="About this.")


class MessagesQuery(QueryModel):
    limit: int = Field(default=100, ge=1, le=200, description="At most so many, the last ones.")
    before: int | None = Field(default=None, ge=0, le=2**62, description="Only messages before this `order`.")


class ThreadView(View):
    thread: str
    title: str
    n_messages: int
    created: datetime
    last: datetime


class NewThread(View):
    thread: str


class MessageView(View):
    """`text` of an edited reply is the user's version, `draft` what the assistant wrote."""

    id: str
    order: int
    role: Literal["user", "assistant"]
    text: str
    draft: str | None
    edited: bool
    items: list[str]
    created: datetime


class MessagesView(View):
    thread: str
    messages: list[MessageView]
    more: bool


@router.get("", summary="Conversations, the latest first; with `q` those about it", responses=faults(502))
def threads(user: User, desk: TheDesk, wanted: Annotated[ThreadsQuery, Query()]) -> Page[ThreadView]:
    person = desk.assistant.user(user)
    views = _threads(person)
    if wanted.q.strip():
        hits = person.threads_about(wanted.q, limit=wanted.limit)
        found = [views[hit.thread] for hit in hits if hit.thread in views]
        return Page(items=found, total=len(found))
    return newest_first([_Latest(view) for view in views.values()], lambda each: each.view, wanted)


class _Latest:
    """A thread, placed by its last message."""

    def __init__(self, view: ThreadView) -> None:
        self.view = view
        self.id = view.thread
        self.created = view.last


def _threads(person: Person) -> dict[str, ThreadView]:
    turns = [record for record in person.memories if isinstance(record, Episode)]
    in_order = sorted(turns, key=lambda turn: (turn.thread, turn.order))
    return {name: _view(name, list(of_one)) for name, of_one in groupby(in_order, key=lambda turn: turn.thread)}


def _view(name: str, turns: list[Episode]) -> ThreadView:
    return ThreadView(
        thread=name,
        title=" ".join(turns[0].content.split())[:TITLE],
        n_messages=len(turns),
        created=turns[0].created,
        last=max(turn.created for turn in turns),
    )


@router.post("", status_code=201, summary="An id for a new conversation", responses=faults())
def new_thread(user: User, desk: TheDesk) -> NewThread:
    return NewThread(thread=desk.assistant.new_thread())


@router.get("/{thread}", summary="A conversation's messages, oldest first", responses=faults(404))
def messages(
    user: User,
    thread: Segment,
    desk: TheDesk,
    wanted: Annotated[MessagesQuery, Query()],
) -> MessagesView:
    person = desk.assistant.user(user)
    turns = _existing(person, thread)
    earlier = [turn for turn in turns if wanted.before is None or turn.order < wanted.before]
    edited = {edit.reply_id: edit.edited for edit in person.edits}
    part = [_message(turn, edited.get(turn.id)) for turn in earlier[-wanted.limit :]]
    return MessagesView(thread=thread, messages=part, more=len(earlier) > wanted.limit)


def _existing(person: Person, thread: str) -> list[Episode]:
    turns = person.thread(thread)
    if not turns:
        raise RecordNotFound(f"there is no thread {thread!a}, or nothing was said in it yet")
    return turns


def _message(turn: Episode, edited: str | None) -> MessageView:
    return MessageView(
        id=turn.id,
        order=turn.order,
        role="assistant" if turn.source == "assistant" else "user",
        text=turn.content if edited is None else edited,
        draft=None if edited is None else turn.content,
        edited=edited is not None,
        items=list(turn.items),
        created=turn.created,
    )


@router.delete(
    "/{thread}", status_code=204, summary="Forget a conversation and what rests on it", responses=faults(404)
)
def forget_thread(user: User, thread: Segment, desk: TheDesk) -> Response:
    person = desk.assistant.user(user)
    for turn in _existing(person, thread):
        person.forget(turn.id)
    return Response(status_code=204)
