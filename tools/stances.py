"""How words of a text are meant: as a wish, a refusal, a must, or as more or less of something.

A "no" holds over an enumeration ("no horror, war or westerns") and ends where a part between commas says something of
its own ("no horror, just comedies").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from ..memory.lexical import stems
from .qualities import COMPARATIVES, Quality
from .vocabulary import Mention

__all__ = ["SAYS_NOTHING", "WORD", "Stance", "direction", "stances"]

Stance = Literal["plain", "no", "must", "more", "less"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,.;:!?\n()]")
_NO = _words(
    "no not never none without avoid avoiding exclude excluding hate hates hated dislike dislikes don't dont doesn't "
    "nothing skip except stop refuse refuses minus cannot can't nor neither isn't aren't drop remove"
)
_NO_PHRASE = re.compile(
    r"\b(?:tired of|sick of|enough of|instead of|rather than|allergic to|other than|do not|does not"
    r"|can ?not stand|rid of|leave out|fed up with)\b",
    re.IGNORECASE,
)
_NOT_A_NO = re.compile(
    r"\bnot (?:just|only|necessarily)\b|\bdon['’]?t mind\b|\bno (?:problem|objection|doubt|idea)\b|\bwhy not\b"
    r"|\bnot (?:so|too|that|as|very|quite)\b|\bnothing (?:too|so|very)\b",
    re.IGNORECASE,
)
_MUST = _words("only just exclusively strictly must")
_SMALL = _words("a an the any of or and other some s")
_FILLERS = frozenset(
    stem
    for word in _words(
        "film films movie movies book books song songs show shows series game games item items stuff things thing "
        "kind kinds sort sorts type types genre genres please thanks really anything elements scenes director directors by"
    )
    for stem in stems(word)
)
SAYS_NOTHING = _FILLERS | frozenset(
    stem
    for word in (
        *_NO,
        *_MUST,
        *_words(
            "please thanks thank okay instead though maybe still yet else something hours minutes "
            "two three four five six seven eight nine ten dozen couple"
        ),
    )
    for stem in stems(word)
)
"""Stems that ask for nothing in particular when everything else of a text was read."""
_LESS_THAN = re.compile(
    r"(?:\b(?:less|too|not (?:so|as|that|too|very|quite)|nothing (?:too|so|very)|fewer|not enough|without being|a bit too|so)\s+)$",
    re.IGNORECASE,
)
_MORE_THAN = re.compile(
    r"\b(?:more|a bit more|much|even|rather|somewhat|a little|bit|something|slightly)\s+$", re.IGNORECASE
)
_NOT_BEFORE = re.compile(r"(?:\b(?:not|isn['’]?t|aren['’]?t|n['’]t|nothing)\s+(?:\w+\s+)?)$", re.IGNORECASE)
_EXCEPT = frozenset(("anything", "everything", "all"))
_BREAKING = frozenset((*".;:!?\n", "but", "though", "however"))
_JOINING = frozenset((",", "(", ")", "and", "or", "nor"))


def direction(text: str, match: re.Match[str], quality: Quality) -> tuple[int, int]:
    """+1 for more of the quality, -1 for less, 0 where the adjective compares nothing; and where the phrase starts."""
    word, before = match[0].casefold(), text[: match.start()]
    comparative = word in COMPARATIVES
    negated = _NOT_BEFORE.search(before)
    if text[match.end() :].casefold().startswith(" enough"):
        return (1, negated.start()) if negated else (0, match.start())
    if less := _LESS_THAN.search(before):
        return -1, less.start()
    if comparative:
        return (-1, negated.start()) if negated else (1, match.start())
    if more := _MORE_THAN.search(before):
        started = more.group().strip().casefold()
        return (1, more.start()) if started != "something" or quality.roles else (0, match.start())
    return 0, match.start()


def stances(
    text: str, words: Sequence[re.Match[str]], mentions: dict[int, Mention]
) -> Iterator[tuple[Stance, Mention]]:
    """How each mention is meant, by the words before it.

    A "no" or "only" holds over an enumeration ("no horror, war or westerns") and ends with "but", or where a part
    between commas says something of its own.
    """
    stance: Stance = "plain"
    at = 0
    while at < len(words):
        word = words[at][0].casefold()
        if (mention := mentions.get(at)) is not None:
            yield _own_stance(words, at, mention, stance), mention
            at = mention.end
            continue
        before = words[at - 1][0].casefold() if at else ""
        if word == "but" and before in {*_EXCEPT, "nothing"}:
            stance = "must" if before == "nothing" else "no"
        elif word in _BREAKING or (word in _JOINING and not _goes_on(words, mentions, at + 1)):
            stance = "plain"
        elif not (before == "not" and word in _MUST):
            stance = _marked(text, words[at], stance)
        at += 1


def _own_stance(words: Sequence[re.Match[str]], at: int, mention: Mention, stance: Stance) -> Stance:
    before = words[at - 1][0].casefold() if at else ""
    after = words[mention.end][0].casefold() if mention.end < len(words) else ""
    if before in ("more", "less", "fewer") and stance != "no":
        return "more" if before == "more" else "less"
    return "must" if after == "only" and stance == "plain" else stance


def _marked(text: str, word: re.Match[str], stance: Stance) -> Stance:
    said = word[0].casefold()
    if _NOT_A_NO.match(text, word.start()):
        return stance if said not in _NO else "plain"
    if said in _NO or _NO_PHRASE.match(text, word.start()):
        return "no"
    if said in _MUST:
        return stance if stance == "no" else "must"
    return stance


def _goes_on(words: Sequence[re.Match[str]], mentions: dict[int, Mention], at: int) -> bool:
    """Whether an enumeration goes on: up to the next break there are only labels and words like "films"."""
    some = False
    while at < len(words) and words[at][0].casefold() not in _BREAKING | _JOINING:
        if (mention := mentions.get(at)) is not None:
            some, at = True, mention.end
            continue
        said = words[at][0].casefold()
        if said not in _SMALL and (not stems(said) or any(stem not in _FILLERS for stem in stems(said))):
            return False
        at += 1
    return some
