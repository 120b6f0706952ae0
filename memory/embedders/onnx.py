"""Sentence embeddings by ONNX Runtime, without torch: the default embedder.

Gives what sentence-transformers gives for all-MiniLM-L6-v2 (256 tokens, mean of the token vectors, unit length), but
is ready in under half a second where importing torch takes many.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import EmbeddingFailed
from ..together import Once, Together
from .base import Vectors, unit_rows
from .compact import compact_form

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

__all__ = ["OnnxEmbedder"]

log = logging.getLogger(__name__)

BATCH = 32
CACHED = 256
SHARED = 8
"""Up to so many texts are embedded in one run with those of other threads. Half of what a single short text costs is
reading the weights."""
ALIKE = 1.5
"""In one run no text is longer than so many times the shortest, in tokens: all are padded to the longest."""
ALIKE_TOKENS = 8
"""Or longer by this: of short texts the padding costs nothing."""
FEW_TOKENS = 48
"""So few are run on one thread: to wake another costs more than it saves (a message of 15 tokens: 4.4 ms against 4.9
while its weights are not in the processor's cache; 256 tokens: 47 against 29)."""
CHARS_PER_TOKEN = 64
"""What lies beyond this many characters per token cannot matter; tokenizing megabytes would take seconds."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    tokenizer: Tokenizer
    session: InferenceSession
    inputs: frozenset[str]

    @property
    def compact(self) -> bool:
        """Whether it is the compact form, which alone wants to be told the positions."""
        return "position_ids" in self.inputs


class OnnxEmbedder:
    """An encoder in ONNX form (token ids in, last hidden state out) with its `tokenizer.json`.

    Loaded at the first `embed`; safe to use from several threads. The vectors of the last 256 texts are kept, under
    hashes and not under the texts.
    """

    def __init__(
        self,
        model_path: Path | str,
        tokenizer_path: Path | str,
        *,
        space: str = "all-MiniLM-L6-v2",
        dimension: int = 384,
        max_tokens: int = 256,
        threads: int = 2,
    ) -> None:
        self._model_path = Path(model_path)
        self._tokenizer_path = Path(tokenizer_path)
        self._space = space
        self._dimension = dimension
        self._max_tokens = max_tokens
        self._threads = threads
        self._lock, self._opening = Lock(), Lock()
        self._loaded: _Loaded | None = None
        self._threaded: InferenceSession | None = None
        self._cache: OrderedDict[bytes, Vectors] = OrderedDict()
        self._encode_together = Together[str, Vectors](lambda texts: list(self._encode(texts)), at_most=SHARED)
        self._embed_once = Once(self._embed_new)

    @property
    def space(self) -> str:
        return self._space

    @property
    def dimension(self) -> int:
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """See Embedder. What lies beyond `max_tokens` tokens is cut off."""
        clean = [_clean(text, self._max_tokens * CHARS_PER_TOKEN) for text in texts]
        keys = [blake2b(text.encode(), digest_size=16).digest() for text in clean]
        known = self._recall(keys)
        if missing := {key: text for key, text in zip(keys, clean, strict=True) if key not in known}:
            known |= self._embed_once(missing)
        return np.stack([known[key] for key in keys]) if keys else np.empty((0, self._dimension), np.float32)

    def expect(self, text: str) -> None:
        """See Expecting."""
        self.embed([text])

    def _embed_new(self, texts: Mapping[bytes, str]) -> dict[bytes, Vectors]:
        # Many texts are an import, which nobody else has to wait for.
        encode = self._encode_together if len(texts) <= SHARED else self._encode
        fresh = dict(zip(texts, encode(list(texts.values())), strict=True))
        self._remember(fresh)
        return fresh

    def _encode(self, texts: list[str]) -> Vectors:
        loaded = self._load()
        # For one text `encode` neither wakes other threads nor lets one in that would then be waited for.
        encodings = loaded.tokenizer.encode_batch(texts) if len(texts) > 1 else [loaded.tokenizer.encode(texts[0])]
        ids = [np.asarray(encoding.ids, dtype=np.int64) for encoding in encodings]
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        vectors = np.empty((len(ids), self._dimension), dtype=np.float32)
        for batch in _batches(order, [len(one) for one in ids]):
            vectors[batch] = self._run(loaded, [ids[i] for i in batch])
        return vectors

    def _run(self, loaded: _Loaded, ids: list[NDArray[np.int64]]) -> Vectors:
        tokens = np.zeros((len(ids), max(map(len, ids))), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = one
            mask[row, : len(one)] = 1
        feed = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens),
            "position_ids": np.arange(tokens.shape[1]),
        }
        session = loaded.session if tokens.size <= FEW_TOKENS or not loaded.compact else self._with_threads()
        try:
            hidden = session.run(None, {name: feed[name] for name in loaded.inputs})[0]
        except Exception as error:
            raise EmbeddingFailed(f"{self._space} failed on {len(ids)} texts: {type(error).__name__}") from error
        return unit_rows(_mean(hidden, mask), shape=(len(ids), self._dimension), space=self._space)

    def _load(self) -> _Loaded:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._open()
            return self._loaded

    def _with_threads(self) -> InferenceSession:
        """The compact model on all threads, opened at the first long text: .2 s, in which others go on."""
        with self._opening:
            if self._threaded is None:
                try:
                    self._threaded = _open_session(compact_form(self._model_path) or self._model_path, self._threads)
                except Exception as error:
                    raise EmbeddingFailed(f"{self._model_path} cannot be loaded: {error}") from error
            return self._threaded

    def _open(self) -> _Loaded:
        for path in (self._model_path, self._tokenizer_path):
            if not path.is_file():
                raise EmbeddingFailed(f"{self._space} needs the file {path}, which is not there: fetch the model again")
        try:
            tokenizer = _open_tokenizer(self._tokenizer_path, self._max_tokens)
            session = _open_compact(self._model_path) or _open_session(self._model_path, self._threads)
        except Exception as error:
            raise EmbeddingFailed(f"{self._model_path} and {self._tokenizer_path} cannot be loaded: {error}") from error
        inputs = frozenset(each.name for each in session.get_inputs())
        return _Loaded(tokenizer, session, inputs)

    def _recall(self, keys: list[bytes]) -> dict[bytes, Vectors]:
        with self._lock:
            known = {key: self._cache[key] for key in keys if key in self._cache}
            for key in known:
                self._cache.move_to_end(key)
        return known

    def _remember(self, fresh: dict[bytes, Vectors]) -> None:
        with self._lock:
            # Copies: a row of the batch would keep the whole batch alive.
            self._cache.update((key, vector.copy()) for key, vector in list(fresh.items())[-CACHED:])
            while len(self._cache) > CACHED:
                self._cache.popitem(last=False)


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Texts, in the order of their lengths, that are run together."""
    batch: list[int] = []
    for i in order:
        if batch:
            shortest = lengths[batch[0]]
            if len(batch) == BATCH or lengths[i] > max(ALIKE * shortest, shortest + ALIKE_TOKENS):
                yield batch
                batch = []
        batch.append(i)
    if batch:
        yield batch


def _clean(text: str, max_chars: int) -> str:
    return text[:max_chars].encode(errors="replace").decode()


def _mean(hidden: Any, mask: NDArray[np.int64]) -> NDArray[np.floating]:
    weights = mask[:, :, None].astype(np.float32)
    total: NDArray[np.floating] = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return total


def _open_tokenizer(path: Path, max_tokens: int) -> Tokenizer:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    # The file of all-MiniLM-L6-v2 says 128 tokens and padding to 128; the model's own limit is 256.
    tokenizer.enable_truncation(max_length=max_tokens)
    tokenizer.no_padding()
    return tokenizer


def _open_compact(path: Path) -> InferenceSession | None:
    """The model in its compact form; None where it has none, or where this ONNX Runtime cannot run it."""
    try:
        compact = compact_form(path)
        return _open_session(compact, 1) if compact else None
    except Exception as error:  # whatever is wrong with the file shows when it is opened as it is
        log.warning("%s is run as it is, not in its compact form (%s)", path.name, type(error).__name__)
        return None


def _open_session(model: Path | bytes, threads: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Waiting threads would otherwise spin and take the processor from the chat model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
