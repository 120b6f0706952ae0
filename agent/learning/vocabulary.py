"""Words that a user always strikes out, or always puts in, seen over several edits.

One edit cannot tell: every change of content removes words. A phrase counts when it was struck out of every draft
that held it, often enough that chance does not explain it given how much of the other text was left standing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...memory.records import Aspect, Edit
from .cost import tokens

__all__ = ["habitual_phrases"]

MIN_EDITS = 3
MAX_PHRASE_WORDS = 4
CHANCE = 0.01
"""How likely it may be that a phrase of no meaning to the user vanished every time."""
MAX_PHRASES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    draft: Counter[str]
    edited: Counter[str]
    survived: float
    """Share of the draft's distinct words that the edited text still has."""


def habitual_phrases(edits: Sequence[Edit]) -> tuple[Aspect, ...]:
    """Phrases struck out of, or added to, every one of at least three edits; the longest and most frequent first."""
    pairs = [_pair(edit.draft, edit.edited) for edit in edits]
    struck = _habitual(pairs, removed=True)
    added = _habitual(pairs, removed=False)
    return (
        *(Aspect(name=f"phrase: {phrase}", value=f"Never write “{phrase}”", polarity="-") for phrase in struck),
        *(Aspect(name=f"phrase: {phrase}", value=f"Include “{phrase}”", polarity="+") for phrase in added),
    )


def _pair(draft: str, edited: str) -> _Pair:
    before, after = set(_words(draft)), set(_words(edited))
    survived = len(before & after) / len(before) if before else 1.0
    return _Pair(draft=Counter(_phrases(draft)), edited=Counter(_phrases(edited)), survived=survived)


def _words(text: str) -> list[str]:
    return [token.lower() for token in tokens(text) if token[0].isalpha()]


def _phrases(text: str) -> Iterator[str]:
    """Runs of up to four words within a clause, each once for a text."""
    words = [token.lower() for token in tokens(text)]
    runs = {
        " ".join(words[start : start + size])
        for size in range(1, MAX_PHRASE_WORDS + 1)
        for start in range(len(words) - size + 1)
        if all(word[0].isalpha() for word in words[start : start + size])
    }
    yield from runs


def _habitual(pairs: Sequence[_Pair], *, removed: bool) -> list[str]:
    held: defaultdict[str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        for phrase in pair.draft if removed else pair.edited:
            held[phrase].append(pair)
    enough = {phrase: found for phrase, found in held.items() if len(found) >= MIN_EDITS and _worth(phrase)}
    always = [phrase for phrase, found in enough.items() if _always(phrase, found, pairs, removed=removed)]
    always.sort(key=lambda phrase: (-len(held[phrase]), -len(phrase)))
    return _outermost(always)[:MAX_PHRASES]


def _always(phrase: str, found: Sequence[_Pair], pairs: Sequence[_Pair], *, removed: bool) -> bool:
    if removed:
        chance = 1.0
        for pair in found:
            chance *= 1.0 - pair.survived
        return chance <= CHANCE and not any(phrase in pair.edited for pair in found)
    return len(found) == len(pairs) and not any(phrase in pair.draft for pair in pairs)


def _worth(phrase: str) -> bool:
    """Function words come and go with any rewriting."""
    words = phrase.split()
    return not all(word in _FUNCTION for word in words) and words[0] not in _GLUE and words[-1] not in _GLUE


def _outermost(phrases: Sequence[str]) -> list[str]:
    """Without those that are part of a longer one in the list."""
    return [
        phrase for phrase in phrases if not any(phrase != other and f" {phrase} " in f" {other} " for other in phrases)
    ]


_GLUE = frozenset(
    ("the", "a", "an", "and", "or", "of", "to", "in", "on", "for", "with", "that", "is", "as", "by", "at")
)
_FUNCTION = frozenset(
    {
        *_GLUE,
        *("it", "this", "are", "be", "was", "were", "have", "has", "had", "will", "would", "can", "not", "but", "from"),
        *(
            "you",
            "your",
            "we",
            "our",
            "i",
            "my",
            "they",
            "their",
            "he",
            "she",
            "his",
            "her",
            "there",
            "which",
            "who",
            "its",
        ),
    }
)
