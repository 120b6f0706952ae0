"""Does recall return nothing when there is nothing, at one setting for every embedder and user?

Twenty facts, of which none, one or three (the versions of one fact) answer the question; the same with an embedder that
knows no meanings. Where --data holds long chats: questions asked of the wrong user's memory, and what the
floor costs the right user, apart for the chats that its slopes were fitted on (every other one) and for the rest.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..memory.embedders.base import Embedder
from ..memory.embedders.hashing import HashingEmbedder
from ..memory.memory import Memory
from ..memory.ram import InMemoryStore
from ..memory.records import Fact
from . import recall
from .data_chats import chats_in
from .data_dialogue import Dialogue
from .report import Bar, Report
from .tally import Tally
from .temporal_attributes import ATTRIBUTES
from .temporal_suite import NOW, PEOPLE, USER, Chain, chain_of, question_about

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["evaluate", "few_of_twenty", "measure"]

RELEVANT = (0, 1, 3)
OF = 20
ROUNDS = 60


def measure(settings: Settings, data: Path | None) -> Report:
    """Percent kept and percent found with the configured embedder and with hashing; chats where there are some."""
    from .embedding_cache import open_cached

    with open_cached(settings) as embedder:
        return evaluate(embedder, data)


def evaluate(embedder: Embedder, data: Path | None) -> Report:
    figures: dict[str, Any] = {
        "of twenty": few_of_twenty(embedder),
        "of twenty, hashing": few_of_twenty(HashingEmbedder()),
    }
    if data is not None:
        for name, chats in chats_in(data).items():
            if len(chats) > 1:
                figures[name] = _chats(chats, embedder)
    return Report(title="nothing where nothing is, in percent", figures=figures, bars=_bars(figures))


def few_of_twenty(embedder: Embedder, rounds: int = ROUNDS) -> dict[str, Any]:
    """For 0, 1 and 3 relevant facts of 20: how often anything is returned, and the share of the relevant found."""
    tally = Tally()
    for seed in range(rounds):
        for n in RELEVANT:
            case = _case(seed, n)
            memory = Memory(InMemoryStore(), embedder, clock=lambda: NOW, count_tokens=len)
            memory.remember(USER, case.facts)
            found = {hit.record.id for hit in memory.recall(USER, case.question, budget_tokens=None).hits}
            tally.add(float(bool(found)), f"{n} relevant", "anything returned")
            if case.relevant:
                tally.add(len(case.relevant & found) / n, f"{n} relevant", "found")
    return tally.means()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    question: str
    facts: Sequence[Fact]
    relevant: frozenset[str]


def _case(seed: int, n_relevant: int) -> _Case:
    """A question about one thing, that thing's `n_relevant` versions, and facts about other things."""
    dice = random.Random(seed)
    subjects = [(person, attribute) for attribute in ATTRIBUTES for person in PEOPLE]
    person, attribute = dice.choice(subjects)
    # About other things altogether: what the same person does, or somebody else's, may be of use for an answer.
    others = [pair for pair in subjects if pair[0] != person and pair[1] is not attribute]
    relevant: Chain = chain_of(dice, person, attribute, n_relevant) if n_relevant else []
    chosen = dice.sample(others, OF - n_relevant)
    facts = [fact for fact, _ in relevant] + [chain_of(dice, *pair, 1)[0][0] for pair in chosen]
    return _Case(
        question=question_about(person, attribute, changes=n_relevant > 1),
        facts=dice.sample(facts, len(facts)),
        relevant=frozenset(fact.id for fact, _ in relevant),
    )


def _chats(chats: Sequence[Dialogue], embedder: Embedder) -> dict[str, Any]:
    halves = {"fitted on": chats[::2], "not looked at": chats[1::2]}
    return {which: recall.floor_figures(some, chats, embedder) for which, some in halves.items()}


def _bars(figures: dict[str, Any]) -> list[Bar]:
    twenty = figures["of twenty"]
    bars = [
        Bar(name="0 of 20 relevant: returned", value=twenty["0 relevant"]["anything returned"], most=10, unit="%"),
        Bar(name="3 of 20 relevant: found", value=twenty["3 relevant"]["found"], least=90, unit="%"),
    ]
    for name, halves in figures.items():
        if half := halves.get("not looked at"):
            bars.append(Bar(name=f"{name}, {recall.NOTHING}", value=half[recall.NOTHING], least=90, unit="%"))
            bars.append(Bar(name=f"{name}, cost of the floor", value=half["cost, points"], most=2, unit="points"))
    return bars
