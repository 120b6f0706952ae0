"""What a user never wants, read from their own words, as a filter that no model can forget.

"Never suggest horror films", "I hate musicals", "no war films please" name labels of the catalog in a clause with a
no. Only labels are read here: a wish for something goes into the score, a refusal is a mask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..memory.lexical import stems
from .catalog import Catalog
from .filters import AllOf, NoneOf

__all__ = ["aversions"]

_NO = re.compile(
    r"\b(?:no|not|never|none|without|avoid\w*|exclud\w*|hate\w*|dislike\w*|can(?:no|'|’)t stand|do(?:es)?n['’]t|nothing|skip"
    r"|except|stop|refus\w*)\b",
    re.IGNORECASE,
)
_NOT_ONLY = re.compile(
    r"\bnot (?:just|only|necessarily)\b|\bdon['’]t mind\b|\bno (?:problem|objection)\b", re.IGNORECASE
)
_CLAUSE = re.compile(r"[.;!?\n]+|,? but |,? though ")


def aversions(texts: Iterable[str], catalog: Catalog) -> AllOf:
    """The filter that keeps out what the texts refuse; it passes everything when they refuse nothing."""
    clauses = [
        clause[found.start() :] for text in texts for clause in _CLAUSE.split(text) if (found := _refusal(clause))
    ]
    words = [stems(clause) for clause in clauses]
    if not words:
        return AllOf()
    refused = {
        name: tuple(label for label in catalog.values(name) if isinstance(label, str) and _named(label, words))
        for name, facet in catalog.facets.items()
        if facet.kind == "labels"
    }
    return AllOf(filters=tuple(NoneOf(facet=name, values=labels) for name, labels in refused.items() if labels))


def _refusal(clause: str) -> re.Match[str] | None:
    return None if _NOT_ONLY.search(clause) else _NO.search(clause)


def _named(label: str, clauses: Iterable[list[str]]) -> bool:
    """Whether the words of a label stand together in one of the clauses."""
    wanted = stems(label)
    return bool(wanted) and any(
        said[start : start + len(wanted)] == wanted for said in clauses for start in range(len(said) - len(wanted) + 1)
    )
