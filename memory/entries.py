"""Records with the vectors of their texts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from .embedders.base import Embedder, Vectors, middle
from .errors import EmbeddingFailed
from .records import Record
from .store import Entry

__all__ = ["embedded", "entries_of"]


def entries_of(records: Sequence[Record], embedder: Embedder) -> list[Entry]:
    """Each record with its vector, the middle of its parts' vectors; None where it has no text. Raises EmbeddingFailed."""
    parts = [record.parts for record in records]
    texts = [part for own in parts for part in own]
    vectors = iter(embedded(texts, embedder)) if texts else iter(())
    return [
        Entry(record=record, vector=middle(np.stack(list(islice(vectors, len(own))))) if own else None)
        for record, own in zip(records, parts, strict=True)
    ]


def embedded(texts: Sequence[str], embedder: Embedder) -> Vectors:
    """Unit vectors, shape (len(texts), dimension). Raises EmbeddingFailed for others, too."""
    vectors = embedder.embed(texts)
    if vectors.shape != (len(texts), embedder.dimension) or not np.isfinite(vectors).all():
        raise EmbeddingFailed(
            f"the embedder of space {embedder.space!r} gave shape {vectors.shape} for {len(texts)} texts"
        )
    return vectors
