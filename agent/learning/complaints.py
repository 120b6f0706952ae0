"""What a complaint about a reply asks for: "too long", "no bullets please", "less formal".

Read only from turns that `feedback.detect` takes for dissatisfied, and only where they name what was wrong: what the
user would have changed by an edit. The aspects are those that edits teach, so that both agree or contradict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ...memory.records import Aspect, Polarity
from .features import Features, features

__all__ = ["wishes_of"]

Make = Callable[[re.Match[str], Features], "Aspect | None"]

SHORTER, HALF, LONGER = 0.6, 0.5, 1.5
"""What becomes of a reply's length, where the user does not say how long it should be."""


def wishes_of(complaint: str, reply: str) -> tuple[Aspect, ...]:
    """The aspects a complaint about the reply asks for; none where it names nothing that can be told to a writer."""
    text = " ".join(complaint.replace("’", "'").lower().split())
    measured = features(reply)
    found: dict[str, Aspect] = {}
    for pattern, make in _RULES:
        match = pattern.search(text)
        aspect = make(match, measured) if match else None
        if aspect is not None:
            found.setdefault(aspect.name, aspect)
    return tuple(found.values())


def _at_most(words: float) -> Aspect:
    target = max(5, 5 * round(words / 5))
    return Aspect(name="length", value=f"Write at most {target} words", polarity="-", target=target)


def _at_least(words: float) -> Aspect:
    target = max(5, 5 * round(words / 5))
    return Aspect(name="length", value=f"Write at least {target} words", polarity="+", target=target)


def _limit(match: re.Match[str], reply: Features) -> Aspect | None:
    words = _NUMBERS.get(match["count"]) or float(match["count"])
    return Aspect(name="length", value=f"Write at most {words:g} words", polarity="-", target=words)


def _saying(name: str, value: str, polarity: Polarity, target: float | None = None) -> Make:
    aspect = Aspect(name=name, value=value, polarity=polarity, target=target)
    return lambda match, reply: aspect


def _form(match: re.Match[str], reply: Features) -> Aspect | None:
    """ "No bullets" or "I asked for bullets": which of the two is said by the words in front."""
    name, wanted, unwanted = next(form for word, form in _FORMS.items() if match["form"].startswith(word))
    if match["no"]:
        return Aspect(name=name, value=unwanted, polarity="-", target=0)
    return Aspect(name=name, value=wanted, polarity="+")


_FORMS: Mapping[str, tuple[str, str, str]] = {
    "bullet": ("bullets", "Use bullet points", "Write in prose, without bullet points"),
    "list": ("bullets", "Use bullet points", "Write in prose, without bullet points"),
    "number": ("numbering", "Use a numbered list", "Do not number the points"),
    "emoji": ("emoji", "Use emoji (🙂)", "Do not use emoji"),
    "smiley": ("emoji", "Use emoji (🙂)", "Do not use emoji"),
    "head": ("headings", "Use headings", "Do not use headings"),
    "exclamation": ("exclamations", "Use exclamation marks", "Do not use exclamation marks"),
    "question": ("questions", "Ask the reader a question", "Ask no questions"),
    "bold": ("bold", "Put key words in bold", "Do not use bold"),
    "link": ("links", "Include links", "Leave out links"),
    "greeting": ("greeting", "Open with a greeting", "Do not open with a greeting"),
    "closing": ("closing", "Close with a formula (“Best regards”)", "Do not end with a closing formula"),
    "sign-off": ("closing", "Close with a formula (“Best regards”)", "Do not end with a closing formula"),
    "contraction": ("contractions", "Use contractions (“don't”, “it's”)", "Write without contractions (“do not”)"),
}
_NAMES = (
    r"(?P<form>bullet(?:s|ed|\ points?)?(?:\ lists?)?|lists?|numbering|numbered\ lists?|numbers|emojis?|smileys?"
    r"|head(?:ing|er|line)s?|exclamation\ (?:marks?|points?)|questions?|bold|links?|greetings?|closings?|sign-offs?"
    r"|contractions?)\b"
)
_NUMBERS = {"twenty": 20.0, "thirty": 30.0, "fifty": 50.0, "hundred": 100.0, "a hundred": 100.0, "one hundred": 100.0}
_OF_ANY = r"(?:(?:the|all|any|those|these|so\ many|using|adding|more|with)\ )*"


