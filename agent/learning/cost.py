"""What an edit cost its author: the measure that learning has to bring down.

Cost is the Levenshtein distance over tokens, un-normalised, as in PRELUDE (arXiv 2404.15269): each word or
punctuation mark inserted, deleted or replaced counts one. A token is a run of letters, digits and inner
apostrophes ("don't", "2") or one other visible character ("•", ",", "🎉"). Case counts; white space does not, so a
changed line break costs nothing and the bullet in front of the line costs one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidfuzz.distance import Editop

__all__ = ["cost_ratio", "edit_cost", "only_slips", "tokens"]

LIKE, MOSTLY = 0.55, 0.6
"""Two words look alike from this share of common letters on; most of a correction are such pairs."""

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


def only_slips(draft: str, edited: str) -> bool:
    """Whether the edit corrected spelling and grammar: most of what it put in looks much like what stood there."""
    from rapidfuzz.distance import Indel, Levenshtein

    before, after = tokens(draft), tokens(edited)
    edits = [edit for edit in Levenshtein.editops(before, after) if _is_word(edit, before, after)]
    alike = sum(
        1
        for edit in edits
        if edit.tag == "replace"
        and Indel.normalized_similarity(before[edit.src_pos].lower(), after[edit.dest_pos].lower()) >= LIKE
    )
    return bool(edits) and alike >= MOSTLY * len(edits)


def _is_word(edit: Editop, before: list[str], after: list[str]) -> bool:
    """Commas and stops come and go with any correction."""
    token = before[edit.src_pos] if edit.tag != "insert" else after[edit.dest_pos]
    return token[0].isalnum()
