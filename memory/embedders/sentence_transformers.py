"""Any model that sentence-transformers can load: the extra `sentence-transformers` brings it and torch."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from threading import Lock
from typing import Any

import numpy as np

from ..errors import EmbeddingFailed
from .base import Vectors, unit_rows

__all__ = ["SentenceTransformersEmbedder"]


class SentenceTransformersEmbedder:
    """A sentence-transformers model by its name (downloaded by that library if need be) or folder.

    Loaded when it is first used: by `embed` or by `dimension`. `space` is the name unless another is given; give one
    for a folder, so that the same weights elsewhere count as the same space.
    """

    def __init__(self, name_or_path: str, *, space: str | None = None, device: str | None = None) -> None:
        self._name = name_or_path
        self._space = space or name_or_path
        self._device = device
        self._lock = Lock()
        self._model: Any = None

    @property
    def space(self) -> str:
        return self._space

    @property
    def dimension(self) -> int:
        return int(self._load().get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. What lies beyond the model's own limit is cut off."""
        model = self._load()
        clean = [text.encode(errors="replace").decode() for text in texts]
        if not clean:
            return np.empty((0, self.dimension), np.float32)
        try:
            vectors = np.asarray(model.encode(clean, convert_to_numpy=True, show_progress_bar=False))
        except Exception as error:
            raise EmbeddingFailed(f"{self._space} failed on {len(clean)} texts: {type(error).__name__}") from error
        return unit_rows(vectors, shape=(len(clean), self.dimension), space=self._space)

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._open()
            return self._model

    def _open(self) -> Any:
        try:
            library = importlib.import_module("sentence_transformers")
        except ImportError as error:
            raise EmbeddingFailed(
                f"the embedder {self._name!r} needs sentence-transformers: pip install 'tailored[sentence-transformers]'"
            ) from error
        try:
            return library.SentenceTransformer(self._name, device=self._device)
        except Exception as error:
            raise EmbeddingFailed(f"sentence-transformers cannot load {self._name!r}: {error}") from error
