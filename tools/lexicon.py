"""Search by words: BM25 over stemmed words (bm25s), with the words of recall."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from ..memory.lexical import K1, B, stems
from .errors import CatalogUnavailable
from .folders import whole_folder
from .fusion import Scores

__all__ = ["Lexicon", "telling"]

FOLDER = "words-1"
"""Raise the number when `stems` changes."""
SIZE = "size"

_ASKING = frozenset(
    stem
    for word in [
        "film",
        "films",
        "movie",
        "movies",
        "book",
        "books",
        "song",
        "songs",
        "item",
        "items",
        "thing",
        "things",
        "something",
        "anything",
        "recommend",
        "recommendation",
        "suggest",
        "watch",
        "read",
        "listen",
        "buy",
        "show",
        "find",
        "search",
        "look",
        "want",
        "like",
        "feel",
        "good",
        "nice",
        "great",
        "please",
        "tonight",
        "today",
        "other",
        "others",
        "another",
        "more",
        "new",
    ]
    for stem in stems(word)
)
"""Words people ask for items with. They say nothing about the item, yet are rare in descriptions and so weigh much."""


def telling(query: str) -> list[str]:
    """The stems of a query that say something about the items."""
    return [word for word in stems(query) if word not in _ASKING]


class Lexicon:
    """BM25 over a fixed list of texts."""

    def __init__(self, index: Any, size: int) -> None:
        self._index = index
        self._size = size

    @classmethod
    def of(cls, texts: Iterable[str]) -> Lexicon:
        """An index of these texts, in their order."""
        import bm25s  # type: ignore[import-untyped]

        words = [stems(text) for text in texts]
        if not any(words):
            return cls(None, len(words))
        index = bm25s.BM25(k1=K1, b=B)
        index.index(words, show_progress=False)
        return cls(index, len(words))

    @classmethod
    def open(cls, folder: Path, texts: Iterable[str]) -> Lexicon:
        """The index in `folder`, made of the texts and written there when it is not there yet.

        Raises CatalogUnavailable when the folder cannot be read or written.
        """
        import bm25s

        path = folder / FOLDER
        try:
            if not path.is_dir():
                _write(cls.of(texts), path)
            size = int((path / SIZE).read_text("ascii"))
            index = bm25s.BM25.load(path, mmap=True) if (path / "params.index.json").is_file() else None
        except (OSError, ValueError) as error:
            raise CatalogUnavailable(f"the catalog's words cannot be read or written ({error})") from error
        return cls(index, size)

    @property
    def index(self) -> Any:
        """The index of bm25s; None when no text has a word."""
        return self._index

    def __len__(self) -> int:
        return self._size

    def scores(self, query: str) -> Scores:
        """BM25 of each text for the query, 0 where no word is shared, shape (number of texts,)."""
        words = telling(query) or stems(query)  # a title may be made of such words alone
        known = [] if self._index is None else [word for word in words if word in self._index.vocab_dict]
        if self._index is None or not known:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)


def _write(lexicon: Lexicon, path: Path) -> None:
    with whole_folder(path) as part:
        (part / SIZE).write_text(str(len(lexicon)), "ascii")
        if lexicon.index is not None:
            lexicon.index.save(part, show_progress=False)
