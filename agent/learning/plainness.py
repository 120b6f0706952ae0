"""Does an edit say the same in plainer words, or in more learned ones? English only.

Plain is short: letters of the words put in against those taken out, which a corrected fact hardly changes. The means
have to be further apart than chance leaves them (Welch's t), and long words have to go; words of officialese, of which
everyone knows the plain ones, count without.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from statistics import fmean, pvariance

from ...memory.records import Aspect
from .cost import cost_ratio

__all__ = ["plainness"]

LONG = 9
"""Letters from which on a word is long."""
LEAST_LONG = 2
LEAST_WORDS = 4
LEAST_GAP = 1.1
"""Letters between the means of the words taken out and put in."""
LEAST_T = 1.9
LEAST_CHANGED = 0.3
"""Of the text: plainer words are a rewriting."""

_WORD = re.compile(r"(?<![\w@.])[a-z][a-z'’]*(?![\w@])")
"""In lower case: names say nothing of style."""
_START = re.compile(r"(?:^|[.!?:]\s+|\n\W*)[A-Z](?=[a-z])")
_LEARNED = re.compile(
    r"\b(?:utili[sz]\w+|commenc\w+|terminat\w+|facilitat\w+|endeavou?r\w*|ascertain\w*|remunerat\w+|disburs\w+|subsequent(?:ly)?"
    r"|prior to|in order to|aforementioned|pursuant|notwithstanding|expedit\w+|sufficient\w*|approximately|additional(?:ly)?"
    r"|numerous|acquir\w+|obtain\w*|purchas\w+|inform(?:ed|s)?|assist\w*|necessitat\w+|requir\w+|demonstrat\w+|implement\w*"
    r"|optimi[sz]\w+|leverag\w+|methodolog\w+|paradigm\w*|furnish\w*|individuals|personnel|constitut\w+|procur\w+|initiat\w+"
    r"|effectuat\w+|elucidat\w+|mitigat\w+|in the event (?:of|that)|with regard to|owing to|due to the fact|for the duration"
    r"|at this point in time|in accordance|refrain\w*|residen\w+|adverse\w*|substantial\w*|considerabl\w+|regarding|attain\w*"
    r"|indicat\w+|perform\w*|conduct\w*|modif\w+|allocat\w+|accumulat\w+|exhibit\w*|enhanc\w+|ensur\w+|upon|thereof|herein|herewith|hitherto|thereby|shall|liabl[ey]|liabilit\w+|arising|negligen\w+|defendant|plaintiff|indemnif\w+|lessee|lessor|premises"
    r"|synerg\w+|verticals|scalab\w+|end-to-end|solutions|stakeholders?|deliverables?|bandwidth|holistic\w*|granular\w*|actionable|ecosystems?"
    r"|remit\w*|consideration|obligated|discontinu\w+|appliance|consequently|indispensable|frequently|periodic\w*|comprehen\w+|cognizant"
    r"|respective(?:ly)?|predominant\w*|alleviat\w+|aggregat\w+|incorporat\w+|equitabl\w+|expenditures?|inception|magnitude|parameters?)\b",
    re.I,
)


def plainness(draft: str, edited: str) -> Aspect | None:
    """The aspect `wording`: + for plain words, - for learned ones; nothing where words changed with content."""
    if cost_ratio(draft, edited) < LEAST_CHANGED:
        return None
    before, after = _words(draft), _words(edited)
    removed, added = _letters(before - after), _letters(after - before)
    learned, left = len(_LEARNED.findall(draft)), len(_LEARNED.findall(edited))
    if _shorter(removed, added, learned - left):
        return Aspect(name="wording", value="Use simple, everyday words, no jargon", polarity="+")
    if _shorter(added, removed, left - learned):
        return Aspect(name="wording", value="Use precise, technical or elevated words", polarity="-")
    return None


def _shorter(longer: Sequence[int], shorter: Sequence[int], learned: int) -> bool:
    """Whether the second words are plainer, by their letters; `learned` is how many words of officialese went."""
    if min(len(longer), len(shorter)) < LEAST_WORDS or not 0.3 <= len(shorter) / len(longer) <= 3.5:
        return False
    gap = fmean(longer) - fmean(shorter)
    if learned >= 2 and gap > LEAST_GAP / 2:
        return True
    lost = sum(1 for size in longer if size >= LONG) - sum(1 for size in shorter if size >= LONG)
    error = sqrt(pvariance(longer) / len(longer) + pvariance(shorter) / len(shorter)) or 0.1
    return lost >= LEAST_LONG and gap >= LEAST_GAP and gap / error >= LEAST_T


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_START.sub(lambda match: match[0].lower(), text)))


def _letters(words: Counter[str]) -> list[int]:
    return [len(word) for word in words.elements()]
