"""Does an edit turn passives into actives, or actives into passives? English only.

A passive is a form of "be" with a participle, which many a "the shop is closed" is not. So it counts as turned only
where its verb stands in the other text without one, or the one who did it leads there instead of trailing behind "by".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ...memory.records import Aspect
from .verbs import PARTICIPLES, verb

__all__ = ["voice"]

_PASSIVE = re.compile(
    r"\b(?:am|is|are|was|were|be|been|being|gets?|got|isn['’]t|aren['’]t|wasn['’]t|weren['’]t)\s+"
    r"(?:(?:not|also|then|now|first|never|always|only|all|both|already|still|just|often|soon|\w+ly)\s+){0,2}"
    rf"(?P<participle>{PARTICIPLES})\b"
    rf"(?P<more>(?:,?\s+(?:and|or|then)\s+(?:then\s+)?{PARTICIPLES}\b(?!\s+(?:the|a|an|his|her)\b))?)"
    r"(?:(?:\s+[\w-]+){0,4}?\s+by\s+(?!hand\b|mail\b|\d|\w+ing\b)"
    r"(?:(?:the|a|an|our|my|his|her|their)\s+)?(?P<doer>\w+))?",
    re.I,
)
_STATE_WORDS = """
closed located situated based interested excited tired worried pleased delighted thrilled concerned involved married
supposed used limited qualified experienced dedicated committed gone born lost stuck crowded scared ashamed advanced
complicated detailed surprised bored confused convinced determined devoted satisfied disappointed embarrassed
"""
_STATES = frozenset(_STATE_WORDS.split())
"""Participles that tell how something is; passives only where "by" tells who did it."""
_WORD = re.compile(r"[a-z]+")
_WORDS_EACH = 60
"""In a longer text one more verb has to turn for each so many words."""


@dataclass(frozen=True, slots=True)
class _Voices:
    """The verbs of a text by the voice they stand in."""

    passive: tuple[tuple[str, str], ...]
    """Each with the word behind it."""
    doers: frozenset[str]
    others: frozenset[str]
    """Keys of all words outside passives, which the active verbs are among."""
    followed: frozenset[tuple[str, str]]
    """The same with the word behind each."""
    words: int


def voice(draft: str, edited: str) -> Aspect | None:
    """The aspect `voice`: + for actives, - for passives; nothing where verbs came or went with content."""
    before, after = _voices(draft), _voices(edited)
    if _turned(before, after):
        return Aspect(name="voice", value="Use the active voice: say who does what", polarity="+")
    if _turned(after, before):
        return Aspect(name="voice", value="Use the passive voice", polarity="-")
    return None


def _turned(passive: _Voices, active: _Voices) -> bool:
    """Whether the first text's passives are actives in the second."""
    lost = len(passive.passive) - len(active.passive)
    needed = 1 + passive.words // _WORDS_EACH
    if lost < needed or len(active.passive) > len(passive.passive) / 2:
        return False
    left = {key for key, _ in active.passive}
    turned = [
        key
        for key, behind in passive.passive
        if key not in left and key in active.others - passive.others and (key, behind) not in active.followed
    ]
    leading = passive.doers & active.others - active.doers - passive.others
    if len(turned) + len(leading) >= needed:
        return True
    # New verbs for old ones: only where several passives go and the text keeps its size.
    return lost > needed and not active.passive and 0.7 <= active.words / max(passive.words, 1) <= 1.5


def _voices(text: str) -> _Voices:
    lowered = text.lower()
    matches = [match for match in _PASSIVE.finditer(lowered) if match["doer"] or match["participle"] not in _STATES]
    rest = _WORD.findall(_PASSIVE.sub(" ", lowered))
    return _Voices(
        passive=tuple(pair for match in matches for pair in _participles(match, lowered)),
        doers=frozenset(match["doer"] for match in matches if match["doer"]),
        others=frozenset(key for word in rest for key in (verb(word), word)),
        followed=frozenset((verb(word), behind) for word, behind in pairwise(rest)),
        words=len(_WORD.findall(lowered)),
    )


def _participles(match: re.Match[str], text: str) -> Iterator[tuple[str, str]]:
    """The verbs of one passive, each with the word behind it ("" at the end of a clause)."""
    yield verb(match["participle"]), _behind(text, match.end("participle"))
    if match["more"]:
        yield verb(_WORD.findall(match["more"])[-1]), _behind(text, match.end("more"))


def _behind(text: str, position: int) -> str:
    following = re.compile(r" ([a-z]+)").match(text, position)
    return following[1] if following else ""
