"""What the benchmark of profiles asks: films of MovieLens users, and what a prompt may hold about each user.

Everything that a predictor uses is read back out of the texts that would stand in a prompt, so that none knows more
than a model would be told.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..agent.learning.profile_items import ItemSketch, about_tastes
from ..memory import Interaction
from .errors import DataMissing

__all__ = ["Case", "Told", "cases", "read", "tell"]

TARGETS = 3
"""Each user's last ratings are asked for; everything before them is known."""
LIKED = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One film whose rating, or for `next liked` whose genre, is to be foretold from what the user did before."""

    user: int
    film: ItemSketch
    rating: float
    memories: tuple[str, ...]
    """Past ratings as a prompt would hold them, best first: those most like the film."""
    recent: tuple[str, ...]
    """The films liked last, newest first: for telling which genre comes next."""
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the texts of a prompt say, as numbers."""

    ratings: tuple[float, ...]
    """Of the memories, in their order."""
    genres: tuple[frozenset[str], ...]
    usual: float | None
    lately: float | None
    levels: Mapping[str, float]
    """The genres that the summary gives stars to."""
    lately_likes: tuple[str, ...]


def read(data: Path | None) -> tuple[Mapping[str, ItemSketch], Mapping[int, list[Interaction]]]:
    """Films by id, and each user's ratings in the order of time. Raises DataMissing."""
    if data is None or not (data / "ratings.csv").is_file() or not (data / "movies.csv").is_file():
        raise DataMissing(f"--data must be a MovieLens folder with movies.csv and ratings.csv; {data} is not")
    with (data / "movies.csv").open(encoding="utf-8", newline="") as file:
        films = {row["movieId"]: _sketch(row) for row in csv.DictReader(file)}
    histories: dict[int, list[Interaction]] = {}
    with (data / "ratings.csv").open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            histories.setdefault(int(row["userId"]), []).append(_rated(number, row))
    return films, {user: sorted(events, key=lambda event: event.created) for user, events in histories.items()}


def cases(
    films: Mapping[str, ItemSketch], histories: Mapping[int, Sequence[Interaction]], chosen: Callable[[int], bool]
) -> list[Case]:
    """The last TARGETS ratings of every chosen user."""
    return [case for user, events in histories.items() if chosen(user) for case in _of_user(films, user, events)]


def tell(case: Case, *, memories: int, summary: bool, recent: bool = False) -> tuple[str, Told]:
    """The text about the user that a prompt holds, and what it says: so many memories, with or without the summary."""
    lines = (case.recent if recent else case.memories)[:memories]
    text = "\n".join((*lines, case.summary) if summary else lines)
    return text, _understood(lines, case.summary if summary else "")


def _of_user(films: Mapping[str, ItemSketch], user: int, events: Sequence[Interaction]) -> list[Case]:
    found = []
    for at in range(len(events) - TARGETS, len(events)):
        known, target = events[:at], events[at]
        film = films[target.item_id]
        near = sorted(known, key=lambda event: (-_alike(films[event.item_id], film), -event.created.timestamp()))
        liked = [event for event in reversed(known) if event.value >= LIKED]
        summary = " ".join(sentence for sentence, _ in about_tastes(known, films.get))
        found.append(
            Case(
                user=user,
                film=film,
                rating=target.value,
                memories=tuple(_line(event, films) for event in near[:4]),
                recent=tuple(_line(event, films) for event in liked[:4]),
                summary=summary,
            )
        )
    return found


def _alike(one: ItemSketch, other: ItemSketch) -> float:
    first, second = frozenset(one.facets), frozenset(other.facets)
    return len(first & second) / max(len(first | second), 1)


def _line(event: Interaction, films: Mapping[str, ItemSketch]) -> str:
    film = films[event.item_id]
    return f"- ({event.created:%Y-%m-%d}) rated {film.title} ({', '.join(film.facets)}) {event.value:g} of 5"


_RATED = re.compile(r"\(([^()]*)\) ([\d.]+) of 5$")
_USUAL = re.compile(r"Rates ([\d.]+), lately ([\d.]+?)(?::|\.(?!\d))")
_LEVEL = re.compile(r"([A-Z][\w'() -]*?) (\d\.\d)(?=[,.])")
_LATELY = re.compile(r"Lately likes ([^.]*)\.")


def _understood(lines: Sequence[str], summary: str) -> Told:
    rated = [match for line in lines if (match := _RATED.search(line))]
    usual, lately = _USUAL.search(summary), _LATELY.search(summary)
    levels = _LEVEL.findall(summary[usual.end() :] if usual else "")
    return Told(
        ratings=tuple(float(match[2]) for match in rated),
        genres=tuple(frozenset(match[1].split(", ")) for match in rated),
        usual=float(usual[1]) if usual else None,
        lately=float(usual[2]) if usual else None,
        levels={genre: float(stars) for genre, stars in levels},
        lately_likes=tuple(lately[1].split(", ")) if lately else (),
    )


def _sketch(row: Mapping[str, str]) -> ItemSketch:
    genres = () if row["genres"].startswith("(") else tuple(row["genres"].split("|"))
    return ItemSketch(title=row["title"].strip(), facets=genres)


def _rated(number: int, row: Mapping[str, str]) -> Interaction:
    return Interaction(
        id=f"r{number}",
        user_id=row["userId"],
        created=datetime.fromtimestamp(int(row["timestamp"]), UTC),
        source="user",
        item_id=row["movieId"],
        event="rated",
        value=float(row["rating"]),
    )
