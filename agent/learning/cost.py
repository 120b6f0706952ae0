"""What an edit cost its author: the measure that learning has to bring down.

Cost is the Levenshtein distance over tokens, un-normalised, as in PRELUDE (arXiv 2404.15269): each word or
punctuation mark inserted, deleted or replaced counts one. A token is a run of letters, digits and inner
apostrophes ("don't", "2") or one other visible character ("•", ",", "🎉"). Case counts; white space does not, so a
changed line break costs nothing and the bullet in front of the line costs one.
"""

from __future__ import annotations

import re

__all__ = ["cost_ratio", "edit_cost", "tokens"]

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


def tokens(text: str) -> list[str]:
    """The tokens that cost is counted in."""
    return _TOKEN.findall(text)


def edit_cost(draft: str, edited: str) -> int:
    """How many tokens were inserted, deleted or replaced to get from `draft` to `edited`."""
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(tokens(draft), tokens(edited)))


def cost_ratio(draft: str, edited: str) -> float:
    """The cost as a share of the longer text's tokens: 0 for the same tokens, 1 for nothing in common."""
    longer = max(len(tokens(draft)), len(tokens(edited)))
    return edit_cost(draft, edited) / longer if longer else 0.0
