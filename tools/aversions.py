"""What a user never wants, read from their own words, as a filter that no model can forget.

"Never suggest horror films", "I hate musicals", "no war films please" name labels or names of the catalog with a no.
Only refusals are taken from here: a wish for something goes into the score, a refusal is a mask.
"""

from __future__ import annotations

from collections.abc import Iterable

from .catalog import Catalog
from .filters import AllOf, NoneOf, Value
from .reading import Reader

__all__ = ["aversions"]


def aversions(texts: Iterable[str], catalog: Catalog) -> AllOf:
    """The filter that keeps out what the texts refuse; it passes everything when they refuse nothing."""
    reader = Reader(catalog)
    refused: dict[str, set[Value]] = {}
    for text in texts:
        for limit in reader.read(text).must:
            if isinstance(limit, NoneOf):
                refused.setdefault(limit.facet, set()).update(limit.values)
    return AllOf(filters=tuple(NoneOf(facet=name, values=tuple(sorted(refused[name], key=str))) for name in refused))
