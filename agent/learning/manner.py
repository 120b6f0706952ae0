"""The manner of a text in numbers: feeling, politeness, and how things are put to the reader. English only.

Counted by the phrases in which a manner is put, each of which weighs as it tells: "we're sorry" says more than "great".
Greeting and closing are left out, since those are aspects of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from .features import body_of
from .framing_phrases import FRAMING_PHRASES
from .tone_phrases import TONE_PHRASES

__all__ = ["Manner", "manner"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """Weights of one text, 0 for what it does not show."""

    words: int
    warmth: int
    """Thanks, gladness, good wishes, care, offers of help."""
    sympathy: int
    """Understanding for the reader."""
    apologies: int
    enthusiasm: int
    politeness: int
    """Requests put as questions, "please"."""
    comparisons: int
    examples: int
    benefits: int
    """What the reader has of it ("so that you can", "saves you")."""
    negations: int
    double_negatives: int
    """Wishes put as what not to do ("don't forget", "not until")."""
    encouragements: int
    """Wishes and rules put as what to do ("remember", "as soon as")."""
    doubts: int
    """Plain takings-back of what is said ("I think", "perhaps"), each of which an edit may be about."""


def manner(text: str) -> Manner:
    """Measure a text."""
    body = body_of(text).replace("’", "'")
    counted = {
        name: sum(weight * len(pattern.findall(body)) for weight, pattern in weighed)
        for name, weighed in _weighed().items()
    }
    return Manner(words=len(re.findall(r"\w+(?:'\w+)*", body)), **counted)


@cache
def _weighed() -> Mapping[str, Sequence[tuple[int, re.Pattern[str]]]]:
    """For each count the patterns and what one match of them weighs; made at first use, since it takes a moment."""
    return {
        name: [(weight, _pattern(phrases)) for weight, phrases in weighed]
        for name, weighed in (*TONE_PHRASES.items(), *FRAMING_PHRASES.items())
    }


def _pattern(phrases: Sequence[str]) -> re.Pattern[str]:
    pattern = "|".join(phrases)
    for name, meant in _PARTS.items():
        pattern = pattern.replace(name, meant)
    return re.compile(pattern, re.I)


_PARTS = {
    "<we>": r"\b(?:i|we)(?:'m|'re|'d|'ll| am| are| was| were| would| will)?(?: \w+ly| so| very| really| just| all| be){0,2}",
    "<you gladly> ": r"(?<!if )(?<!when )(?<!as )(?<!what )(?<!that )(?<!until )(?<!before )"
    r"\byou(?:'ll| will| can)? (?:\w+ly |only |even |also )?",
    "<as> ": r"(?<!would )(?<!'d )(?<!you )(?<!they )(?<!people )(?<!don't )(?<!do )(?<!i )(?<!we )\blike ",
}
"""What stands in phrases for longer patterns."""
