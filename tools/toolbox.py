"""The tools of a turn, for a LangChain agent whose context is a UserContext.

Import this module only where an agent is built: it loads LangChain, which takes about a second. Annotations are not
postponed here, because LangChain reads them to find the injected `runtime`.

A fault is raised as a ToolFault, whose message is made for the model; the agent's loop turns it into a tool message.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from langchain.tools import ToolRuntime, tool
from langchain_core.tools import BaseTool
from pydantic import BaseModel, ConfigDict

from ..memory.errors import InvalidUserId
from ..memory.records import Interaction
from ..memory.store import check_user_id
from .aversions import aversions
from .context import UserContext
from .errors import InvalidRequest, NoUserContext
from .filters import AllOf, Condition, parse_filters
from .picker import Picker, Wish
from .pool import Candidate
from .rendering import Listed, render_items, render_memories
from .search import Hit

__all__ = ["MemoryAccess", "Span", "build_tools"]

MAX_COUNT = 10
COLD = 3
"""Of a user with fewer rated, picked or rejected items little is known: a question may be worth asking."""


class MemoryAccess(Protocol):
    """What tools need of a user's memory."""

    def interactions(self, user_id: str) -> Sequence[Interaction]:
        """What the user did with items of the catalog."""
        ...

    def standing(self, user_id: str) -> Sequence[str]:
        """What the user said outright and always applies."""
        ...

    def recall(self, user_id: str, query: str) -> Sequence[str]:
        """What is remembered that fits the query, best first; nothing when nothing is relevant."""
        ...


class Span(BaseModel):
    """Numbers from `min` to `max`; either may be left out."""

    model_config = ConfigDict(extra="forbid")

    min: float | None = None
    max: float | None = None


Wanted = dict[str, str | bool | float | list[str | float] | Span]


def build_tools(picker: Picker, memory: MemoryAccess) -> list[BaseTool]:
    """`recommend`, `search` and `recall`. Whose they are comes from the run's UserContext, never from the model.

    Each answers with a compact text of at most about 250 tokens; its artifact is the structured result:
    `tuple[Candidate, ...]`, `tuple[Hit, ...]` or `tuple[str, ...]`.
    """
    facets = ", ".join(str(facet) for facet in picker.index.catalog.facets.values()) or "none"
    tools = [_recommend(picker, memory), _search(picker, memory), _recall(memory)]
    tools[0].description += f"\n\nFacets of this catalog: {facets}."
    return tools


def _recommend(picker: Picker, memory: MemoryAccess) -> BaseTool:
    @tool(response_format="content_and_artifact")
    def recommend(
        runtime: ToolRuntime[UserContext],
        query: str = "",
        count: int = 5,
        include: Wanted | None = None,
        exclude: Wanted | None = None,
    ) -> tuple[str, tuple[Candidate, ...]]:
        """Recommend items of the catalog that suit the user, with reasons. Only items returned here may be recommended.

        query: what the user feels like, in words; empty for general taste.
        count: how many items, 1 to 10.
        include: facets the items must have, such as {"genres": ["comedy"], "year": {"min": 1990}}.
        exclude: facets the items must not have, in the same form.
        """
        context = _context(runtime)
        wish = Wish(
            query=context.steering.rest if context.steering else query,
            filter=_filter(picker, memory, context, include, exclude),
            excluded=context.excluded,
            count=_count(context.count or count),
            steering=context.steering,
        )
        candidates = _picked(picker, memory, context, wish)
        context.pool.add(candidates)
        lines = [Listed(item=candidate.item, note=candidate.reason) for candidate in candidates]
        return render_items(lines, "nothing in the catalog fits; ask for less"), tuple(candidates)

    return recommend


