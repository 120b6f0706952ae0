"""Whether a message names an item or a person of the catalog: "how long is vertigo" asks about one it holds.

Names are compared by hashes of their words, so a million titles take some 16 MB, and a message of n words takes n times
LONGEST look-ups in a sorted array.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..tools import Catalog

__all__ = ["PLACEHOLDER", "Named", "Names"]

LONGEST = 9
"""Words; of longer titles only what stands before a colon is known."""
SHORTEST = 4
"""Letters of a title of one word that is told in lower case; "up" and "her" are always taken for words."""
NEAR = 40
"""Characters before a word that are looked at."""
SHORTEST_SURNAME = 3
PLACEHOLDER = "Thename"
"""Stands in the text for each name."""

_PEOPLE = frozenset(
    (
        "director",
        "directors",
        "actor",
        "actors",
        "cast",
        "starring",
        "author",
        "authors",
        "writer",
        "writers",
        "artist",
        "artists",
        "band",
        "bands",
        "composer",
        "performer",
        "host",
        "hosts",
        "developer",
        "instructor",
        "teacher",
        "chef",
        "winery",
        "producer",
        "brand",
    )
)
"""Facets whose values are spoken of as those who made an item."""
_ARTICLES = frozenset(("the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "los", "las", "il", "lo"))
_WORD = re.compile(r"&|[^\W_]+(?:['’][^\W_]+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_BRACKETS_AT_END = re.compile(r"(?:\s*\([^()]*\))+$")
_INVERTED = re.compile(r"^(.+), (The|An?|L[aeo]s?|Il|El|Das|Der|Die)$")
_BEFORE_QUOTED = re.compile(r"[\"“”„«*‘]\s*$|(?:^|\s)'$")
_BEFORE_SENTENCE = re.compile(r"(?:^|[.!?]\s)\W*$")
_IS_A_WORD = re.compile(r"\b(?:my|our|your|his|her|their|its|an?|the|this|that|some|any)\s+$", re.IGNORECASE)
"""Stands before a word, seldom before a title."""
_OF_AN_ITEM = re.compile(
    r"\b(?:how (?:long|old|many|much)|what year|which year|(?:what|which) (?:country|language|genre|colou?r|size|platform)"
    r"|who (?:directed|made|wrote|plays?|stars?|shot|is in|was in|sings?|published)|when (?:did|was|is|does)"
    r"|(?:come|came|comes) out|released?|rated|rating|run(?:s|time|ning time)?|length|pages|minutes|director|cast|author"
    r"|(?:is|'s|was) \w+(?: \w+){0,3} about|plot|price|costs?|synopsis|subtitles|dubbed|in colou?r|black and white"
    r"|do you have|have you got|got|wie lang|wer hat|worum|combien|quand|qui a|cu[aá]nto|qui[eé]n)\b",
    re.IGNORECASE,
)
"""What is asked of an item, where a word in lower case is likely to be one's title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """A message with PLACEHOLDER for what it names, and what kinds of names those are."""

    text: str
    items: bool = False
    people: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    plain: str
    start: int
    end: int
    capital: bool


class Named:
    """The titles and people of one catalog, built once for it; never changes."""

    @classmethod
    def of(cls, catalog: Catalog) -> Named:
        """Raises CatalogUnavailable."""
        facets = (facet.name for facet in catalog.facets.values() if facet.kind != "number")
        people = (str(value) for name in facets if name.casefold() in _PEOPLE for value in catalog.values(name))
        return cls(catalog.titles(), people)

    def __init__(self, titles: Iterable[str], people: Iterable[str] = ()) -> None:
        self._titles = _hashes(chain.from_iterable(map(_titles, titles)))
        self._people = _hashes(chain.from_iterable(map(_people, people)))

    def names(self, text: str) -> Names:
        """What a message names; of names that overlap the longest, of those as long the first."""
        words = _words(text)
        count = len(words)
        spans = [(one, end) for one in range(count) for end in range(one + 1, min(one + LONGEST, count) + 1)]
        hashes = [_hash(words[start:end]) for start, end in spans]
        titles, people = _among(hashes, self._titles), _among(hashes, self._people)
        found: dict[tuple[int, int], bool] = {}
        for at in sorted({*titles, *people}, key=lambda at: (spans[at][0] - spans[at][1], at)):
            start, end = spans[at]
            free = all(end <= begun or start >= ended for begun, ended in found)
            if free and _is_meant(text, words[start:end], title=at in titles):
                found[start, end] = at in titles
        places = [(words[start].start, words[end - 1].end) for start, end in sorted(found)]
        kinds = found.values()
        return Names(text=_masked(text, places), items=any(kinds), people=any(not title for title in kinds))


