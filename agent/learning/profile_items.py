"""The part of a profile that speaks of items: what is usually liked, what is not, and what came last.

Code writes it: what can be counted, a small model only counts worse.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from ...memory.records import Interaction
from ...tools.tastes import HIGHEST_RATING, NEUTRAL_RATING, LabelTaste, tastes

__all__ = ["ItemSketch", "Sentence", "Sketch", "about_items", "about_tastes"]

LIKED_FROM = 4.0
DISLIKED_TO = 2.0
LIKES, DISLIKES = 3, 2
TITLES = 5
LATELY = 10
"""The last so many events show what a user is after now."""
ENOUGH_RATINGS = 5
ENOUGH_EVENTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSketch:
    """What a profile says of an item."""

    title: str
    facets: tuple[str, ...]
    """Categories such as genres."""


Sketch = Callable[[str], ItemSketch | None]
Sentence = tuple[str, tuple[str, ...]]
"""What is said, and the ids of the records it rests on."""


def about_items(interactions: Sequence[Interaction], sketch: Sketch) -> list[Sentence]:
    """All sentences, the most telling first."""
    sketch = cache(sketch)  # each item is looked at several times
    liked = _latest(event for event in interactions if _likes(event))
    refused = _latest(event for event in interactions if _dislikes(event))
    titles = (_titles("Liked", liked, sketch), _titles("Did not want", refused, sketch))
    return [*about_tastes(interactions, sketch), *(sentence for sentence in titles if sentence)]


def about_tastes(interactions: Sequence[Interaction], sketch: Sketch) -> list[Sentence]:
    """The summary for a task about items, in some thirty tokens: how the user rates, the label that is surest to be
    liked and the one that is not, each with its level in stars, and what was liked lately. Of who does not rate, how
    many of the items with a label they liked.
    """
    found = tastes(interactions, lambda item_id: known.facets if (known := sketch(item_id)) else ())
    enough = [taste for taste in found if taste.seen >= ENOUGH_EVENTS]
    likes = [taste for taste in enough if taste.strength >= 0 and taste.liked]
    dislikes = [taste for taste in reversed(enough) if taste.strength < 0]
    rated = _latest(event for event in interactions if event.event == "rated")
    first: list[Sentence | None]
    if len(rated) >= ENOUGH_RATINGS:
        first = [_rates(rated, [*likes[:1], *dislikes[:1]])]
    else:
        taken = [taste for taste in likes if taste.liked > taste.disliked]
        refused = [taste for taste in dislikes if taste.disliked > taste.liked]
        first = [_counted("Likes", taken[:LIKES]), _counted("Dislikes", refused[:DISLIKES])]
    return [sentence for sentence in (*first, _lately(interactions, sketch)) if sentence]


def _rates(rated: Sequence[Interaction], telling: Sequence[LabelTaste]) -> Sentence:
    usual, lately = fmean(event.value for event in rated), fmean(event.value for event in rated[-LATELY:])
    levels = ", ".join(f"{taste.label} {_stars(taste.level):.1f}" for taste in telling)
    # The labels' levels rest on picks and rejections as well.
    evidence = dict.fromkeys((*(event.id for event in rated), *(id_ for taste in telling for id_ in taste.evidence)))
    return f"Rates {usual:.1f}, lately {lately:.1f}{': ' if levels else ''}{levels}.", tuple(evidence)


def _stars(level: float) -> float:
    return NEUTRAL_RATING + level * (HIGHEST_RATING - NEUTRAL_RATING)


def _counted(lead: str, found: Sequence[LabelTaste]) -> Sentence | None:
    if not found:
        return None
    counted = ", ".join(f"{taste.label} ({taste.liked} of {taste.seen})" for taste in found)
    return f"{lead} {counted}.", tuple(dict.fromkeys(id_ for taste in found for id_ in taste.evidence))


def _lately(interactions: Sequence[Interaction], sketch: Sketch) -> Sentence | None:
    liked = _latest(event for event in interactions if _likes(event))[-LATELY:]
    counts = Counter(label for event in liked if (found := sketch(event.item_id)) for label in found.facets)
    often = [label for label, count in counts.most_common(2) if count >= ENOUGH_EVENTS]
    if not often:
        return None
    return f"Lately likes {', '.join(often)}.", tuple(event.id for event in liked)


def _likes(event: Interaction) -> bool:
    return event.event == "picked" or (event.event == "rated" and event.value >= LIKED_FROM)


def _dislikes(event: Interaction) -> bool:
    return event.event == "rejected" or (event.event == "rated" and event.value <= DISLIKED_TO)


def _latest(events: Iterable[Interaction]) -> list[Interaction]:
    """The last event on each item, in the order of time."""
    last: dict[str, Interaction] = {}
    for event in events:
        last.pop(event.item_id, None)
        last[event.item_id] = event
    return list(last.values())


def _titles(lead: str, events: Sequence[Interaction], sketch: Sketch) -> Sentence | None:
    known = [(found.title, event.id) for event in events[-TITLES:] if (found := sketch(event.item_id))]
    if not known:
        return None
    return f"{lead} {', '.join(title for title, _ in known)}.", tuple(id_ for _, id_ in known)