def _picked(picker: Picker, memory: MemoryAccess, context: UserContext, wish: Wish) -> list[Candidate]:
    """The list, and a remark for what could not be had."""
    events = memory.interactions(context.user_id)
    candidates = picker.pick(context.user_id, events, wish, missing=context.pool.remark)
    if not candidates and context.steering:
        # The user's own words were enough; what a model added to them left nothing.
        own = replace(wish, filter=_filter(picker, memory, context, None, None))
        candidates = picker.pick(context.user_id, events, own, missing=context.pool.remark)
    if candidates and context.may_ask and sum(event.event != "shown" for event in events) < COLD:
        question = picker.question(context.user_id, events, wish)
        context.pool.question = question.text if question else ""
    for unknown in context.steering.missing:
        context.pool.remark(f"the catalog does not say the {unknown}")
    return candidates


def _search(picker: Picker, memory: MemoryAccess) -> BaseTool:
    @tool(response_format="content_and_artifact")
    def search(
        runtime: ToolRuntime[UserContext],
        query: str,
        count: int = 5,
        include: Wanted | None = None,
        exclude: Wanted | None = None,
    ) -> tuple[str, tuple[Hit, ...]]:
        """Look up items of the catalog by title or by words. Items marked as known must not be recommended.

        query: a title, or words that describe the items.
        count: how many items, 1 to 10.
        include: facets the items must have, in the form that `recommend` takes.
        exclude: facets the items must not have, in the same form.
        """
        context = _context(runtime)
        events = memory.interactions(context.user_id)
        hits = picker.index.search(
            query,
            AllOf(filters=(_filter(picker, memory, context, include, exclude), context.steering.required)),
            without={event.item_id for event in events if event.event == "rejected"},
            count=_count(count),
        )
        candidates = picker.found(context.user_id, events, hits, context.excluded)
        context.pool.add(candidates)
        reasons = {candidate.item.id: candidate.reason for candidate in candidates}
        lines = [Listed(item=hit.item, note=reasons.get(hit.item.id, "known to the user")) for hit in hits]
        return render_items(lines, "nothing found; use other words"), tuple(hits)

    return search


def _recall(memory: MemoryAccess) -> BaseTool:
    @tool(response_format="content_and_artifact")
    def recall(runtime: ToolRuntime[UserContext], query: str) -> tuple[str, tuple[str, ...]]:
        """Look up what is remembered about the user. Use it when the answer depends on what the user said before.

        Where sources disagree, what the user says now counts first, then what is remembered, then other tools.

        query: what to look for, in words.
        """
        memories = tuple(memory.recall(_context(runtime).user_id, query))
        return render_memories(memories), memories

    return recall


def _context(runtime: ToolRuntime[UserContext]) -> UserContext:
    context: Any = runtime.context
    if not isinstance(context, UserContext):
        raise NoUserContext("tools need to know whose they are: run the agent with context=UserContext(user_id=…)")
    try:
        check_user_id(context.user_id)
    except InvalidUserId as error:
        raise NoUserContext(str(error)) from error
    return context


def _filter(
    picker: Picker, memory: MemoryAccess, context: UserContext, include: Wanted | None, exclude: Wanted | None
) -> AllOf:
    """What the model asks for, where the user's own words do not decide it, without what the user refuses."""
    decided = {limit.facet for limit in (*context.steering.must, *context.steering.hoped)}
    kept, dropped = (
        {facet: condition for facet, condition in _conditions(one).items() if facet not in decided}
        for one in (include, exclude)
    )
    refused = aversions([*memory.standing(context.user_id), context.request], picker.index.catalog)
    return AllOf(filters=(parse_filters(kept, dropped), refused))


def _count(count: int) -> int:
    if count < 1:
        raise InvalidRequest(f"count is {count}: ask for 1 to {MAX_COUNT} items")
    return min(count, MAX_COUNT)


def _conditions(wanted: Wanted | None) -> dict[str, Condition]:
    return {
        facet: condition.model_dump(exclude_none=True) if isinstance(condition, Span) else condition
        for facet, condition in (wanted or {}).items()
    }
