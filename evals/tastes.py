"""Do tastes stand noise? Picks that are not the user's own are mixed into what MovieLens users liked.

A user's films of four stars and more become picks, those of two and fewer rejections; the last five picks are hidden,
and to the others so many random films are added as picks, in percent. Each hidden film is compared with a random one:
how often do the tastes speak more for the film that was liked? Once with events weighed by how far they are from the
others (after PLD, arXiv 2502.00348), once all alike. Users with odd numbers; nothing was chosen on them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.learning.profile_items import ItemSketch
from ..memory import Interaction
from ..tools.tastes import Weigh, event_weights, tastes
from .profile import interval
from .profile_cases import read
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["measure"]

NOISE = (0, 20, 50, 100)
HIDDEN = 5
LIKED, DISLIKED = 4.0, 2.0
HARMLESS = -0.005
"""What weighing may cost on a clean history, as a share of the comparisons."""

Floats = NDArray[np.float64]
Films = Mapping[str, ItemSketch]


def measure(settings: Settings, data: Path | None) -> Report:
    """`data` is a MovieLens folder."""
    films, histories = read(data)
    people = {user: events for user, events in histories.items() if user % 2 and len(_picks(events)) > HIDDEN}
    weighed = {share: _right(films, people, share, event_weights) for share in NOISE}
    alike = {share: _right(films, people, share, _alike) for share in NOISE}
    gaps = {share: interval([a - b for a, b in zip(weighed[share], alike[share], strict=True)]) for share in NOISE}
    return Report(
        title="comparisons of a liked film with a random one that tastes decide rightly",
        figures={
            "users": len(people),
            "weighed": {f"{share} % noise": _mean(of) for share, of in weighed.items()},
            "all alike": {f"{share} % noise": _mean(of) for share, of in alike.items()},
            "weighed less alike, 95 %": {f"{share} % noise": gap for share, gap in gaps.items()},
        },
        bars=(
            Bar(name="without noise, weighed less alike", value=gaps[0]["mean"], least=HARMLESS),
            Bar(name="at 50 % noise, weighed less alike", value=gaps[50]["mean"], least=0),
            Bar(name="at 100 % noise, weighed less alike", value=gaps[100]["mean"], least=0),
        ),
    )


def _mean(of_users: Sequence[Floats]) -> float:
    return round(float(np.concatenate(of_users).mean()), 4)


def _right(films: Films, people: Mapping[int, Sequence[Interaction]], share: int, weigh: Weigh) -> list[Floats]:
    """For each user, which comparisons were decided rightly; a draw counts half."""
    found, items = [], list(films)
    for user, events in people.items():
        dice = random.Random(user)  # the same noise and films for every way of weighing
        picks = _picks(events)
        known, hidden = picks[:-HIDDEN], picks[-HIDDEN:]
        noise = [_at_random(number, dice, items, known) for number in range(len(known) * share // 100)]
        refused = [replace(event, event="rejected") for event in events if event.value <= DISLIKED]
        levels = {
            taste.label: taste.level
            for taste in tastes([*known, *noise, *refused], lambda item: films[item].facets, weigh=weigh)
        }
        others = [films[dice.choice(items)] for _ in hidden]
        found.append(np.array([_beats(films[e.item_id], o, levels) for e, o in zip(hidden, others, strict=True)]))
    return found


def _picks(events: Sequence[Interaction]) -> list[Interaction]:
    return [replace(event, event="picked", value=1.0) for event in events if event.value >= LIKED]


def _at_random(number: int, dice: random.Random, items: Sequence[str], picks: Sequence[Interaction]) -> Interaction:
    return replace(dice.choice(picks), id=f"noise-{number}", item_id=dice.choice(items))


def _alike(interactions: Sequence[Interaction], labels_of: object) -> dict[str, float]:
    return {event.id: 1.0 for event in interactions}


def _beats(liked: ItemSketch, other: ItemSketch, levels: Mapping[str, float]) -> float:
    ours, theirs = _spoken_for(liked, levels), _spoken_for(other, levels)
    return float(ours > theirs) + 0.5 * float(ours == theirs)


def _spoken_for(film: ItemSketch, levels: Mapping[str, float]) -> float:
    return float(np.mean([levels.get(label, 0.0) for label in film.facets])) if film.facets else 0.0