def _titles(title: str) -> Iterator[int]:
    """The hashes of what a title is called by: without brackets, an article in front, or what follows a colon."""
    bare = (title.endswith(")") and _BRACKETS_AT_END.sub("", title)) or title
    bare = _INVERTED.sub(r"\2 \1", bare) if ", " in bare else bare
    yield from _called(bare)
    if ": " in bare:
        yield from _called(bare[: bare.index(": ")])


def _people(name: str) -> Iterator[int]:
    """The hashes of a name, of its surname, and of that with an s: "which Kubricks are there?"."""
    yield from _called(name)
    words = _plain_words(name)
    if len(words) > 1 and len(words[-1]) >= SHORTEST_SURNAME and words[-1] not in _ARTICLES:
        yield from (hash(words[-1]), hash(f"{words[-1]}s"))


def _called(name: str) -> Iterator[int]:
    words = _plain_words(name)
    for some in (words, words[1:] if words and words[0] in _ARTICLES else ()):
        if 0 < len(some) <= LONGEST:
            yield hash(" ".join(some))


def _plain_words(name: str) -> list[str]:
    if name.isascii():  # most are, and there may be a million
        return _ASCII_WORD.findall(name.lower().replace("'", "").replace("&", " and "))
    return [_plain(word) for word in _WORD.findall(name)]


def _words(text: str) -> list[_Word]:
    return [
        _Word(_plain(match[0]), match.start(), match.end(), match[0][0].isupper()) for match in _WORD.finditer(text)
    ]


def _plain(word: str) -> str:
    if not word.isascii():
        word = "".join(letter for letter in normalize("NFKD", word) if not combining(letter))
    return "and" if word == "&" else word.casefold().replace("'", "").replace("’", "")


def _hash(words: Sequence[_Word]) -> int:
    return hash(" ".join(word.plain for word in words))


def _hashes(keys: Iterable[int]) -> NDArray[np.int64]:
    import numpy as np

    return np.unique(np.fromiter(keys, np.int64))


def _among(hashes: Sequence[int], known: NDArray[np.int64]) -> frozenset[int]:
    """The places of those hashes that are known."""
    import numpy as np

    if not len(known) or not hashes:
        return frozenset()
    wanted = np.array(hashes, np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return frozenset(np.flatnonzero(known[at] == wanted).tolist())


def _is_meant(text: str, words: Sequence[_Word], *, title: bool) -> bool:
    """Whether words that are also a name are one here: common words count in quotes, with a capital, or where a
    message asks about an item."""
    from ..tools.lexicon import telling

    before = text[max(words[0].start - NEAR, 0) : words[0].start]
    if _BEFORE_QUOTED.search(before):
        return True
    bare = words[1:] if len(words) > 1 and words[0].plain in _ARTICLES else words
    begins = len(bare) == len(words) and _BEFORE_SENTENCE.search(before) is not None
    if any(word.capital for word in (bare[1:] if begins else bare)):
        return True
    first, last = telling(bare[0].plain), telling(bare[-1].plain)
    if len(bare) > 1:
        return bool(first and last)
    long = len(bare[0].plain) >= SHORTEST and not bare[0].plain.isdigit()
    return title and long and bool(first) and not _IS_A_WORD.search(before) and _asks_of_item(text, words)


def _asks_of_item(text: str, words: Sequence[_Word]) -> bool:
    rest = f"{text[: words[0].start]} {PLACEHOLDER} {text[words[-1].end :]}"
    return _OF_AN_ITEM.search(rest) is not None


def _masked(text: str, places: Iterable[tuple[int, int]]) -> str:
    kept, last = [], 0
    for start, end in places:
        kept += [text[last:start], PLACEHOLDER]
        last = end
    return "".join([*kept, text[last:]])
