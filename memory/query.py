"""What is looked for: the words and the vector of a text, completed by what was said just before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .embedders.base import Vectors
from .lexical import stems

__all__ = ["Query", "leans_on_previous", "query_of"]

FEW_TERMS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Query:
    weights: Mapping[str, float]
    """Its terms, and how much each counts: 1 for those of the text itself."""
    vector: Vectors
    """Unit vector, shape (dimension,)."""


def leans_on_previous(text: str) -> bool:
    """Whether a text says too little to be looked for alone ("and her?")."""
    return len(set(stems(text))) <= FEW_TERMS


def query_of(text: str, vector: Vectors, previous: str = "", previous_vector: Vectors | None = None) -> Query:
    """The query of a text. The fewer terms it has, the more what was said before counts: 1 / (1 + terms) as much."""
    weights = dict.fromkeys(stems(text), 1.0)
    if previous_vector is None:
        return Query(weights=weights, vector=vector)
    share = 1.0 / (1 + len(weights))
    both = {**dict.fromkeys(stems(previous), share), **weights}
    mixed = np.asarray(vector + share * previous_vector, np.float32)
    return Query(weights=both, vector=mixed / np.float32(max(float(np.linalg.norm(mixed)), 1e-9)))
