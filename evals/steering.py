"""Do a person's words about a list change it as they say? The five axes of preference discerning (Mender).

- preference: a sentence says what the next film is like ("comedy, romance films from the 90s"); is it in the list?
- fine and coarse steering: the sentence describes a film very like, or very unlike, the one chosen next.
- sentiment: "no X" must keep every X out, "only X" everything else; every label of the catalog, every wording.
- consolidation: four sentences about other films were said before in the same talk; the last one counts now.

Sentences are made from facets by templates, since labels and years are all that MovieLens says of a film, and are read
as in a chat. Each is reported without steering too: what the same recommender gives to somebody who said nothing. What
a sentence says is the film's own labels and decade, so that figures compare ways of using it and not recommenders.
Constants were chosen on people with even numbers; those with odd ones are reported. Needs a MovieLens folder; no model.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..tools import Item, Wish
from ..tools.reading import Reader
from ..tools.steering import Steering, merged
from .people import People, Person, people_of
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure"]

PEOPLE = 100
TOP = 10
NEAREST = 20
KNOWN_BY = 20
"""People who rated a film that fine and coarse steering ask for: others could hardly be in any list."""
EARLIER = 4
SEED = 5
NO = ("no {}", "never show me {}", "I hate {}", "avoid {} please", "anything without {}", "I don't like {} films")
ONLY = ("only {}", "{} only please", "it must be {}", "just {} films")


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """Hits among the first ten on each axis, with and without steering; the share of lists that obey on sentiment."""
    with people_of(settings, data) as people:
        axes = _Axes(people, people.reported(size or PEOPLE))
        figures = {
            "preference": axes.hits(axes.next_item),
            "fine steering": axes.hits(axes.near),
            "coarse steering": axes.hits(axes.far),
            "consolidation": axes.hits(axes.next_item, earlier=EARLIER),
            "sentiment": axes.sentiment(),
        }
    return Report(
        title=f"five axes of steering, hits in ten of {len(axes.somebody)} people",
        figures=figures,
        bars=(
            Bar(name="sentiment on labels", value=100 * figures["sentiment"]["obeyed"], least=100, unit="%"),
            *(
                Bar(name=f"{axis}, steered less unsteered", value=found["steered"] - found["unsteered"], least=0.001)
                for axis, found in figures.items()
                if axis != "sentiment"
            ),
        ),
    )


class _Axes:
    """The measures over the same people."""

    def __init__(self, people: People, somebody: Sequence[Person]) -> None:
        self.somebody = somebody
        self._people = people
        self._index = people.picker.index
        self._reader = Reader(self._index.catalog)
        self._counts = np.bincount(self._index.catalog.interactions().items, minlength=len(self._index.catalog))
        self._chance = random.Random(SEED)

    def next_item(self, person: Person) -> Item:
        return self._people.item(person.hidden)

    def near(self, person: Person) -> Item:
        """One of the films most like the one chosen next, not seen by the person."""
        return self._chosen(person, self._likeness(person).argsort()[::-1], NEAREST)

    def far(self, person: Person) -> Item:
        """One of the half of all films least like it."""
        return self._chosen(person, self._likeness(person).argsort(), len(self._index.catalog) // 2)

    def hits(self, target: Callable[[Person], Item], *, earlier: int = 0) -> dict[str, float]:
        """Shares of people in whose list the target is: steered, with nothing said, and with everything said at once."""
        found: dict[str, list[bool]] = {"steered": [], "unsteered": []}
        for person in self.somebody:
            item = target(person)
            said = [self._about(self.next_item(other)) for other in self._others(person, earlier)]
            said.append(self._about(item))
            found["steered"].append(self._is_listed(person, item, reduce(merged, map(self._reader.read, said))))
            found["unsteered"].append(self._is_listed(person, item, Steering()))
            if earlier:
                at_once = self._reader.read(". ".join(said))
                found.setdefault("all sentences at once", []).append(self._is_listed(person, item, at_once))
        return {name: float(np.mean(hits)) for name, hits in found.items()}

    def sentiment(self) -> dict[str, float]:
        """The share of lists that obey, over every label and wording, each for one of the people in turn."""
        labels = [label for label in self._index.catalog.values("genres") if isinstance(label, str)]
        cases = [(label, wording) for label in labels for wording in (*NO, *ONLY)]
        obeyed = [
            self._obeys(self.somebody[number % len(self.somebody)], label, wording)
            for number, (label, wording) in enumerate(cases)
        ]
        return {"obeyed": float(np.mean(obeyed)), "lists": float(len(cases))}

    def _obeys(self, person: Person, label: str, wording: str) -> bool:
        listed = self._listed(person, self._reader.read(wording.format(label)))
        having = [label in {one.casefold() for one in item.labels} for item in listed]
        return bool(listed) and (all(having) if wording in ONLY else not any(having))

    def _about(self, item: Item) -> str:
        year = item.facets.get("year")
        decade = f" from the {int(year) // 10 * 10}s" if isinstance(year, float) else ""
        return f"{', '.join(item.labels).lower()} films{decade}"

    def _is_listed(self, person: Person, item: Item, steering: Steering) -> bool:
        return any(listed.id == item.id for listed in self._listed(person, steering))

    def _listed(self, person: Person, steering: Steering) -> list[Item]:
        wish = Wish(count=TOP, steering=steering)
        return [candidate.item for candidate in self._people.picker.pick(person.user_id, person.events, wish)]

    def _likeness(self, person: Person) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        vectors = self._index.vectors
        return np.asarray(vectors @ vectors[self._index.catalog.position(person.hidden)])

    def _chosen(self, person: Person, positions: Iterable[int], among: int) -> Item:
        catalog = self._index.catalog
        seen = {catalog.position(event.item_id) for event in person.events if event.item_id in catalog}
        seen.add(catalog.position(person.hidden))
        fit = [int(at) for at in positions if int(at) not in seen and self._counts[at] >= KNOWN_BY][:among]
        return catalog.items([self._chance.choice(fit)])[0]

    def _others(self, person: Person, count: int) -> list[Person]:
        return self._chance.sample([other for other in self.somebody if other is not person], count)
