"""What an item is, and what its facets are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Facet", "FacetKind", "FacetValue", "Item"]

FacetKind = Literal["text", "number", "labels", "flag"]
FacetValue = str | float | tuple[str, ...] | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that can be recommended. Its words come from the catalog's owner and are data, not instructions."""

    id: str
    title: str
    facets: Mapping[str, FacetValue]
    text: str = ""

    @property
    def label(self) -> str:
        """The title as people write it, with the year where the item has one and the title does not name it."""
        year = self.facets.get("year")
        named = isinstance(year, float) and f"({year:.0f})" not in self.title
        return f"{self.title} ({year:.0f})" if named else self.title

    @property
    def labels(self) -> tuple[str, ...]:
        """The values of its label facets, in the catalog's order of facets."""
        return tuple(label for value in self.facets.values() if isinstance(value, tuple) for label in value)

    @property
    def document(self) -> str:
        """What is embedded and indexed: the title, the facets in words, the text."""
        words = [
            ", ".join(v) if isinstance(v, tuple) else v for v in self.facets.values() if isinstance(v, str | tuple)
        ]
        return ". ".join(part for part in (self.title, *words, self.text) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet of the catalog: its name, its kind and how many different values it takes."""

    name: str
    kind: FacetKind
    n_values: int

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"
