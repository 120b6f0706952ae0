"""How many searches does remembering earlier ones save, and is what it gives ever stale or about something else?

A user asks 400 questions over 60 days about made-up things. Four in ten ask again, in other words, what one of the ten
questions before asked. Most facts change only when the backend's documents are brought in anew, every twelve days, and
then the backend's version changes, too; a price changes at any time, about twice a week, and nobody is told; what is
fleeting changes five times a day. An answer from the reservoir counts as stale when it is not what the backend would
say at that moment, which includes answers about another thing or of another kind.

The trigger's similarity was chosen on the things and wordings of `chosen on`; `reported` has others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..tools.backends import Found
from ..tools.reservoir import Reservoir
from .embedding_cache import open_cached
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings
    from ..memory.embedders.base import Embedder

__all__ = ["measure"]

QUESTIONS = 400
DAYS = 60
AGAIN = 0.4
DOCUMENTS_DAYS = 12.0
"""Days between two times the documents are brought in anew."""
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
SEEDS = (1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of question: its wordings, after how many days what is true changes, and how often it is asked."""

    wordings: tuple[str, ...]
    changes: float = DOCUMENTS_DAYS
    weight: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    things: tuple[str, ...]
    kinds: Mapping[str, Kind]


CHOSEN_ON = World(
    things=(
        "Nikon Z5",
        "Nikon Z6",
        "Bosch PSR 18",
        "Bosch PSR 14",
        "Canyon Grail",
        "Dune",
        "Dune Messiah",
        "Lyon",
        "Porto",
    ),
    kinds={
        "weight": Kind(wordings=("How heavy is {}?", "What does {} weigh?", "weight of {}")),
        "maker": Kind(wordings=("Who made {}?", "Who is the maker of {}?", "by whom was {} made")),
        "price": Kind(
            wordings=("What is the price of {}?", "How much does {} cost?", "price for {}"), changes=3, weight=1
        ),
        "stock": Kind(
            wordings=("Is {} in stock?", "Is {} available now?", "current availability of {}"), changes=0.2, weight=1
        ),
    },
)
REPORTED = World(
    things=(
        "Sony A7",
        "Sony A9",
        "Makita DF 333",
        "Makita DF 457",
        "Trek Domane",
        "Emma",
        "Persuasion",
        "Graz",
        "Ghent",
    ),
    kinds={
        "age": Kind(wordings=("How old is {}?", "What is the age of {}?", "age of {}")),
        "place": Kind(wordings=("Where does {} come from?", "Where is {} from?", "place that {} comes from")),
        "history": Kind(wordings=("What is the history of {}?", "Tell me the history of {}", "{} history")),
        "discount": Kind(
            wordings=("What discount is there on {}?", "Which discount is there for {}?", "{} discount"),
            changes=3,
            weight=1,
        ),
        "news": Kind(
            wordings=("What is the latest news about {}?", "Any news on {} today?", "recent news: {}"),
            changes=0.2,
            weight=1,
        ),
    },
)


class Clock:
    """Time as the stream goes on."""

    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> datetime:
        return self.now


class Changing:
    """A backend that tells the truth of this moment: what was asked, and which version of it holds."""

    name = "world"

    def __init__(self, world: World, clock: Clock, seed: int) -> None:
        self._clock = clock
        self._questions = {
            wording.format(thing): (thing, kind)
            for thing in world.things
            for kind, one in world.kinds.items()
            for wording in one.wordings
        }
        self._kinds = world.kinds
        self._phases = np.random.default_rng(seed)
        self._starts: dict[tuple[str, str], float] = {key: self._phases.random() for key in self._questions.values()}
        self.n_asked = 0

    @property
    def version(self) -> str:
        return str(self._version(DOCUMENTS_DAYS, 0.0))

    def search(self, query: str, *, count: int = 5) -> Sequence[Found]:
        self.n_asked += 1
        return [self.truth(query)]

    def truth(self, query: str) -> Found:
        thing, kind = self._questions[query]
        every = self._kinds[kind].changes
        start = 0.0 if every == DOCUMENTS_DAYS else self._starts[thing, kind]
        return Found(title=thing, text=f"{kind}, version {self._version(every, start)}")

    def _version(self, every: float, start: float) -> int:
        return int((self._clock() - BEGUN) / timedelta(days=1) / every + start)


def measure(settings: Settings, data: Path | None) -> Report:
    """Shares of 400 searches over three random streams, in percent."""
    with open_cached(settings) as embedder:
        figures = {
            "chosen on": _mean([_run(CHOSEN_ON, embedder, seed) for seed in SEEDS]),
            "reported": _mean([_run(REPORTED, embedder, seed) for seed in SEEDS]),
        }
    reported = figures["reported"]
    return Report(
        title="searches saved by remembering earlier ones",
        figures=figures,
        bars=(
            Bar(name="searches saved", value=reported["saved, %"], least=35, unit="%"),
            Bar(name="stale or wrong answers", value=reported["stale or wrong"], most=0),
        ),
    )


def _run(world: World, embedder: Embedder, seed: int) -> dict[str, float]:
    clock = Clock()
    backend = Changing(world, clock, seed)
    reservoir = Reservoir(backend, embedder, clock=clock)
    stale, repeated = 0, 0
    for moment, query, again in _stream(world, seed):
        clock.now = moment
        answer = reservoir.search("ada", query)
        repeated += again
        stale += answer.saved and list(answer.found) != [backend.truth(query)]
    return {
        "saved, %": 100 * (1 - backend.n_asked / QUESTIONS),
        "asked again in other words, %": 100 * repeated / QUESTIONS,
        "stale or wrong": float(stale),
    }


def _stream(world: World, seed: int) -> list[tuple[datetime, str, bool]]:
    """Moments, questions, and whether each asks again what one of the ten before asked."""
    rng = np.random.default_rng(seed)
    hours = np.sort(rng.random(QUESTIONS)) * DAYS * 24
    asked: list[tuple[str, str, int]] = []
    stream = []
    for hour in hours:
        again = bool(asked) and bool(rng.random() < AGAIN)
        if again:
            thing, kind, before = asked[-int(rng.integers(1, min(len(asked), 10) + 1))]
            wording = int((before + rng.integers(1, len(world.kinds[kind].wordings))) % len(world.kinds[kind].wordings))
        else:
            weights = np.array([one.weight for one in world.kinds.values()])
            thing = str(rng.choice(world.things))
            kind = str(rng.choice(list(world.kinds), p=weights / weights.sum()))
            wording = int(rng.integers(len(world.kinds[kind].wordings)))
        asked.append((thing, kind, wording))
        stream.append((BEGUN + timedelta(hours=float(hour)), world.kinds[kind].wordings[wording].format(thing), again))
    return stream


def _mean(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
