"""Does taking a "no" lead to the item a person has in mind, and do careless noes do no harm?

People of MovieLens have their last film in mind. Ten are shown a turn, none of them twice; as long as theirs is not
among them they say the one thing that is wrong with most of the shown: a genre that theirs lacks ("less horror", "no
horror"), or that it is from another time ("older", "newer"). The words are read as in a chat. A careless person says,
one time in five, any such thing at random.

Only the films that at least 20 people rated take part, some 1,300, about as many as ML-100K has, on which the known
figures were measured.

`soft` says "less X", `hard` says "no X", `none` shows the next ten. Success is the item found within so many turns.
Constants were chosen on people with even numbers; those with odd ones are reported.

Unlike where the known figures were measured (.782 soft, .850 hard, .275 none within 5 turns), a person may also say
that the shown are from another time, films have more genres than one each, and the recommender starts from the
person's whole history, so that "none" finds twice as many. Needs a MovieLens folder; no model.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
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
PEOPLE = 100
KNOWN_BY = 20
YEARS = 5
CARELESS = 0.2
SEED = 11

Say = Callable[[str], str]
_WAYS: Mapping[str, Say | None] = {
    "none": None,
    "soft": lambda genre: f"less {genre}",
    "hard": lambda genre: f"no {genre}",
}


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """Share of people who found their film within 1, 3, 5 and 10 turns, for each way to criticise."""
    with people_of(settings, data) as people:
        rare = people.rare(KNOWN_BY)
        somebody = people.reported(size or PEOPLE, without=rare)
        figures = {
            f"{name}{', 20 % careless' if careless else ''}": _found(people, somebody, say, careless, rare)
            for name, say in _WAYS.items()
            for careless in ((0.0, CARELESS) if say else (0.0,))
        }
    return Report(
        title=f"the film {len(somebody)} people have in mind, ten shown a turn",
        figures=figures,
        bars=(
            Bar(name="soft, within 5 turns", value=figures["soft"]["5 turns"], least=0.8),
            Bar(
                name="soft, 20 % careless, above none, within 5 turns",
                value=figures["soft, 20 % careless"]["5 turns"] - figures["none"]["5 turns"],
                least=0.001,
            ),
        ),
    )


def _found(
    people: People, somebody: Sequence[Person], say: Say | None, careless: float, rare: frozenset[str]
) -> dict[str, float]:
    chance = random.Random(SEED)
    turns = [_turns(people, person, say, careless, chance, rare) for person in somebody]
    return {f"{limit} turns": sum(turn <= limit for turn in turns) / len(turns) for limit in COUNTED}


def _turns(
    people: People, person: Person, say: Say | None, careless: float, chance: random.Random, rare: frozenset[str]
) -> int:
    """In which turn the person's film is shown; one more than all where it is not."""
    reader, target = Reader(people.picker.index.catalog), people.item(person.hidden)
    seen: list[str] = []
    steering: list[Steering] = []
    for turn in range(1, TURNS + 1):
        wish = Wish(count=SHOWN, excluded={*seen, *rare}, steering=reduce(merged, steering, Steering()))
        shown = [candidate.item for candidate in people.picker.pick(person.user_id, person.events, wish)]
        if any(item.id == target.id for item in shown) or not shown:
            return turn if shown else TURNS + 1
        seen += [item.id for item in shown]
        if say is not None:
            said = _critique(shown, target, say, careless, chance)
            steering.append(reader.read(said, Shown(items=tuple(item.id for item in shown))))
    return TURNS + 1


def _critique(shown: Sequence[Item], target: Item, say: Say, careless: float, chance: random.Random) -> str:
    """One thing that is wrong with most of the shown; of a careless person, anything that could be."""
    labels = [label.lower() for item in shown for label in item.labels]
    if chance.random() < careless:
        return chance.choice([*(say(label) for label in labels), "older", "newer"])
    fits = {label.lower() for label in target.labels}
    wrong = {say(label): labels.count(label) for label in labels if label not in fits}
    gaps = [_year(item) - _year(target) for item in shown]
    wrong["older"] = sum(gap > YEARS for gap in gaps)
    wrong["newer"] = sum(gap < -YEARS for gap in gaps)
    return max(wrong, key=lambda said: wrong[said])


def _year(item: Item) -> float:
    year = item.facets.get("year")
    return year if isinstance(year, float) else 0.0