def _rule(pattern: str, make: Make) -> tuple[re.Pattern[str], Make]:
    return re.compile(pattern, re.X), make


_RULES = (
    _rule(
        r"\b(?:under|below|at\ most|max(?:imum)?(?:\ of)?|no\ more\ than|fewer\ than|less\ than|not\ more\ than|within)"
        r"\ (?P<count>\d{2,4}|(?:a\ |one\ )?hundred|twenty|thirty|fifty)\ words\b",
        _limit,
    ),
    _rule(r"\bhalf\ (?:as\ long|the\ length|of\ it)\b", lambda match, reply: _at_most(HALF * reply.words)),
    _rule(
        r"\btoo\ (?:long|wordy|verbose|detailed|chatty|much\ (?:text|detail))\b|\b(?:wordy|verbose|long-winded)\b"
        r"|\b(?:shorter|briefer|more\ (?:concise|brief)|less\ (?:wordy|verbose|detail(?:ed)?|text|fluff))\b"
        r"|\b(?:shorten|trim|condense)\b|\bdrags\ on\b|\brather\ long\b|\bwall\ of\ text\b|\bkeep\ it\ (?:short|brief)\b",
        lambda match, reply: _at_most(SHORTER * reply.words),
    ),
    _rule(
        r"\btoo\ (?:short|brief|terse)\b|\blonger\b|\bmore\ (?:detail(?:ed|s)?|depth)\b|\bnot\ (?:detailed|long)\ enough\b",
        lambda match, reply: _at_least(LONGER * reply.words),
    ),
    _rule(
        r"\b(?P<no>no|not|without|drop|remove|skip|lose|fewer|less|stop|don't\ (?:use|want|need)|do\ not\ (?:use|want)"
        rf"|didn't\ (?:want|ask\ for)|too\ many|get\ rid\ of|leave\ out|instead\ of|hate)\ (?:a\ |an\ )?{_OF_ANY}{_NAMES}",
        _form,
    ),
    _rule(
        r"\b(?P<no>(?!))?(?:asked\ for|wanted|need(?:ed)?|said|told\ you|use|with|as|in|want|make\ it|forgot|missed)"
        rf"\ (?:the\ |a\ |an\ |to\ use\ )*{_NAMES}(?!\ (?:that|which|about|of))",
        _form,
    ),
    _rule(
        r"\btoo\ (?:formal|stiff|pompous|polite|official)\b|\bless\ (?:formal|stiff|pompous)\b"
        r"|\bmore\ (?:casual|informal|relaxed)\b|\bsounds?\ like\ a\ (?:lawyer|robot)\b",
        _saying("formality", "Use an informal, casual tone", "-"),
    ),
    _rule(
        r"\btoo\ (?:casual|informal|sloppy|chummy)\b|\bmore\ (?:formal|professional)\b|\bless\ (?:casual|informal)\b",
        _saying("formality", "Use a formal tone", "+"),
    ),
    _rule(
        r"\btoo\ (?:technical|complicated|complex|academic|abstract)\b|\b(?:simpler|plainer)\b|\bless\ (?:technical|jargon)\b"
        r"|\b(?:no|without|drop\ the)\ jargon\b",
        _saying("wording", "Use simple words, no jargon", "+"),
    ),
    _rule(
        r"\b(?:friendlier|warmer)\b|\bmore\ (?:friendly|warm)\b|\btoo\ (?:cold|harsh|blunt|rude)\b",
        _saying("tone", "Be warm and friendly", "+"),
    ),
    _rule(
        r"\btoo\ (?:salesy|pushy|cheerful|gushing|enthusiastic)\b|\bless\ (?:salesy|pushy|enthusiastic)\b"
        r"|\bsounds?\ like\ an?\ ad(?:vert)?\b",
        _saying("tone: enthusiasm", "Be matter-of-fact, do not sell", "-"),
    ),
    _rule(
        r"\btoo\ (?:vague|hesitant)\b|\b(?:stop|less)\ hedging\b|\bmore\ direct\b",
        _saying("directness", "State things plainly, without hedging", "+", 0),
    ),
    _rule(r"\bmetric\b|\bin\ (?:km|kilometres|celsius|kilos?)\b", _saying("units", "Use metric units", "+", 1.0)),
    _rule(r"\bimperial\b|\bin\ (?:miles|fahrenheit|pounds)\b", _saying("units", "Use imperial units", "+", 0.0)),
)
