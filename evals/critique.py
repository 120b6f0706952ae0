"""Does taking a "no" lead to the item a person has in mind, and do careless noes do no harm?

People of MovieLens have their last film in mind. Ten are shown a turn, none of them twice; as long as theirs is not
among them they say one thing that is wrong with the shown: a genre that theirs lacks ("less horror", "no horror"), or
that they are from another time ("older", "newer"). The words are read as in a chat. Success is the film found within so
many turns. Only films that at least 20 people rated take part, some 1,300, about as many as ML-100K has.

`soft` says "less X", `hard` says "no X", `none` shows the next ten. They name what is wrong with most of the shown; `any
fault` names one by chance, the likelier the more of the shown have it. A careless person says, one time in five, any
such thing at random. The product's constants were chosen on people with even numbers, who named faults in both ways;
those with odd ones are reported.

Two more tables stand beside the known figures (ML-100K, 400 people, within 1/3/5/10 turns: none .107/.207/.275/.425,
soft .107/.570/.782/.920, hard .107/.677/.850/.945), where only genres were named: `genres alone`, and the same for a
`stranger`, of whom nothing is known at the start. What remains different is the films, the recommender (ours finds more
by itself where it knows the person, and popularity is all it has for a stranger), and which wrong genre is named.

Needs a MovieLens folder; no model.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from ..tools import Item, Wish
from ..tools.reading import Reader, Shown
from ..tools.steering import Steering, merged
from .people import People, Person, people_of
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure"]

SHOWN = 10
TURNS = 10
COUNTED = (1, 3, 5, 10)
PEOPLE = 200
KNOWN_BY = 20
YEARS = 5
CARELESS = 0.2
SEED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How people criticise; with `say` None they say nothing."""

    name: str
    say: Callable[[str], str] | None = None
    careless: float = 0.0
    any_fault: bool = False
    times: bool = True
    """Whether "older" and "newer" are said, too."""
    known: bool = True
    """Whether the recommender starts from what the person rated before."""


def _less(genre: str) -> str:
    return f"less {genre}"


def _no(genre: str) -> str:
    return f"no {genre}"


_WAYS = (
    _Way(name="none"),
    _Way(name="soft", say=_less),
    _Way(name="soft, 20 % careless", say=_less, careless=CARELESS),
    _Way(name="hard", say=_no),
    _Way(name="hard, 20 % careless", say=_no, careless=CARELESS),
    _Way(name="soft, any fault", say=_less, any_fault=True),
    _Way(name="soft, any fault, 20 % careless", say=_less, any_fault=True, careless=CARELESS),
    _Way(name="genres alone, soft", say=_less, times=False),
    _Way(name="genres alone, hard", say=_no, times=False),
    _Way(name="stranger, none", known=False),
    _Way(name="stranger, genres alone, soft", say=_less, times=False, known=False),
    _Way(name="stranger, genres alone, hard", say=_no, times=False, known=False),
)


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """Share of people who found their film within 1, 3, 5 and 10 turns, for each way to criticise."""
    with people_of(settings, data) as people:
        rare = people.rare(KNOWN_BY)
        somebody = people.reported(size or PEOPLE, without=rare)
        figures = {way.name: _found(_Search(people, way, rare), somebody) for way in _WAYS}
    none = figures["none"]["5 turns"]
    return Report(
        title=f"the film {len(somebody)} people have in mind, ten shown a turn",
        figures=figures,
        bars=(
            Bar(name="soft, within 5 turns", value=figures["soft"]["5 turns"], least=0.8),
            Bar(
                name="soft, 20 % careless, above none, within 5 turns",
                value=figures["soft, 20 % careless"]["5 turns"] - none,
                least=0.001,
            ),
        ),
    )


def _found(search: _Search, somebody: Sequence[Person]) -> dict[str, float]:
    turns = [search.turns(person) for person in somebody]
    return {f"{limit} turns": sum(turn <= limit for turn in turns) / len(turns) for limit in COUNTED}


class _Search:
    """People looking for their film in one way."""

    def __init__(self, people: People, way: _Way, rare: frozenset[str]) -> None:
        self._people = people
        self._way = way
        self._rare = rare
        self._reader = Reader(people.picker.index.catalog)
        self._chance = random.Random(SEED)

    def turns(self, person: Person) -> int:
        """In which turn the person's film is shown; one more than all where it is not."""
        target, events = self._people.item(person.hidden), person.events if self._way.known else ()
        seen = [event.item_id for event in person.events]
        steering: list[Steering] = []
        for turn in range(1, TURNS + 1):
            wish = Wish(count=SHOWN, excluded={*seen, *self._rare}, steering=reduce(merged, steering, Steering()))
            shown = [candidate.item for candidate in self._people.picker.pick(person.user_id, events, wish)]
            if any(item.id == target.id for item in shown):
                return turn
            seen += [item.id for item in shown]
            if self._way.say is not None and shown:
                said = self._critique(shown, target, self._way.say)
                steering.append(self._reader.read(said, Shown(items=tuple(item.id for item in shown))))
        return TURNS + 1

    def _critique(self, shown: Sequence[Item], target: Item, say: Callable[[str], str]) -> str:
        """One thing that is wrong with the shown; of a careless person, anything that could be."""
        labels = [label.lower() for item in shown for label in item.labels]
        times = ["older", "newer"] if self._way.times else []
        if self._chance.random() < self._way.careless:
            return self._chance.choice([*(say(label) for label in labels), *times])
        fits = {label.lower() for label in target.labels}
        wrong = {say(label): labels.count(label) for label in labels if label not in fits}
        gaps = [_year(item) - _year(target) for item in shown]
        wrong |= {time: sum(gap > YEARS if time == "older" else gap < -YEARS for gap in gaps) for time in times}
        if self._way.any_fault and any(wrong.values()):
            return self._chance.choices(list(wrong), list(wrong.values()))[0]
        return max(wrong, key=lambda said: wrong[said], default="others")


def _year(item: Item) -> float:
    year = item.facets.get("year")
    return year if isinstance(year, float) else 0.0
