"""Many tools: the few that fit a request are found and shown to the model, the others cost no tokens.

A tool is indexed by its name, its description and the names and descriptions of its arguments, by words (BM25) and by
meaning. Sources: TPTU-v2 [275] (an API retriever before the planner), tool documentation [102] (a good docstring does
for examples).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..memory.embedders.base import Embedder, Vectors
from ..memory.lexical import stems
from .fusion import fused

__all__ = ["ToolCard", "ToolRegistry"]

OFFERED = 5
"""Tools shown for a request; TPTU-v2's choice, too."""
LEAST_COSINE = 0.15
"""A tool below it that shares no word with the request is not shown."""
BY_MEANING, BY_WORDS = 1.0, 0.3
OF_NAME, OF_DOCUMENT = 0.3, 0.7
"""Chosen on ten of the twenty families of `tailored eval registry`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCard:
    """What a tool says of itself. Descriptions are somebody else's text: they are data, cut and cleaned elsewhere."""

    name: str
    description: str
    arguments: Mapping[str, str]
    """Each argument's description."""
    examples: tuple[str, ...] = ()
    """Requests that the tool serves, in its owner's words: one makes it much easier to find."""

    @classmethod
    def of(cls, name: str, description: str, schema: Mapping[str, Any], examples: Sequence[str] = ()) -> ToolCard:
        """A card from a JSON schema of arguments."""
        properties: Mapping[str, Any] = schema.get("properties") or {}
        return cls(
            name=name,
            description=description,
            arguments={
                key: str(value.get("description", ""))
                for key, value in properties.items()
                if isinstance(value, Mapping)
            },
            examples=tuple(examples),
        )

    @property
    def spoken_name(self) -> str:
        """The name in words: `get_weather`, `getWeather` and `get.weather` are "get weather"."""
        return re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", self.name)).lower()

    @property
    def document(self) -> str:
        about = " ".join(f"{re.sub(r'[_]+', ' ', name)} {text}" for name, text in self.arguments.items())
        examples = f" For example: {' '.join(self.examples)}" if self.examples else ""
        return f"{self.spoken_name}. {self.description}{examples} {about}"


class ToolRegistry:
    """An index of tools."""

    def __init__(self, cards: Sequence[ToolCard], embedder: Embedder) -> None:
        """Embeds every card once. Raises EmbeddingFailed."""
        import bm25s  # type: ignore[import-untyped]

        self._cards = tuple(cards)
        self._embedder = embedder
        self._words = bm25s.BM25(k1=0.9, b=0.4)
        self._names, self._documents = self._embedded()
        if cards:
            self._words.index([stems(card.document) or ["_"] for card in cards], show_progress=False)

    def __len__(self) -> int:
        return len(self._cards)

    def fitting(self, request: str, *, limit: int = OFFERED) -> list[str]:
        """The names of the tools that fit a request, best first; none where none fits."""
        if not self._cards or not request.strip():
            return []
        query = self._embedder.embed([request])[0]
        by_name, by_document = self._names @ query, self._documents @ query
        by_meaning = OF_NAME * by_name + OF_DOCUMENT * by_document
        by_words = self._by_words(request)
        scores = fused([(BY_MEANING, by_meaning), (BY_WORDS, by_words)], len(self._cards))
        likely = (np.maximum(by_name, by_document) >= LEAST_COSINE) | (by_words > 0)
        best = np.argsort(-np.where(likely, scores, -np.inf), kind="stable")[: min(limit, int(likely.sum()))]
        return [self._cards[position].name for position in best.tolist()]

    def _embedded(self) -> tuple[Vectors, Vectors]:
        if not self._cards:
            empty: Vectors = np.zeros((0, self._embedder.dimension), dtype=np.float32)
            return empty, empty
        names = self._embedder.embed([card.spoken_name for card in self._cards])
        return names, self._embedder.embed([card.document for card in self._cards])

    def _by_words(self, request: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        tokens = stems(request)
        return np.asarray(self._words.get_scores(tokens) if tokens else np.zeros(len(self._cards)), dtype=np.float32)
