"""What the items of a catalog are called, so that "a name for my cat" is not taken for a wish for a film."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .catalog import Catalog

__all__ = ["ALL_NOUNS", "Subject", "subject_called", "subject_of"]

KNOWN_LABELS = 4
"""So many labels of a kind tell what a catalog holds when its facets' names do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The nouns people use for the items of a catalog and the verbs for what they do with them, in lower case."""

    nouns: frozenset[str]
    verbs: frozenset[str]
    called: str
    """What several of them are called, such as "films"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    facets: str
    labels: str
    nouns: str
    verbs: str


_KINDS: Mapping[str, _Kind] = {
    "films": _Kind(
        facets="director directors actors cast runtime",
        labels="horror comedy drama thriller sci-fi western film-noir animation documentary musical romance crime war",
        nouns="film films movie movies flick flicks show shows series picture pictures cinema classic classics",
        verbs="watch see stream rent view",
    ),
    "books": _Kind(
        facets="author authors isbn publisher pages",
        labels="fiction non-fiction novel novels poetry memoir biography essays",
        nouns="book books novel novels read reads story stories author authors classic classics",
        verbs="read borrow",
    ),
    "albums": _Kind(
        facets="artist artists album bpm track",
        labels="rock pop jazz blues folk metal techno house hip-hop classical soul punk",
        nouns="song songs album albums track tracks music artist artists band bands record records playlist",
        verbs="listen hear play",
    ),
    "games": _Kind(
        facets="players platform platforms developer playtime",
        labels="rpg shooter puzzle strategy platformer simulation roguelike",
        nouns="game games",
        verbs="play",
    ),
    "recipes": _Kind(
        facets="ingredients servings cook_time calories",
        labels="vegan vegetarian dessert soup salad",
        nouns="recipe recipes dish dishes meal meals dinner lunch breakfast dessert food",
        verbs="cook eat make bake have",
    ),
    "products": _Kind(
        facets="price brand sku stock",
        labels="",
        nouns="product products gift gifts present presents article articles model models",
        verbs="buy get order wear give purchase choose",
    ),
    "hotels": _Kind(
        facets="amenities check_in check_out",
        labels="",
        nouns="hotel hotels hostel hostels inn inns room rooms accommodation accommodations stay stays apartment apartments resort resorts",
        verbs="stay book sleep",
    ),
    "restaurants": _Kind(
        facets="cuisine cuisines",
        labels="",
        nouns="restaurant restaurants place places bar bars bistro cafe cafes lunch dinner table food",
        verbs="eat dine book go",
    ),
    "courses": _Kind(
        facets="instructor instructors lessons lectures syllabus",
        labels="",
        nouns="course courses class classes lesson lessons workshop workshops training tutorial tutorials",
        verbs="study learn take attend",
    ),
    "wines": _Kind(
        facets="grape grapes vintage winery varietal appellation",
        labels="riesling chardonnay merlot rosé sparkling",
        nouns="wine wines bottle bottles red reds white whites rosé",
        verbs="drink open serve",
    ),
    "articles": _Kind(
        facets="journal journals abstract doi pmid mesh",
        labels="",
        nouns="article articles paper papers study studies trial trials review reviews publication publications",
        verbs="read cite",
    ),
    "podcasts": _Kind(
        facets="host hosts",
        labels="",
        nouns="podcast podcasts episode episodes show shows",
        verbs="listen hear",
    ),
}  # fmt: skip


ALL_NOUNS = frozenset(noun for kind in _KINDS.values() for noun in kind.nouns.split())
"""What items of any catalog are called."""


def subject_called(called: str, labels: Collection[str] = ()) -> Subject:
    """The subject of a catalog of "films", "wines" and so on, with the values of its labels."""
    kind = _KINDS[called]
    return Subject(nouns=frozenset((*kind.nouns.split(), *labels)), verbs=frozenset(kind.verbs.split()), called=called)


def subject_of(catalog: Catalog) -> Subject | None:
    """What the catalog holds, told by the names of its facets or by its labels; None where neither says it."""
    facets = {facet.casefold() for facet in catalog.facets}
    labels = {
        str(value)
        for name, facet in catalog.facets.items()
        if facet.kind == "labels" and facet.n_values <= 1000
        for value in catalog.values(name)
    }
    found = [
        (called, kind)
        for called, kind in _KINDS.items()
        if facets & set(kind.facets.split()) or len(labels & set(kind.labels.split())) >= KNOWN_LABELS
    ]
    if not found:
        return None
    return Subject(
        nouns=frozenset(noun for _, kind in found for noun in kind.nouns.split()) | labels,
        verbs=frozenset(verb for _, kind in found for verb in kind.verbs.split()),
        called=found[0][0],
    )
