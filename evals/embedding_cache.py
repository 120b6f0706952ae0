"""Vectors on disk, so that a second run of a benchmark does not embed its data again. For evaluation only."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ..memory.embedders.base import Embedder, Vectors

__all__ = ["CachedEmbedder"]

PART = 256


class CachedEmbedder:
    """An embedder that remembers what it embedded in `folder`, under hashes of space and text."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._path = folder / f"{blake2b(embedder.space.encode(), digest_size=8).hexdigest()}.npz"
        self._vectors: dict[str, Vectors] = {}
        if self._path.exists():
            with np.load(self._path) as stored:
                self._vectors = dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))

    @property
    def space(self) -> str:
        return self._embedder.space

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. New vectors are saved when they are there, 256 texts at a time."""
        keys = [blake2b(text.encode(errors="replace"), digest_size=16).hexdigest() for text in texts]
        missing = [at for at, key in enumerate(keys) if key not in self._vectors]
        for start in range(0, len(missing), PART):
            part = missing[start : start + PART]
            for at, vector in zip(part, self._embedder.embed([texts[at] for at in part]), strict=True):
                self._vectors[keys[at]] = vector
        if missing:
            self._save()
        return np.stack([self._vectors[key] for key in keys]) if keys else np.zeros((0, self.dimension), np.float32)

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        half = self._path.with_suffix(".part.npz")
        np.savez(half, keys=np.array(list(self._vectors)), vectors=np.stack(list(self._vectors.values())))
        half.replace(self._path)
