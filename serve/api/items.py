"""Native routes of the catalog: what suits a user, and what they did with it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from ...tools.errors import CatalogNotFound
from .bodies import InteractionBody, RecommendBody
from .desk import Desk, TheDesk
from .documented import faults
from .identity import User
from .paging import Part, QueryModel, newest_first
from .views import InteractionView, ItemView, Listed, Page, View

__all__ = ["catalog_router", "router"]

router = APIRouter(prefix="/v1/users/{user}", tags=["items"])
catalog_router = APIRouter(prefix="/v1/items", tags=["items"])


class ItemQuery(QueryModel):
    title: str = Field(min_length=1, max_length=500)


class SuggestionsQuery(QueryModel):
    context: str = Field(default="", max_length=2000, description="What is spoken of; without it the last message.")
    count: int = Field(default=3, ge=1, le=10)


class FoundItem(View):
    id: str
    title: str


@catalog_router.get("", summary="The item of a title, a slip of the pen forgiven", responses=faults(404, 409))
def find_item(wanted: Annotated[ItemQuery, Query()], desk: TheDesk) -> FoundItem:
    _stocked(desk)
    item_id, found = desk.assistant.find_item(wanted.title)
    return FoundItem(id=item_id, title=found)


@router.post("/recommendations", summary="Items that suit the user, with reasons", responses=faults(409, 502))
def recommend(user: User, body: RecommendBody, desk: TheDesk) -> Listed[ItemView]:
    _stocked(desk)
    candidates = desk.assistant.user(user).recommend(
        body.query,
        count=body.count,
        include=body.conditions(body.include),
        exclude=body.conditions(body.exclude),
    )
    return Listed(
        items=[
            ItemView(id=each.item.id, title=each.item.label, reason=each.reason, labels=list(each.item.labels))
            for each in candidates
        ]
    )


@router.get("/suggestions", summary="What the user may want to ask next; none without a catalog", responses=faults())
def suggestions(user: User, desk: TheDesk, wanted: Annotated[SuggestionsQuery, Query()]) -> Listed[str]:
    return Listed(items=list(desk.assistant.suggest(user, wanted.context, count=wanted.count)))


@router.get("/interactions", summary="What the user did with items, newest first", responses=faults())
def interactions(user: User, desk: TheDesk, part: Part) -> Page[InteractionView]:
    events = desk.assistant.user(user).interactions
    return newest_first(events, InteractionView.model_validate, part)


@router.post("/interactions", status_code=201, summary="Rate, pick or reject an item", responses=faults(404, 409))
def interact(user: User, body: InteractionBody, desk: TheDesk) -> InteractionView:
    _stocked(desk)
    person = desk.assistant.user(user)
    if body.value is not None:
        return InteractionView.model_validate(person.rate(body.item_id, body.value))
    done = person.pick(body.item_id) if body.event == "picked" else person.reject(body.item_id, body.reason)
    return InteractionView.model_validate(done)


def _stocked(desk: Desk) -> None:
    if not desk.assistant.stocked:
        raise CatalogNotFound("there is no catalog yet: an operator imports one with `tailored import`")
