"""Native routes of what waits for the user's word: calls of tools that act outside or pass on something sensitive."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from fastapi import APIRouter

from ...memory import Confirmation
from .bodies import ConfirmationBody
from .desk import TheDesk
from .documented import faults
from .identity import Segment, User
from .views import Listed, ReplyView, View

__all__ = ["router"]

router = APIRouter(prefix="/v1/users/{user}/confirmations", tags=["confirmations"])


class ConfirmationView(View):
    """A call that was not made yet, word for word."""

    id: str
    tool: str
    arguments: dict[str, Any]
    because: str
    thread: str
    created: datetime

    @classmethod
    def of(cls, asked: Confirmation) -> ConfirmationView:
        return cls(
            id=asked.id,
            tool=asked.tool,
            arguments=json.loads(asked.arguments),
            because=asked.because,
            thread=asked.thread,
            created=asked.created,
        )


@router.get("", summary="What waits for the user's word", responses=faults())
def waiting(user: User, desk: TheDesk) -> Listed[ConfirmationView]:
    return Listed(items=[ConfirmationView.of(asked) for asked in desk.assistant.user(user).confirmations])


@router.post(
    "/{confirmation}", summary="Allow a call, or refuse it; allowed, the turn goes on", responses=faults(404, 502)
)
async def answer(user: User, confirmation: Segment, body: ConfirmationBody, desk: TheDesk) -> ReplyView | None:
    with desk.turns.one(user):
        reply = await desk.assistant.aconfirm(user, confirmation, body.answer)
    return ReplyView.of(reply) if reply else None
