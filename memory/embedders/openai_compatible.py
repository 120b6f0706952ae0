"""Embeddings from any server that speaks OpenAI's `/v1/embeddings`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..errors import EmbeddingFailed
from .base import Vectors, unit_rows

if TYPE_CHECKING:
    from openai import OpenAI

__all__ = ["OpenAICompatibleEmbedder"]

BATCH = 128


class OpenAICompatibleEmbedder:
    """A served embedding model. Address, key, time limit and retries are the client's.

    `dimension` is the length of the model's vectors; `max_chars` cuts longer texts, which servers refuse.
    """

    def __init__(
        self, client: OpenAI, model: str, dimension: int, *, space: str | None = None, max_chars: int = 8_000
    ) -> None:
        self._client = client
        self._model = model
        self._dimension = dimension
        self._space = space or model
        self._max_chars = max_chars

    @property
    def space(self) -> str:
        return self._space

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. One request for each 128 texts."""
        clean = [self._clean(text) for text in texts]
        parts = [self._request(clean[start : start + BATCH]) for start in range(0, len(clean), BATCH)]
        return np.concatenate([np.empty((0, self._dimension), np.float32), *parts])

    def _request(self, texts: list[str]) -> Vectors:
        from openai import OpenAIError

        try:
            # The client's own default, base64, is not understood by every compatible server.
            answer = self._client.embeddings.create(model=self._model, input=texts, encoding_format="float")
            rows = [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]
            vectors = np.asarray(rows, dtype=np.float64)
        except (OpenAIError, AttributeError, TypeError, ValueError) as error:
            # The client hands on what is no embedding as whatever it is: a string, or rows of unlike length.
            raise EmbeddingFailed(f"the server of {self._model} failed: {_reason(error)}") from error
        return unit_rows(vectors, shape=(len(texts), self._dimension), space=self._model)

    def _clean(self, text: str) -> str:
        # Servers refuse an empty text.
        return text[: self._max_chars].encode(errors="replace").decode() or " "


def _reason(error: Exception) -> str:
    """Class and status only: the server's words may repeat the text or the key."""
    status = getattr(error, "status_code", None)
    return type(error).__name__ if status is None else f"{type(error).__name__}, HTTP {status}"
