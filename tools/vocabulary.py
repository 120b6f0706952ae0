"""The words a catalog is spoken of with: its labels and names as people say them, and what its numbers measure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

from ..memory.lexical import stems
from .catalog import Catalog
from .qualities import Role, role_of
from .steering import Value

__all__ = ["Mention", "Vocabulary"]

MAX_VALUES = 5000
"""A facet with more different values than this has texts, not names."""
MAX_WORDS = 5
SHORTEST_SURNAME = 3

_ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "sci-fi": ("science fiction", "scifi", "sf"),
    "science fiction": ("sci-fi", "scifi", "sf"),
    "comedy": ("funny", "comic", "hilarious"),
    "horror": ("scary", "slasher"),
    "romance": ("romantic", "love story"),
    "animation": ("animated", "cartoon"),
    "children": ("kids", "kid"),
    "documentary": ("docu",),
    "film-noir": ("noir",),
    "musical": ("music film",),
    "mystery": ("whodunit",),
    "biography": ("biopic",),
}
"""Other words for labels that many catalogs have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A run of words of a text, [start, end) by word, that names a value of the catalog."""

    start: int
    end: int
    values: tuple[Value, ...]


class Vocabulary:
    """Made once for a catalog, by `of`; never changes."""

    @classmethod
    def of(cls, catalog: Catalog) -> Vocabulary:
        """The vocabulary of an open catalog, which is made when it is first asked for."""
        with _LOCK:
            if catalog not in _MADE:
                _MADE[catalog] = cls(catalog)
            return _MADE[catalog]

    def __init__(self, catalog: Catalog) -> None:
        self._labels: dict[tuple[str, ...], list[Value]] = {}
        self._names: dict[tuple[str, ...], list[Value]] = {}
        self._numbers: dict[Role, list[str]] = {}
        for facet in catalog.facets.values():
            if facet.kind == "number":
                self._add_number(facet.name)
            elif facet.kind in ("labels", "text") and facet.n_values <= MAX_VALUES:
                self._add(facet.name, (str(value) for value in catalog.values(facet.name)), names=facet.kind == "text")

    def numbers(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """The number facets with one of these roles."""
        return tuple(name for role in roles for name in self._numbers.get(role, ()))

    def labels(self, values: Iterable[str]) -> tuple[Value, ...]:
        """Those of these values that the catalog has as labels."""
        return tuple(value for name in values for value in self._labels.get(tuple(stems(name)), ()))

    def mentions(self, words: Sequence[str]) -> Iterator[Mention]:
        """Where a text, given as its words, names labels, names or surnames; the longest run counts.

        A surname alone is a name only where it is capitalised, or where nothing in the text is.
        """
        roots = [tuple(stems(word)) for word in words]
        plain = not any(word[:1].isupper() for word in words)
        start = 0
        while start < len(words):
            found = self._longest(words, roots, start, plain)
            if found is None:
                start += 1
                continue
            yield found
            start = found.end

    def _longest(
        self, words: Sequence[str], roots: Sequence[tuple[str, ...]], start: int, plain: bool
    ) -> Mention | None:
        for end in range(min(len(words), start + MAX_WORDS), start, -1):
            key = tuple(stem for root in roots[start:end] for stem in root)
            if not key or not roots[start] or not roots[end - 1]:
                continue
            if values := self._labels.get(key):
                return Mention(start=start, end=end, values=tuple(values))
            if (plain or words[start][:1].isupper()) and (values := self._names.get(key)):
                return Mention(start=start, end=end, values=tuple(values))
        return None

    def _add_number(self, name: str) -> None:
        role = role_of(name)
        if role is not None:
            self._numbers.setdefault(role, []).append(name)

    def _add(self, facet: str, values: Iterable[str], *, names: bool) -> None:
        for value in values:
            key = tuple(stems(value))
            if not 0 < len(key) <= MAX_WORDS:
                continue
            if names:
                self._names.setdefault(key, []).append((facet, value))
                if len(key) > 1 and len(key[-1]) >= SHORTEST_SURNAME:
                    self._names.setdefault(key[-1:], []).append((facet, value))
                continue
            for called in (key, *(tuple(stems(other)) for other in _ALSO_CALLED.get(value, ()))):
                self._labels.setdefault(called, []).append((facet, value))


_MADE: WeakKeyDictionary[Catalog, Vocabulary] = WeakKeyDictionary()
_LOCK = Lock()
