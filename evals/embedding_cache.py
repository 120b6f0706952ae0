"""Vectors on disk, so that a second run of a benchmark does not embed its data again. For evaluation only."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np

from ..memory.embedders.base import Embedder, Vectors

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["CachedEmbedder", "open_cached"]

PART = 1024
"""So many new vectors are written to a file of their own; what is left when it is closed goes into another."""
KEY_BYTES = 16


class CachedEmbedder:
    """An embedder that remembers what it embedded in `folder`, under hashes of space and text; no text is kept.

    Use it as a context manager: what is new is written down at the latest when it ends. Several processes may share a
    folder, since no file is ever changed.
    """

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._folder = folder / _digest(embedder.space, 8).hex()
        self._vectors: dict[bytes, Vectors] = {}
        self._new: dict[bytes, Vectors] = {}
        for file in sorted(self._folder.glob("*.npz")):
            with np.load(file) as stored:
                self._vectors.update(zip(map(bytes, stored["keys"]), stored["vectors"], strict=True))

    @property
    def space(self) -> str:
        return self._embedder.space

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        keys = [_digest(text, KEY_BYTES) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._vectors}
        for start in range(0, len(missing), PART):
            part = list(missing)[start : start + PART]
            self._new.update(zip(part, self._embedder.embed([missing[key] for key in part]), strict=True))
            self._vectors.update(self._new)
            if len(self._new) >= PART:
                self._write()
        return np.stack([self._vectors[key] for key in keys]) if keys else np.zeros((0, self.dimension), np.float32)

    def __enter__(self) -> CachedEmbedder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._new:
            self._write()

    def _write(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        keys = b"".join(self._new)
        path = self._folder / f"{blake2b(keys, digest_size=KEY_BYTES).hexdigest()}.npz"
        half = path.with_suffix(".part")
        with half.open("wb") as file:
            rows = np.frombuffer(keys, np.uint8).reshape(-1, KEY_BYTES)
            np.savez(file, keys=rows, vectors=np.stack(list(self._new.values())))
        half.replace(path)
        self._new.clear()


def open_cached(settings: Settings) -> CachedEmbedder:
    """The configured embedder, with what it embeds kept beside the downloaded weights."""
    from ..agent.build import open_embedder

    return CachedEmbedder(open_embedder(settings), settings.weights_dir / "vectors")


def _digest(text: str, size: int) -> bytes:
    return blake2b(text.encode(errors="replace"), digest_size=size).digest()
