"""People of a MovieLens folder as users of an imported catalog, the last thing each chose held back.

The recommenders are trained without what is held back. People with even numbers are there to choose constants on;
benchmarks report those with odd numbers.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..memory import Interaction
from ..tools import Catalog, CatalogIndex, Item, Picker, import_catalog
from ..tools.recommenders import standard
from .embedding_cache import open_cached
from .errors import DataMissing

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["People", "Person", "people_of"]

MIN_RATINGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`events` are what is known of the person, `hidden` is the id of the item chosen next."""

    number: int
    events: tuple[Interaction, ...]
    hidden: str

    @property
    def user_id(self) -> str:
        return f"person-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The picker that was trained without what is held back, and the people."""

    picker: Picker
    everybody: tuple[Person, ...]

    def reported(self, size: int, *, without: frozenset[str] = frozenset()) -> tuple[Person, ...]:
        """Up to `size` people that no constant was chosen on, spread evenly, who have no item of `without` in mind."""
        return _spread([one for one in self.everybody if one.number % 2 == 1 and one.hidden not in without], size)

    def rare(self, raters: int) -> frozenset[str]:
        """Ids of the items that fewer people rated."""
        catalog = self.picker.index.catalog
        counts = np.bincount(catalog.interactions().items, minlength=len(catalog))
        return frozenset(catalog.ids[at] for at in np.flatnonzero(counts < raters))

    def item(self, item_id: str) -> Item:
        catalog = self.picker.index.catalog
        return catalog.items([catalog.position(item_id)])[0]


@contextmanager
def people_of(settings: Settings, data: Path | None) -> Iterator[People]:
    """The people of the MovieLens folder `data`, in a temporary catalog. Raises DataMissing."""
    if data is None or not (data / "ratings.csv").is_file():
        raise DataMissing(f"--data must be a MovieLens folder with movies.csv and ratings.csv; {data} is not")
    with tempfile.TemporaryDirectory() as folder, open_cached(settings) as embedder:
        kept = Path(folder) / "ratings.csv"
        everybody = tuple(_hold_back(data / "ratings.csv", kept))
        import_catalog(data, Path(folder) / "catalog", interactions=kept)
        catalog = Catalog.open(Path(folder) / "catalog")
        index = CatalogIndex.open(catalog, embedder)
        try:
            known = tuple(person for person in everybody if person.hidden in catalog)
            yield People(picker=Picker(index, standard(index)), everybody=known)
        finally:
            catalog.close()


def _hold_back(ratings: Path, kept: Path) -> Iterator[Person]:
    """Write all ratings but each person's last to `kept`."""
    rows: dict[str, list[dict[str, str]]] = {}
    with ratings.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["timestamp"].isdigit():
                rows.setdefault(row["userId"], []).append(row)
    with kept.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["userId", "movieId", "rating", "timestamp"])
        writer.writeheader()
        for number, of_person in enumerate(rows.values()):
            of_person.sort(key=lambda row: int(row["timestamp"]))
            writer.writerows(of_person[:-1])
            if len(of_person) >= MIN_RATINGS:
                yield _person(number, of_person)


def _person(number: int, rows: Sequence[dict[str, str]]) -> Person:
    events = tuple(
        Interaction(
            id=f"{number}-{row['movieId']}",
            user_id=f"person-{number}",
            created=datetime.fromtimestamp(int(row["timestamp"]), UTC),
            source="import",
            item_id=row["movieId"],
            event="rated",
            value=float(row["rating"]),
        )
        for row in rows[:-1]
    )
    return Person(number=number, events=events, hidden=rows[-1]["movieId"])


def _spread(people: Sequence[Person], size: int) -> tuple[Person, ...]:
    rows = np.linspace(0, len(people) - 1, min(size, len(people))).round().astype(int)
    return tuple(people[row] for row in dict.fromkeys(rows.tolist()))
