"""What an embedder is, and the check that all share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingFailed

__all__ = ["Embedder", "Expecting", "Vectors", "middle", "unit_rows"]

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors of one space.

    `space` names the model the vectors come from; vectors of two spaces are never compared.
    """

    @property
    def space(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimension), float32.

        Any string is taken: empty, very long (the end may be cut off), or with broken Unicode.
        Raises EmbeddingFailed when the backend fails or gives NaN.
        """
        ...


@runtime_checkable
class Expecting(Protocol):
    """An embedder that keeps the vectors of the last texts, so that it can begin before it is asked."""

    def expect(self, text: str) -> None:
        """Embed a text that will be asked for in a moment: whoever asks meanwhile waits for this, and it is not done
        twice. Raises EmbeddingFailed, as `embed` then does once more."""
        ...


def unit_rows(vectors: NDArray[np.floating], *, shape: tuple[int, int], space: str) -> Vectors:
    """The vectors as unit vectors of float32; EmbeddingFailed when they have another shape, are not finite or zero."""
    if vectors.shape != shape:
        raise EmbeddingFailed(f"{space} gave vectors of shape {vectors.shape}, expected {shape}: is it another model?")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or (lengths == 0).any():
        raise EmbeddingFailed(f"{space} gave a vector that is zero, infinite or NaN")
    return np.asarray(vectors / lengths, dtype=np.float32)


def middle(vectors: Vectors) -> Vectors:
    """The unit vector in the middle of unit vectors, shape (n, dimension) -> (dimension,)."""
    mean: Vectors = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    unit: Vectors = vectors[-1] if length == 0.0 else mean / np.float32(length)
    return unit
