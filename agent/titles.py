"""Which item of the catalog a person means: by its title as people write it, never by a guess that may be wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from ..tools.errors import AmbiguousItem, UnknownItem

__all__ = ["Titles", "is_called"]

ALIKE = 92.0
"""A whole text at least this alike to a title (of 100, by edits) is a slip of the pen."""
APART = 5.0
"""The next title must be at least this much less alike, or the text could mean either."""
NEAR = 60.0
"""Titles at least this alike are named as what may have been meant."""
NAMED = 3

_BRACKETS_AT_END = re.compile(r"\s*\([^()]*\)$")
_ARTICLE = re.compile(r"^(?:the|an?) (?=.)")
_ARTICLE_AT_END = re.compile(r", (?:the|an?)$")
_NUMERAL = re.compile(r"\b(?:\d+|[ivx]+)\b")


class Titles:
    """The titles of a catalog, given as (id, label) in its order; a label may end with the year in brackets."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._items: Sequence[tuple[str, str]] = tuple(items)
        self._exact: dict[str, set[int]] = {}
        for position, (_, label) in enumerate(self._items):
            for key in _keys(label):
                self._exact.setdefault(key, set()).add(position)
        self._keys = tuple(self._exact)

    def find(self, text: str) -> tuple[str, str]:
        """The id and label of the item that `text` names.

        Upper and lower case, accents, punctuation, an English article and brackets at the end make no difference; of a slip of the pen the one title that can be meant is taken. Raises AmbiguousItem when several
        items have the title, UnknownItem, which names the nearest ones, when none has.
        """
        key = _key(text)
        if found := self._exact.get(key):
            return self._only(found, text)
        if (slip := self._slip(key)) is not None:
            return self._items[slip]
        raise UnknownItem(f"no item is called {text[:60]!r}{self._nearest(key)}: use a title, or a number in the list")

    def _only(self, found: set[int], text: str) -> tuple[str, str]:
        if len(found) == 1:
            return self._items[next(iter(found))]
        named = ", ".join(self._items[position][1] for position in sorted(found)[:NAMED])
        raise AmbiguousItem(f"{len(found)} items are called {text[:60]!r}: say which, such as {named}")

    def _slip(self, key: str) -> int | None:
        """Where the one title is that `key` must be meant for; a sequel's number is never taken for a slip."""
        from rapidfuzz import fuzz, process

        alike = process.extract(key, self._keys, scorer=fuzz.ratio, score_cutoff=ALIKE - APART, limit=None)
        found = {position for title, _, _ in alike for position in self._exact[title]}
        if len(found) != 1 or alike[0][1] < ALIKE or _NUMERAL.findall(alike[0][0]) != _NUMERAL.findall(key):
            return None
        return found.pop()

    def _nearest(self, key: str) -> str:
        from rapidfuzz import fuzz, process

        near = process.extract(key, self._keys, scorer=fuzz.token_set_ratio, score_cutoff=NEAR, limit=2 * NAMED)
        labels = dict.fromkeys(self._items[p][1] for title, _, _ in near for p in sorted(self._exact[title]))
        return f"; the nearest are {', '.join(list(labels)[:NAMED])}" if labels else ""


def is_called(text: str, label: str) -> bool:
    """Whether `text` is exactly the title of the item with this label, as `Titles.find` compares them."""
    return _key(text) in _keys(label)


def _keys(label: str) -> Iterator[str]:
    """The keys of a label, with its brackets at the end and without."""
    yield _key(label)
    while (shorter := _BRACKETS_AT_END.sub("", label)) not in ("", label):
        label = shorter
        yield _key(label)


def _key(text: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    folded = plain.strip().casefold()
    bare = re.sub("['’]", "", _ARTICLE_AT_END.sub("", folded).replace("&", " and "))
    return _ARTICLE.sub("", " ".join(re.findall(r"\w+", bare))) or folded
