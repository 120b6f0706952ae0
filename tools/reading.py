"""Reading what a message wants of a list of items: "no horror, nothing before 1980, like number 3 but funnier".

By rules, so that it holds whatever a model asks for. Hard words ("no", "only", "before 1980") become limits, plain
mentions of labels become hoped limits, comparatives become leans and, against an item that was shown, hoped limits of
its numbers. What cannot be read so stays in `rest` for the search by words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from .bounds import bounds
from .catalog import Catalog
from .filters import AnyOf, NoneOf, Range
from .lexicon import telling
from .qualities import QUALITIES, Quality
from .references import Reference, references
from .stances import SAYS_NOTHING, WORD, Stance, direction, stances
from .steering import Critique, Lean, Limit, Steering, Value
from .vocabulary import Mention, Vocabulary

__all__ = ["Reader", "Shown"]

_NOUNS = {"time": "year", "length": "length", "pages": "length", "price": "price", "rating": "rating"}

FindTitle = Callable[[str], tuple[str, str] | None]
"""The id and title of the item that is called so, or None."""


_PAST = re.compile(
    r"\b(?:i|we|i've|we've|my \w+)\s+(?:(?:just|already|have|had|once|recently)\s+)*"
    r"(?:saw|watched|seen|loved|liked|enjoyed|listened|played|bought|finished)\b(?:(?!\s(?:so|but)\b)[^,.;!?\n])*",
    re.IGNORECASE,
)
"""A part of a text that tells of the past: it asks for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The items a person speaks about: ids of the list shown last, in its order, and the item last spoken of."""

    items: tuple[str, ...] = ()
    last: str | None = None


@dataclass(slots=True)
class _Draft:
    """What is being read of one text."""

    text: str
    must: list[Limit] = field(default_factory=list)
    hoped: list[Limit] = field(default_factory=list)
    leans: dict[str, Lean] = field(default_factory=dict)
    critiques: list[Critique] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    like: dict[str, str] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    about: list[str] = field(default_factory=list)
    claimed: list[tuple[int, int]] = field(default_factory=list)
    relative: bool = False

    def claim(self, start: int, end: int) -> None:
        self.claimed.append((start, end))

    def is_free(self, start: int, end: int) -> bool:
        return not any(start < taken_end and taken_start < end for taken_start, taken_end in self.claimed)


class Reader:
    """Reads messages about the items of one catalog."""

    def __init__(self, catalog: Catalog, find_title: FindTitle = lambda text: None) -> None:
        self._catalog = catalog
        self._vocabulary = Vocabulary.of(catalog)
        self._find_title = find_title

    def read(self, text: str, shown: Shown = Shown()) -> Steering:
        """What the text wants. Costs well under a millisecond for a message; never raises for any text."""
        draft = _Draft(text.replace("’", "'"))
        for reference in references(draft.text, shown.items, shown.last, self._find_title):
            self._take_reference(draft, reference)
        for past in _PAST.finditer(draft.text):
            draft.claim(*past.span())
        for bound in bounds(draft.text, self._vocabulary):
            if draft.is_free(bound.start, bound.end):
                draft.claim(bound.start, bound.end)
                draft.must += bound.ranges
                draft.missing += [bound.missing] if bound.missing else []
        self._read_qualities(draft, shown)
        self._read_labels(draft)
        self._criticise(draft, shown)
        return self._steering(draft)

    def _take_reference(self, draft: _Draft, reference: Reference) -> None:
        ids = [item_id for item_id in reference.ids if item_id in self._catalog]
        draft.claim(reference.start, reference.end)
        draft.relative = draft.relative or reference.shown
        draft.without |= set(ids)
        if reference.stance == "like":
            items = self._catalog.items([self._catalog.position(item_id) for item_id in ids])
            draft.like |= {item.id: item.label for item in items}
        else:
            draft.about += ids

    def _read_qualities(self, draft: _Draft, shown: Shown) -> None:
        for match in re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)?", draft.text):
            quality = QUALITIES.get(match[0].casefold())
            if quality is None or not draft.is_free(*match.span()):
                continue
            sign, start = direction(draft.text, match, quality)
            if not sign:
                continue
            end = match.end() + (len(" enough") if draft.text[match.end() :].casefold().startswith(" enough") else 0)
            draft.claim(start, end)
            draft.relative = draft.relative or bool(shown.items)
            self._add_quality(draft, quality, sign, shown)

    def _add_quality(self, draft: _Draft, quality: Quality, sign: int, shown: Shown) -> None:
        facets = self._vocabulary.numbers(quality.roles)
        if quality.roles and not facets and "popularity" not in quality.roles:
            draft.missing.append(f"{_NOUNS[quality.roles[0]]} of its items")
            return
        against = tuple(draft.like) or tuple(draft.about) or [one for one in shown.items if one in self._catalog]
        beyond = [limit for facet in facets for limit in self._against(facet, sign * quality.sign, against)]
        draft.hoped += beyond
        if beyond and not (draft.like or draft.about):
            numbers = tuple((facet, sign * quality.sign) for facet in facets)
            draft.critiques.append(Critique(shown=tuple(against), numbers=numbers))
        draft.leans[quality.name] = Lean(
            name=quality.name if sign > 0 else quality.less,
            about=quality.roles[0] if quality.roles else quality.name,
            weight=float(sign),
            labels=self._vocabulary.labels(quality.towards),
            away=self._vocabulary.labels(quality.away),
            # Beyond what it is compared with is enough: the oldest of all is not what "older" asks for.
            numbers=() if beyond else tuple((facet, quality.sign) for facet in facets),
            like=quality.like,
            unlike=quality.unlike,
        )

    def _against(self, facet: str, sign: int, item_ids: Sequence[str]) -> Iterator[Range]:
        """Beyond the middle of these items' numbers."""
        items = self._catalog.items([self._catalog.position(item_id) for item_id in item_ids])
        values = [value for item in items if isinstance(value := item.facets.get(facet), float)]
        if not values:
            return
        middle = float(np.median(values))
        if all(value.is_integer() for value in values):
            edge = math.floor(middle) + 1.0 if sign > 0 else math.ceil(middle) - 1.0
        else:
            edge = math.nextafter(middle, math.inf * sign)
        yield Range(facet=facet, low=edge) if sign > 0 else Range(facet=facet, high=edge)

    def _read_labels(self, draft: _Draft) -> None:
        words = [match for match in WORD.finditer(draft.text) if draft.is_free(*match.span())]
        mentions = {mention.start: mention for mention in self._vocabulary.mentions([word[0] for word in words])}
        for stance, mention in stances(draft.text, words, mentions):
            span = words[mention.start].start(), words[mention.end - 1].end()
            if stance in ("more", "less"):
                draft.claim(*words[mention.start - 1].span())  # the word itself is not searched for
            self._take_label(draft, stance, mention, span)

    def _criticise(self, draft: _Draft, shown: Shown) -> None:
        """What is said against a list that was shown, beside what must not come and what there should be less of."""
        listed = tuple(one for one in shown.items if one in self._catalog)
        if draft.like or draft.about:
            return
        refused = [((one.facet, str(v)),) for one in draft.must if isinstance(one, NoneOf) for v in one.values]
        lessened = [lean.labels for lean in draft.leans.values() if lean.weight < 0]
        for labels in dict.fromkeys((*refused, *lessened)):
            if any(self._has(item_id, labels) for item_id in listed):
                draft.critiques.append(Critique(shown=listed, labels=labels))

    def _has(self, item_id: str, labels: Sequence[Value]) -> bool:
        position = self._catalog.position(item_id)
        return any(bool(self._catalog.having(facet, value)[position]) for facet, value in labels)

    def _take_label(self, draft: _Draft, stance: Stance, mention: Mention, span: tuple[int, int]) -> None:
        by_facet: dict[str, list[str]] = {}
        for facet, value in mention.values:
            by_facet.setdefault(facet, []).append(value)
        if stance == "no":
            draft.claim(*span)
            draft.must += [NoneOf(facet=facet, values=tuple(values)) for facet, values in by_facet.items()]
        elif stance in ("more", "less"):
            draft.claim(*span)
            name = draft.text[slice(*span)].casefold()
            weight = 1.0 if stance == "more" else -1.0
            about = mention.values[0][1]
            draft.leans[about] = Lean(name=f"{stance} {name}", about=about, weight=weight, labels=mention.values)
        else:
            limits = [AnyOf(facet=facet, values=tuple(values)) for facet, values in by_facet.items()][:1]
            (draft.must if stance == "must" else draft.hoped).extend(limits)

    def _steering(self, draft: _Draft) -> Steering:
        rest = draft.text
        for start, end in draft.claimed:
            rest = rest[:start] + " " * (end - start) + rest[end:]
        rest = " ".join(rest.split())
        says = any(stem not in SAYS_NOTHING and not stem.isdigit() for stem in telling(rest))
        return Steering(
            must=tuple(dict.fromkeys(draft.must)),
            hoped=_joined(draft),
            like=tuple(draft.like),
            titles=tuple(draft.like.values()),
            leans=tuple(draft.leans.values()),
            critiques=tuple(draft.critiques),
            without=frozenset(draft.without),
            missing=tuple(dict.fromkeys(draft.missing)),
            rest=rest if says else "",
            relative=draft.relative,
        )


def _joined(draft: _Draft) -> tuple[Limit, ...]:
    """The hoped limits: "comedy or drama" is one of any, "romantic comedy" both."""
    kept: list[Limit] = []
    either = re.search(r"\bor\b", draft.text, re.IGNORECASE) is not None
    for limit in dict.fromkeys(draft.hoped):
        last = kept[-1] if kept else None
        if either and isinstance(limit, AnyOf) and isinstance(last, AnyOf) and last.facet == limit.facet:
            kept[-1] = AnyOf(facet=limit.facet, values=(*last.values, *limit.values))
        else:
            kept.append(limit)
    return tuple(kept)
