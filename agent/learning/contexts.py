"""How like a new request each preference's context is.

A preference's vector is the middle of the vectors of its requests, one for each line of its `context`: it tells kinds
of requests apart better than any single request, and better than the vector of the joined text. All of one
user's requests share something (their words, their trade); taking the user's mean away before comparing removes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from ...memory.records import Preference
from .selection import Candidate

if TYPE_CHECKING:
    from ...memory.embedders.base import Vectors

__all__ = ["candidates_for", "rounds_since"]

MIN_PREFERENCES = 3
"""With fewer there is no telling what is common and what is not."""
STANDS_OUT = 0.1
"""Where no preference is liker than this, the request is as like all of them: similarity alone tells how much."""

REQUEST_SCALE = 0.6
"""A middle is scaled to length 1, though the mean of single requests is shorter; about this long."""


def candidates_for(
    vector: Vectors, preferences: Sequence[Preference], vectors: Vectors, times: Sequence[datetime]
) -> list[Candidate]:
    """All of a user's preferences as candidates for the request with this unit vector.

    `vectors` holds the preferences' middles, shape (len(preferences), dimension); `times` are those of the user's
    edits and acceptances.
    """
    if not preferences:
        return []
    similarities = vectors @ vector
    contrasts = _contrasts(vector, preferences, vectors)
    if max(contrasts, default=0.0) <= STANDS_OUT:
        contrasts = []
    return [
        Candidate(
            preference=preference,
            similarity=float(similarities[row]),
            contrast=contrasts[row] if contrasts else None,
            rounds=rounds_since(preference, times),
        )
        for row, preference in enumerate(preferences)
    ]


def rounds_since(preference: Preference, times: Iterable[datetime]) -> int:
    """How many of the given times of edits and acceptances came after the preference was last confirmed."""
    last = preference.confirmed or preference.created
    return sum(1 for time in times if time > last)


def _contrasts(vector: Vectors, preferences: Sequence[Preference], vectors: Vectors) -> list[float]:
    """Cosines after the mean request is taken away; none while there are too few preferences to know it."""
    import numpy as np

    if len(preferences) < MIN_PREFERENCES:
        return []
    weights = np.array([len(preference.context.splitlines()) for preference in preferences], dtype=np.float32)
    mean = (weights @ vectors) / weights.sum()
    centred, query = vectors - mean, vector - REQUEST_SCALE * mean
    lengths = np.linalg.norm(centred, axis=1) * np.linalg.norm(query)
    return [float(cosine) for cosine in (centred @ query) / np.maximum(lengths, 1e-9)]
