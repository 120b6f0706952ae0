"""What a user speaks of, kept as names of the catalog alone, and what they may want to ask next.

Nothing of a message's text is kept here: only the catalog's own words for what it names (K-LaMP's entity store).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from ..memory import Entity, Episode, Interaction, Memory, RecordNotFound
from ..tools import Catalog
from ..tools.aversions import aversions
from ..tools.filters import NoneOf
from ..tools.suggesting import Interest, suggestions, weight
from ..tools.vocabulary import Vocabulary
from .shelf import Shelf

__all__ = ["Interests"]

MAX_EVIDENCE = 100
LIKED = 3.5
"""A rating from which on an item's labels are taken for what the user cares about."""
EMBEDDED = 24
"""Entities whose nearness to the context is looked at."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Interests:
    """The entity stores of all users, each in that user's memory."""

    def __init__(self, memory: Memory, shelf: Shelf) -> None:
        self._memory = memory
        self._shelf = shelf

    def read_turn(self, user_id: str, episode_id: str) -> None:
        """Keep what a message names; a message that is read twice counts once."""
        if not self._shelf.stocked:
            return
        try:
            episode = self._memory.get(user_id, episode_id)
        except RecordNotFound:
            return  # forgotten or erased meanwhile
        if not isinstance(episode, Episode) or episode.source != "user":
            return
        with self._memory.alone(user_id):
            known = {record.id: record for record in self._memory.records(user_id, Entity)}
            named = self.named(episode.content)
            seen = [self._seen(user_id, facet, name, episode, known) for facet, name in named]
            self._memory.remember(user_id, seen, resting_on=(episode.id,))

    def named(self, text: str) -> list[tuple[str, str]]:
        """The labels and names of the catalog that a text speaks of without refusing them, as (facet, value)."""
        mentions = Vocabulary.of(self._catalog).mentions(_WORD.findall(text))
        refused = _refused([text], self._catalog)
        values = (value for mention in mentions for value in mention.values)
        return [value for value in dict.fromkeys(values) if value not in refused]

    def suggest(self, user_id: str, context: str = "", *, count: int = 3) -> tuple[str, ...]:
        """Queries the user may want to ask next, likeliest first; none without a catalog or where nothing is known.

        `context` is what is spoken of now; without one it is the user's last message.
        """
        if not self._shelf.stocked:
            return ()
        said = [e.content for e in self._memory.records(user_id, Episode) if e.source == "user"]
        context = context or (said[-1] if said else "")
        asked = {" ".join(text.casefold().split()).rstrip("?.!") for text in said}
        subject = self._shelf.subject()
        found = suggestions(
            self._catalog,
            self._weighed(user_id, context),
            called=subject.called if subject else "items",
            count=count,
            asked=lambda text: text.casefold() in asked,
        )
        return tuple(suggestion.text for suggestion in found)

    @property
    def _catalog(self) -> Catalog:
        return self._shelf.picker().index.catalog

    def _seen(self, user_id: str, facet: str, name: str, episode: Episode, known: dict[str, Entity]) -> Entity:
        entity_id = f"entity-{blake2b(f'{facet}|{name}'.encode(), digest_size=8).hexdigest()}"
        before = known.get(entity_id)
        if before is not None:
            evidence = tuple(dict.fromkeys((*before.evidence, episode.id)))[-MAX_EVIDENCE:]
            return replace(before, evidence=evidence, last_seen=max(before.last_seen, episode.created))
        return Entity(
            id=entity_id,
            user_id=user_id,
            created=episode.created,
            source="user",
            evidence=(episode.id,),
            facet=facet,
            name=name,
            last_seen=episode.created,
        )

    def _weighed(self, user_id: str, context: str) -> list[Interest]:
        now = self._memory.clock()
        entities = self._memory.records(user_id, Entity)
        entities += self._of_items(user_id, {(entity.facet, entity.name) for entity in entities})
        refused = _refused(self._shelf.standing(user_id), self._catalog)
        entities = [entity for entity in entities if (entity.facet, entity.name) not in refused]
        entities.sort(key=lambda one: -weight(len(one.evidence), one.last_seen, now))
        near = self._nearness(context, [entity.name for entity in entities[:EMBEDDED]])
        return [
            Interest(
                facet=entity.facet,
                name=entity.name,
                weight=weight(len(entity.evidence), entity.last_seen, now, near.get(entity.name, 0.0)),
            )
            for entity in entities
        ]

    def _of_items(self, user_id: str, spoken_of: set[tuple[str, str]]) -> list[Entity]:
        """The labels of items the user chose or rated well, as entities that are not stored: the events are."""
        catalog, found = self._catalog, dict[tuple[str, str], Entity]()
        for event in self._memory.records(user_id, Interaction):
            liked = event.event == "picked" or (event.event == "rated" and event.value >= LIKED)
            if not liked or event.item_id not in catalog:
                continue
            [item] = catalog.items([catalog.position(event.item_id)])
            for facet, value in item.facets.items():
                for label in value if isinstance(value, tuple) else ():
                    key = (facet, label.casefold())
                    evidence = (*(found[key].evidence if key in found else ()), event.id)
                    found[key] = Entity(
                        id="", user_id=user_id, created=event.created, source="user", evidence=evidence, facet=facet,
                        name=key[1], last_seen=event.created,
                    )  # fmt: skip
        return [entity for key, entity in found.items() if key not in spoken_of]

    def _nearness(self, context: str, names: Sequence[str]) -> dict[str, float]:
        if not context.strip():
            return {}
        vector = self._memory.vector(context)
        return {name: float(vector @ self._memory.vector(name)) for name in names}


def _refused(texts: Sequence[str], catalog: Catalog) -> set[tuple[str, str]]:
    limits = (limit for limit in aversions(texts, catalog).filters if isinstance(limit, NoneOf))
    return {(limit.facet, str(value)) for limit in limits for value in limit.values}
