"""The wordings by which a user states a lasting preference or instruction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .aversion_rules import AVERSIONS, form_of_one, third_person

__all__ = ["STANDING_RULES", "StandingRule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRule:
    """A wording and what it is written down as. `despite_question`: "could you always …?" is no question."""

    said: str
    write: Callable[[re.Match[str]], str]
    despite_question: bool = False
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(self.said, re.I))

    def read(self, sentence: str) -> str | None:
        """What the sentence says by this rule, or None."""
        match = self.pattern.search(sentence)
        return self.write(match) if match and not _ONCE.search(sentence) else None


_ONCE = re.compile(r"\b(?:today|tonight|tomorrow|this time|this one|for now|right now|just now|this week)\b", re.I)
"""What is said of one occasion does not last."""


def _sentence(text: str) -> str:
    line = re.sub(r",? (?:please|thanks|thank you|ok(?:ay)?)$", "", text.strip(" .!?,;"), flags=re.I)
    line = re.sub(r"\bi(?:['’]m| am)\b", "the user is", line, flags=re.I)
    line = re.sub(r"\bi(?:['’]ve| have)\b", "the user has", line, flags=re.I)
    line = _I_DO.sub(lambda match: f"the user {match['how']}{form_of_one(match['verb'])}", line)
    line = re.sub(r"\b(?:my|me|mine|i|myself)\b", lambda match: _THIRD[match[0].lower()], line, flags=re.I)
    return f"{line[:1].upper()}{line[1:]}."


_THIRD = {"my": "the user's", "me": "the user", "mine": "the user's", "i": "the user", "myself": "themselves"}
_I_DO = re.compile(
    r"\bi (?P<how>(?:\w+ly |always |also |just |never )?)(?P<verb>do not|don['’]?t|(?!(?:am|was|had|did|can|could|will|would|shall|should"
    r"|may|might|must|cannot|ever|and|or|too|as)\b)[a-z]+)\b(?!['’])",
    re.I,
)

_NEGATION = {
    "don't": "do not",
    "dont": "do not",
    "do not": "do not",
    "never": "never",
    "can't": "cannot",
    "cant": "cannot",
    "cannot": "cannot",
}
_DIET = (
    r"(?:strict(?:ly)? |a |an |mostly )*(?:vegan|vegetarian|pescatarian|coeliac|celiac|diabetic|lactose[- ]intolerant|gluten[- ]free"
    r"|teetotal(?:ler)?|kosher|halal|colou?r[- ]?blind|dyslexic|left[- ]handed|deaf|blind|hard of hearing)"
)
_NOT_A_TASTE = (
    r"(?!(?:it|that|this|these|those|them|him|her|you|your|to (?:know|see|hear|ask|thank)|how|when|what|where|the (?:idea|answer|first|second|third|last|"
    r"new|way|one|draft|reply|result|sound)\b(?! of)|the [\w' -]{2,40}?\b(?:ideas?|suggestions?|concepts?|recommendations?))\b)"
)
_HOW_MUCH = (
    r"(?: (?:really|usually|generally|typically|normally|mostly|always|strongly|greatly|absolutely|definitely|truly|honestly"
    r"|personally|simply|just|much|still|also))*"
)
"""Adverbs that leave the statement as it is; others turn it round ("hardly") or speak of the reply ("especially")."""
_LEAD = r"^(?:(?:from now on|in (?:the )?future|going forward|for (?:all|future) \w+)[, ]+)"
_START = r"^(?:(?:and|but|also|oh|ok|okay|well|yes|no|thanks|great|hi|hello)[, ]+)*(?:please[, ]+)?"

STANDING_RULES: tuple[StandingRule, ...] = (
    StandingRule(
        said=rf"(?:^|[,;] ?|\b(?:and|but|because|since|as|that) )i(?:['’]m| am) (?P<not>not )?(?P<what>{_DIET}\b|allergic to [\w ,-]{{3,60}}?(?=$|[^\w ,-]|,? (?:and|but|so) (?:i|my|can|could|have|must|need|get|break|avoid|prefer)\b))",
        write=lambda match: _sentence(f"The user is {match['not'] or ''}{match['what']}"),
    ),
    StandingRule(
        said=rf"(?:^|[,;] ?|\b(?:and|but|because|since|as|that) )i{_HOW_MUCH} (?P<verb>don'?t|do not|never|can'?t|cannot)(?: really)? (?P<act>eat|drink|use|watch|read|take|tolerate|stand|like|want) "
        rf"{_NOT_A_TASTE}(?P<what>(?:any )?[\w'’ -]{{3,120}}?)(?=$|[.,;!]| (?:and|but) (?:i|my)\b)",
        write=lambda match: _sentence(
            third_person(f"{_NEGATION[match['verb'].lower()]} {match['act'].lower()} {match['what']}")
        ),
    ),
    StandingRule(
        said=rf"(?:^|[,;] ?|\b(?:and|but|that) )i{_HOW_MUCH} (?P<verb>prefer|love|hate|dislike|enjoy|like|favou?r) "
        rf"{_NOT_A_TASTE}(?P<what>[^.;!?]{{3,160}}?)(?=$|[.;!]|,? (?:and|but) (?:i|my)\b)",
        write=lambda match: _sentence(third_person(f"{match['verb'].lower()} {match['what']}")),
    ),
    StandingRule(
        said=rf"{_START}{_LEAD}(?:please[, ]+|can you |could you |you should )*(?P<what>[a-z][^?]{{3,140}})\??$",
        write=lambda match: _sentence(match["what"]),
        despite_question=True,
    ),
    StandingRule(
        said=rf"{_START}(?:(?:can|could|would) you (?:please )?|you should |i(?:['’]d like| want| need) you to )?(?P<what>(?:always|never) (?!mind\b)[a-z]+\b[^?]{{0,140}})\??$",
        write=lambda match: _sentence(match["what"]),
        despite_question=True,
    ),
    StandingRule(
        said=rf"{_START}(?:can you )?(?P<what>(?:do not|don['’]?t) (?:ever )?(?:suggest|recommend|propose|offer) (?:me |us )?{_NOT_A_TASTE}[^?]{{3,120}})\??$",
        write=lambda match: _sentence(match["what"]),
        despite_question=True,
    ),
    StandingRule(
        said=rf"{_START}(?P<what>[a-z]+ [^?.]{{3,100}}\b(?:from now on|in (?:the )?future|going forward|every time|at all times))[.!]?$",
        write=lambda match: _sentence(match["what"]),
    ),
    StandingRule(
        said=r"^(?:(?:and|also|but|please),? )*no (?!problem|worries|idea|need|rush|thanks|thank|doubt|one|way|more|matter|longer|offen[cs]e)"
        r"(?P<what>[a-z-]+(?: (?:or|and)? ?[a-z-]+){0,3}?),? (?:please|ever|thanks)[.!]?$",
        write=lambda match: _sentence(f"No {match['what']}"),
    ),
    StandingRule(
        said=rf"{_START}(?P<what>(?:stop|quit|avoid) (?:using|writing|adding|giving|telling|calling|ending|starting|apologi[sz]ing|asking|saying)\b[^?]{{0,100}})$",
        write=lambda match: _sentence(match["what"]),
    ),
    StandingRule(
        said=rf"{_START}(?P<what>keep (?:your|all(?: your)?|the) (?:answers|replies|responses|messages|explanations|summaries) [^?]{{3,60}})$",
        write=lambda match: _sentence(match["what"]),
    ),
    StandingRule(
        said=rf"{_START}(?:you can |just )?(?:call me|address me as) (?P<what>(?-i:[A-ZÀ-Þ])[\w'’-]+(?: (?-i:[A-ZÀ-Þ])[\w'’-]+)?)(?=$|[.,!])",
        write=lambda match: f"Call the user {match['what']}.",
    ),
    StandingRule(
        said=r"(?:^|[,;] ?|\b(?:and|but) )i(?: (?:only|always|usually))? (?:use|need|work in|think in) (?P<what>metric|imperial|celsius|fahrenheit|kilomet(?:re|er)s|miles)\b",
        write=lambda match: f"The user uses {match['what'].lower()} units.",
    ),
    *(
        StandingRule(said=aversion, write=lambda match: _sentence(third_person(match["what"])))
        for aversion in AVERSIONS
    ),
)
"""All rules; the first that matches a wording wins only for itself, a sentence may state several things."""
