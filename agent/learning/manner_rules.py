"""Aspects of manner: how warm, polite or sure an edit wants a text, and how things are put to the reader.

Each rule compares counts of `manner.py`. Where several wishes share a dimension each has a name of its own ("framing:
examples"), so that one does not replace the other; the two directions of one wish share the name and contradict.
"""

from __future__ import annotations

from collections.abc import Callable

from ...memory.lexical import stems
from ...memory.records import Aspect
from .cost import cost_ratio
from .manner import Manner, manner

__all__ = ["manners"]

Rule = Callable[[Manner, Manner], "Aspect | None"]

TELLING = 2
"""The weight of one phrase that leaves no doubt."""
WORDS_EACH = 80
"""In a longer text as much again is needed for each so many words: some of everything stands in it by chance."""
LEFT = 0.5
"""What counts as gone: less than this share of the weight that the length of the text would leave."""


def manners(draft: str, edited: str) -> tuple[Aspect, ...]:
    """The aspects of manner in which a user's version differs from the draft."""
    before, after = manner(draft), manner(edited)
    if not before.words or not after.words:
        return ()
    found = [aspect for rule in _RULES if (aspect := rule(before, after)) is not None]
    if (positive := _positive(before, after, rewritten=_says_the_same_anew(draft, edited))) is not None:
        found.append(positive)
    return tuple(found)


def _says_the_same_anew(draft: str, edited: str) -> bool:
    """Much of the content in other words: a sentence that only lost its "not" says something else."""
    before, after = set(stems(draft)), set(stems(edited))
    shared = len(before & after) / (min(len(before), len(after)) or 1)
    return shared >= 0.4 and cost_ratio(draft, edited) >= 0.4


def _kept(before: Manner, after: Manner) -> float:
    return min(1.0, after.words / before.words)


def _risen(had: int, has: int, before: Manner, after: Manner) -> bool:
    """Has it become more, by a phrase at least and beyond what more words bring with them?"""
    grown = max(1.0, after.words / before.words)
    return has - had >= TELLING * _scale(after) and has > 1.5 * grown * had


def _fallen(had: int, has: int, before: Manner, after: Manner) -> bool:
    return had - has >= TELLING * _scale(before) and has < LEFT * _kept(before, after) * had


def _scale(measured: Manner) -> int:
    return 1 + measured.words // WORDS_EACH


def _tone(before: Manner, after: Manner) -> Aspect | None:
    had, has = _feeling(before), _feeling(after)
    if _risen(had, has, before, after):
        return Aspect(name="tone", value=f"Sound {_qualities(before, after)}", polarity="+")
    if _fallen(had, has, before, after):
        return Aspect(name="tone", value=f"Be matter-of-fact: {_excesses(before, after)}", polarity="-")
    return None


def _feeling(measured: Manner) -> int:
    return measured.warmth + _pity(measured)


def _pity(measured: Manner) -> int:
    return measured.sympathy + measured.apologies


def _qualities(before: Manner, after: Manner) -> str:
    warm, sorry = after.warmth - before.warmth, _pity(after) - _pity(before)
    if sorry > warm and after.apologies > before.apologies:
        return "understanding and apologise where something went wrong"
    if sorry > warm:
        return "understanding"
    return "warm and understanding" if sorry > 0 else "warm and friendly"


def _excesses(before: Manner, after: Manner) -> str:
    warm, sorry = before.warmth - after.warmth, _pity(before) - _pity(after)
    return "no apologies or sympathy" if sorry > warm else "no thanks, joy or good wishes"


def _enthusiasm(before: Manner, after: Manner) -> Aspect | None:
    if _risen(before.enthusiasm, after.enthusiasm, before, after):
        return Aspect(name="tone: enthusiasm", value="Sound enthusiastic", polarity="+")
    if _fallen(before.enthusiasm, after.enthusiasm, before, after):
        return Aspect(name="tone: enthusiasm", value="Stay sober, without superlatives or praise", polarity="-")
    return None


def _politeness(before: Manner, after: Manner) -> Aspect | None:
    if _risen(before.politeness, after.politeness, before, after):
        return Aspect(name="tone: politeness", value="Ask politely (“could you”, “please”)", polarity="+")
    if _fallen(before.politeness, after.politeness, before, after):
        return Aspect(name="tone: politeness", value="Ask outright, without “please” or “would you mind”", polarity="-")
    return None


def _present(name: str, field: str, wanted: str, unwanted: str, *, enough: int = 1, gone: int = 1) -> Rule:
    """A rule for what a text has or has not; what is gone counts only where the text around it stayed."""

    def rule(before: Manner, after: Manner) -> Aspect | None:
        had, has = getattr(before, field), getattr(after, field)
        if has >= enough * _scale(after) and had <= (has - enough) / 2:
            return Aspect(name=name, value=wanted, polarity="+")
        if had >= gone * _scale(before) and has <= (had - gone) / 2 and _kept(before, after) >= LEFT:
            return Aspect(name=name, value=unwanted, polarity="-")
        return None

    return rule


def _positive(before: Manner, after: Manner, *, rewritten: bool) -> Aspect | None:
    """Turned, not merely denied or granted: what not to do has become what to do."""
    if _turned(before, after, rewritten=rewritten):
        return Aspect(name="framing: positive", value="Say what to do and what works, not what to avoid", polarity="+")
    if _turned(after, before, rewritten=False):
        return Aspect(name="framing: positive", value="Warn: say what not to do", polarity="-")
    return None


def _turned(negative: Manner, positive: Manner, *, rewritten: bool) -> bool:
    if positive.double_negatives or positive.negations > negative.negations / 2 or negative.words > WORDS_EACH:
        return False
    if rewritten and negative.negations and not positive.negations:
        return True
    return (
        bool(negative.double_negatives)
        and positive.encouragements > negative.encouragements
        and _same_size(negative, positive)
    )


def _same_size(one: Manner, other: Manner) -> bool:
    return 0.5 <= other.words / one.words <= 2


def _sureness(before: Manner, after: Manner) -> Aspect | None:
    """A single doubt taken back or put in, where little else was said anew."""
    kept = after.words / before.words
    least = 0.35 if before.doubts < TELLING else 0.2
    if before.doubts >= _scale(before) and not after.doubts and least <= kept <= 1.2:
        return Aspect(name="directness", value="State things plainly, without hedging", polarity="+", target=0)
    if after.doubts >= _scale(after) and not before.doubts and 0.8 <= kept <= 4:
        value = "Put things carefully (“perhaps”, “it seems”)"
        return Aspect(name="directness", value=value, polarity="-", target=after.doubts)
    return None


_RULES: tuple[Rule, ...] = (
    _tone,
    _enthusiasm,
    _politeness,
    _present("framing: comparisons", "comparisons", "Explain with a comparison", "Explain without comparisons"),
    _present("framing: examples", "examples", "Give an example", "Leave out examples"),
    _present(
        "framing: benefits",
        "benefits",
        "Say what the reader gains (“so that you can …”)",
        "Describe things, not what the reader gains",
        enough=2,
        gone=4,
    ),
    _sureness,
)
