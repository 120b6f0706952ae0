"""Does a list that a model plans by tools hold what the best tool alone would have put there (ToolRec)?

People of MovieLens with their last film held back; the configured chat model says under a JSON schema by which genres
to retrieve, up to seven calls, and the lists are joined. The best tool alone is `recommend` on the same masks: all
recommenders fused. An item is invalid when the catalog does not have it, seen when the person had rated it. Answers are
kept beside the downloaded weights, so that a second run asks nothing again and a longer one goes on.

People with odd numbers are reported; the weights of the plan were chosen on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..agent.models.resolve import close_chat_model, open_chat_model
from ..agent.planned import Ask, PlannedList, asking, plan_list
from ..tools import Wish
from .answers import cached
from .people import People, Person, people_of
from .report import Bar, Report

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from ..agent.settings import Settings

__all__ = ["measure"]

PEOPLE = 100
TOP = 10


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """HR@10 and NDCG@10 of the planned list and of the best tool alone, invalid and seen items, calls."""
    with people_of(settings, data) as people:
        opened: list[BaseChatModel] = []
        try:
            ask = cached(_lazily(settings, opened), settings.weights_dir / "answers", settings.model.name)
            somebody = people.reported(size or PEOPLE)
            plans = [plan_list(ask, people.picker, p.user_id, p.events, count=TOP) for p in somebody]
        finally:
            for model in opened:
                close_chat_model(model)
        alone = [[c.item.id for c in people.picker.pick(p.user_id, p.events, Wish(count=TOP))] for p in somebody]
        figures = _figures(people, somebody, plans, alone)
    return Report(
        title=f"lists planned by {settings.model.name} for {len(somebody)} people",
        figures=figures,
        bars=(
            Bar(name="NDCG@10 beside the best tool alone", value=figures["planned beside alone"], least=1.0, unit="x"),
            Bar(name="invalid or seen items", value=figures["invalid"] + figures["seen"], most=0),
            Bar(name="calls of the model, most", value=figures["calls, most"], most=7),
        ),
    )


def _lazily(settings: Settings, opened: list[BaseChatModel]) -> Ask:
    """The configured model, opened with the first answer that is not on the disk."""

    def ask(prompt: list[tuple[str, str]], schema: dict[str, object]) -> str:
        if not opened:
            opened.append(open_chat_model(settings.model, settings.weights_dir))
        return asking(opened[0])(prompt, schema)

    return ask


def _figures(
    people: People, somebody: Sequence[Person], plans: Sequence[PlannedList], alone: Sequence[Sequence[str]]
) -> dict[str, float]:
    listed = [[candidate.item.id for candidate in plan.candidates] for plan in plans]
    catalog = people.picker.index.catalog
    seen = [{event.item_id for event in person.events} for person in somebody]
    planned, best = _ndcg(somebody, listed), _ndcg(somebody, alone)
    return {
        "HR@10, planned": _hits(somebody, listed),
        "HR@10, best tool alone": _hits(somebody, alone),
        "NDCG@10, planned": planned,
        "NDCG@10, best tool alone": best,
        "planned beside alone": planned / best if best else 1.0,
        "invalid": float(sum(item not in catalog for items in listed for item in items)),
        "seen": float(sum(item in known for items, known in zip(listed, seen, strict=True) for item in items)),
        "calls, mean": float(np.mean([plan.calls for plan in plans])),
        "calls, most": float(max(plan.calls for plan in plans)),
        "values retrieved by, mean": float(np.mean([len(plan.values) for plan in plans])),
    }


def _hits(somebody: Sequence[Person], lists: Sequence[Sequence[str]]) -> float:
    return float(np.mean([person.hidden in listed for person, listed in zip(somebody, lists, strict=True)]))


def _ndcg(somebody: Sequence[Person], lists: Sequence[Sequence[str]]) -> float:
    gains = [
        1 / np.log2(listed.index(person.hidden) + 2) if person.hidden in listed else 0.0
        for person, listed in zip(somebody, lists, strict=True)
    ]
    return float(np.mean(gains))
