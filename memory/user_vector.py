"""What a user's whole history says about one thing at hand, as one vector.

Every item of the history counts, the more the more it is like the thing at hand: nothing is selected and nothing is
trained. It stands next to a window of what is recent and to the summary, which know other things.

Source: Persona-Plug (Liu et al., ACL 2025, arXiv 2409.11901), untrained: softmax attention over all of the history,
which in the paper and in `tailored eval user-vector` beats attention over the best four and the plain mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .embedders.base import Vectors

__all__ = ["TEMPERATURE", "attended", "attention", "user_vector"]

TEMPERATURE = 0.1
"""Of the softmax over cosines; results change little between 0.05 and 0.3."""


def attention(
    at_hand: Vectors, history: Vectors, *, temperature: float = TEMPERATURE, top: int | None = None
) -> Vectors:
    """How much each item of the history counts for the thing at hand; they sum to 1.

    `at_hand` has shape (dimension,), `history` (n, dimension), both of unit vectors; the result has shape (n,). With
    `top` only the most similar ones count. Raises ValueError for a temperature that is not above 0.
    """
    if temperature <= 0:
        raise ValueError(f"a temperature of {temperature} cannot divide; it must be above 0")
    if not len(history):
        return np.zeros(0, np.float32)
    logits = (history @ at_hand) / np.float32(temperature)
    if top is not None and top < len(logits):
        logits = np.where(logits >= np.partition(logits, -top)[-top], logits, -np.inf)
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum(), np.float32)


def user_vector(at_hand: Vectors, history: Vectors, *, temperature: float = TEMPERATURE) -> Vectors:
    """The history as seen from the thing at hand, a unit vector of shape (dimension,); zeros without a history."""
    if not len(history):
        return np.zeros_like(at_hand)
    mixed = attention(at_hand, history, temperature=temperature) @ history
    return np.asarray(mixed / max(float(np.linalg.norm(mixed)), 1e-9), np.float32)


def attended(
    at_hand: Vectors,
    history: Vectors,
    values: NDArray[np.float32],
    *,
    temperature: float = TEMPERATURE,
    top: int | None = None,
) -> float:
    """The middle of what the history's items are worth (ratings, lengths, labels as 0 and 1), weighed by attention.

    0 without a history, so give values as deviations from what is usual.
    """
    return float(attention(at_hand, history, temperature=temperature, top=top) @ values) if len(history) else 0.0
