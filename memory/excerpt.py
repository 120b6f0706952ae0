"""The part of a long memory that matters for a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["excerpt"]

_END = re.compile(r"([.!?。！？])(?=\s|(?<=[。！？]))")
GAP = "…"
GAP_TOKENS = 2
RUN = 25
"""Words."""
MOST_CHARS_PER_TOKEN = 16
"""A text with more characters than that for each token it may have is taken to be too long without counting."""


def excerpt(
    text: str, weights: Mapping[str, float], count_tokens: Callable[[str], int], *, max_tokens: float
) -> tuple[str, int]:
    """The text when it fits into `max_tokens`, else what surrounds the sentence (or run of words) that matches best,
    and how many tokens that has. Empty when there is no room for it.
    """
    # Counting the tokens of a long text takes longer than all the rest of a recall.
    if len(text) <= MOST_CHARS_PER_TOKEN * max_tokens and (size := count_tokens(text)) <= max_tokens:
        return text, size
    pieces = list(_pieces(text))
    if not pieces:
        return "", 0
    best = max(range(len(pieces)), key=lambda at: _matched(pieces[at], weights))
    first, last = _widened(best, pieces, count_tokens, max_tokens)
    if first > last:
        return "", 0
    part = " ".join(pieces[first : last + 1])
    cut = f"{GAP if first else ''}{part}{GAP if last + 1 < len(pieces) else ''}"
    return cut, count_tokens(cut)


def _pieces(text: str) -> Iterator[str]:
    """Sentences; those that are very long in runs of words."""
    for sentence in _END.sub(r"\1\n", text).split("\n"):
        words = sentence.split()
        for start in range(0, len(words), RUN):
            yield " ".join(words[start : start + RUN])


def _matched(sentence: str, weights: Mapping[str, float]) -> float:
    # A stem is nearly always the beginning of its word; finding it as a substring is fast and good enough here.
    folded = sentence.casefold()
    return sum(weight for term, weight in weights.items() if term in folded)


def _widened(
    best: int, pieces: Sequence[str], count_tokens: Callable[[str], int], max_tokens: float
) -> tuple[int, int]:
    """First and last sentence to keep; last < first when even the best one is too large."""
    left = max_tokens - count_tokens(pieces[best]) - 1 - 2 * GAP_TOKENS
    if left < 0:
        return best, best - 1
    first = last = best
    # What follows a sentence explains it more often than what comes before.
    while last + 1 < len(pieces) and (size := count_tokens(pieces[last + 1]) + 1) <= left:
        last += 1
        left -= size
    while first and (size := count_tokens(pieces[first - 1]) + 1) <= left:
        first -= 1
        left -= size
    return first, last
