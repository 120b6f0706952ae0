"""Native routes of what is known about a user: profile, preferences, memories; to read, correct and forget."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from ...agent import User as Person
from ...memory import Episode, Fact, Preference, Record, StandingPreference
from ...memory.errors import RecordNotFound
from .bodies import PinBody, PreferenceBody, StatementBody
from .desk import TheDesk
from .documented import faults
from .errors import BadRequest
from .identity import Segment, User
from .paging import PartQuery, newest_first
from .views import Listed, MemoryView, Page, PreferenceView, ProfileView, StandingView

__all__ = ["router"]

router = APIRouter(prefix="/v1/users/{user}", tags=["knowledge"])
KINDS = {"episode": Episode, "fact": Fact}


class MemoriesQuery(PartQuery):
    q: str = Field(default="", max_length=2000, description="Search for this.")
    kind: Literal["episode", "fact"] | None = None


R = TypeVar("R", bound=Record)


@router.get("/profile", summary="Who the user is, each sentence with what it rests on", responses=faults())
def profile(user: User, desk: TheDesk) -> ProfileView:
    stored = desk.assistant.user(user).profile
    cited = zip(stored.summary.splitlines(), stored.citations, strict=False) if stored else ()
    return ProfileView.of(stored, dict(cited))


@router.get("/standing", summary="What the user said outright and always applies", responses=faults())
def standing(user: User, desk: TheDesk) -> Listed[StandingView]:
    return Listed(items=[StandingView.model_validate(each) for each in desk.assistant.user(user).standing])


@router.patch("/standing/{id}", summary="Pin a standing preference", responses=faults(404))
def pin_standing(user: User, id: Segment, body: PinBody, desk: TheDesk) -> StandingView:
    person = desk.assistant.user(user)
    _of_kind(person, id, StandingPreference)
    return StandingView.model_validate(person.pin(id, pinned=body.pinned))


@router.delete("/standing/{id}", status_code=204, summary="Forget a standing preference", responses=faults(404))
def forget_standing(user: User, id: Segment, desk: TheDesk) -> Response:
    return _forgotten(desk.assistant.user(user), id, StandingPreference)


@router.get("/preferences", summary="What edits taught", responses=faults())
def preferences(user: User, desk: TheDesk) -> Listed[PreferenceView]:
    return Listed(items=[PreferenceView.of(each) for each in desk.assistant.user(user).preferences])


@router.patch(
    "/preferences/{id}",
    summary="Reword or pin a learned preference",
    description="With the last wish taken out the preference is forgotten, and the answer is 204.",
    response_model=PreferenceView,
    responses={**faults(404), 204: {"description": "Its last wish was taken out: it is forgotten."}},
)
def change_preference(user: User, id: Segment, body: PreferenceBody, desk: TheDesk) -> PreferenceView | Response:
    person = desk.assistant.user(user)
    record = _of_kind(person, id, Preference)
    if body.wishes is not None and len(body.wishes) != len(record.aspects):
        raise BadRequest(f"preference {id!a} has {len(record.aspects)} wishes, not {len(body.wishes)}", param="wishes")
    if body.wishes is not None and person.reword(id, body.wishes) is None:
        return Response(status_code=204)
    if body.pinned is not None:
        person.pin(id, pinned=body.pinned)
    return PreferenceView.of(_of_kind(person, id, Preference))


@router.delete("/preferences/{id}", status_code=204, summary="Forget a learned preference", responses=faults(404))
def forget_preference(user: User, id: Segment, desk: TheDesk) -> Response:
    return _forgotten(desk.assistant.user(user), id, Preference)


@router.get("/memories", summary="Messages and facts, newest first; with `q` the best fitting", responses=faults(502))
def memories(user: User, desk: TheDesk, wanted: Annotated[MemoriesQuery, Query()]) -> Page[MemoryView]:
    person = desk.assistant.user(user)
    kinds = KINDS[wanted.kind] if wanted.kind else (Episode, Fact)
    if not wanted.q.strip():
        kept = [record for record in person.memories if isinstance(record, kinds)]
        return newest_first(kept, MemoryView.of, wanted)
    found = [record for record in person.search(wanted.q, limit=wanted.limit) if isinstance(record, kinds)]
    return Page(items=[MemoryView.of(record) for record in found], total=len(found))


@router.post("/memories", status_code=201, summary="Keep a statement", responses=faults(502))
def remember(user: User, body: StatementBody, desk: TheDesk) -> MemoryView:
    return MemoryView.of(desk.assistant.user(user).remember(body.statement))


@router.get("/memories/{id}", summary="Any record", responses=faults(404))
def memory(user: User, id: Segment, desk: TheDesk) -> MemoryView:
    return MemoryView.of(desk.assistant.user(user).record(id))


@router.delete("/memories/{id}", status_code=204, summary="Forget any record", responses=faults(404))
def forget(user: User, id: Segment, desk: TheDesk) -> Response:
    return _forgotten(desk.assistant.user(user), id, Record)


def _of_kind(person: Person, record_id: str, kind: type[R]) -> R:
    record = person.record(record_id)
    if not isinstance(record, kind):
        raise RecordNotFound(f"record {record_id!a} is a {record.kind}, which is not kept here")
    return record


def _forgotten(person: Person, record_id: str, kind: type[Record]) -> Response:
    person.forget(_of_kind(person, record_id, kind).id)
    return Response(status_code=204)
