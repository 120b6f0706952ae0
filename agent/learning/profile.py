"""The profile of a user, in sentences that each cite the records they rest on.

Built in code from facts that hold now and from what the user did with items, so that every user has a sensible profile
without a model call, and nothing in it is invented (Richardson et al. 2023 keep such a summary beside retrieval).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...memory.records import Fact, Interaction, Profile

__all__ = ["PROFILE_ID", "ItemSketch", "build_profile", "holds"]

PROFILE_ID = "profile"
LIKED_FROM = 4.0
DISLIKED_TO = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSketch:
    """What a profile says of an item."""

    title: str
    facets: tuple[str, ...]
    """Categories such as genres."""


Sketch = Callable[[str], ItemSketch | None]
Sentence = tuple[str, tuple[str, ...]]


def build_profile(
    user_id: str,
    *,
    facts: Sequence[Fact],
    interactions: Sequence[Interaction],
    sketch: Sketch,
    previous: Profile | None,
    now: datetime,
    fits: Callable[[str], bool],
) -> Profile | None:
    """The next version of the profile, or None when nothing changed.

    `fits(summary)` says whether a summary is short enough; newest facts are kept first, but told oldest first.
    """
    valid = [fact for fact in facts if holds(fact, now)]
    chosen: list[Sentence] = []
    for sentence in (*_tastes(interactions, sketch), *reversed([_told(fact) for fact in valid])):
        if not fits(" ".join(text for text, _ in (*chosen, sentence))):
            break
        chosen.insert(0, sentence)
    summary = " ".join(text for text, _ in chosen)
    if summary == (previous.summary if previous else ""):
        return None
    citations = tuple(ids for _, ids in chosen)
    return Profile(
        id=PROFILE_ID,
        user_id=user_id,
        created=now,
        source="user",
        evidence=tuple(dict.fromkeys(id_ for ids in citations for id_ in ids)),
        summary=summary,
        citations=citations,
        version=previous.version + 1 if previous else 1,
        n_events=len(facts) + len(interactions),
    )


def holds(fact: Fact, now: datetime) -> bool:
    """Whether a fact is valid at `now`."""
    begun = fact.valid_from is None or fact.valid_from <= now
    return begun and fact.superseded_by is None and (fact.valid_to is None or fact.valid_to > now)


def _told(fact: Fact) -> Sentence:
    statement = fact.statement.strip()
    return statement if statement.endswith((".", "!", "?")) else f"{statement}.", (fact.id,)


def _tastes(interactions: Sequence[Interaction], sketch: Sketch) -> list[Sentence]:
    liked = _latest(event for event in interactions if _likes(event))
    refused = _latest(event for event in interactions if _dislikes(event))
    return [
        sentence
        for sentence in (
            _titles("Liked", liked, sketch),
            _titles("Did not want", refused, sketch),
            _facets("Likes most:", liked, sketch),
        )
        if sentence
    ]


def _likes(event: Interaction) -> bool:
    return event.event == "picked" or (event.event == "rated" and event.value >= LIKED_FROM)


def _dislikes(event: Interaction) -> bool:
    return event.event == "rejected" or (event.event == "rated" and event.value <= DISLIKED_TO)


def _latest(events: Iterable[Interaction]) -> list[Interaction]:
    return list({event.item_id: event for event in events}.values())


def _titles(lead: str, events: Sequence[Interaction], sketch: Sketch) -> Sentence | None:
    known = [(found.title, event.id) for event in events[-5:] if (found := sketch(event.item_id))]
    if not known:
        return None
    return f"{lead} {', '.join(title for title, _ in known)}.", tuple(id_ for _, id_ in known)


def _facets(lead: str, events: Sequence[Interaction], sketch: Sketch) -> Sentence | None:
    counts = Counter(facet for event in events if (found := sketch(event.item_id)) for facet in found.facets)
    often = [facet for facet, count in counts.most_common(3) if count > 1]
    if not often:
        return None
    return f"{lead} {', '.join(often)}.", tuple(event.id for event in events)
