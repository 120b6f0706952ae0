"""The wordings by which a user states a lasting preference or instruction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .aversion_rules import ABOUT_THE_REPLY, AVERSIONS, CLAUSE, THAT
from .third_person import of_user, third_person
from .verbs import is_participle, is_past

__all__ = ["STANDING_RULES", "StandingRule", "tells_secret"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRule:
    """A wording and what it is written down as. `despite_question`: "could you always …?" is no question."""

    said: str
    write: Callable[[re.Match[str]], str | None]
    despite_question: bool = False
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(self.said, re.I))

    def read(self, sentence: str) -> str | None:
        """What the sentence says by this rule, or None."""
        match = self.pattern.search(sentence)
        if match is None or _ONCE.search(sentence) or tells_secret(sentence):
            return None
        return self.write(match)


_ONCE = re.compile(r"\b(?:today|tonight|tomorrow|this time|this one|for now|right now|just now|this week)\b", re.I)
"""What is said of one occasion does not last."""


def tells_secret(text: str) -> bool:
    """Whether a password stands in it: none goes into every prompt."""
    return _SECRET.search(text) is not None


_SECRET = re.compile(r"\b(?:password|passcode|passphrase|pin(?: code)?|api key)\b\s*(?:is|was|:|=|\S*\d)", re.I)


def _tells(verb: str) -> bool:
    """Whether "never tried sushi" tells something, where "never use tables" asks for it."""
    return verb not in ("ground", "found") and (is_past(verb) or is_participle(verb))


def _mostly(match: re.Match[str]) -> str:
    return "".join(f"{adverb} " for adverb in _MOSTLY.findall(match["how"]))


def _sentence(text: str) -> str:
    line = re.sub(r",? (?:please|thanks|thank you|ok(?:ay)?)$", "", text.strip(" .!?,;"), flags=re.I)
    line = of_user(line)
    return f"{line[:1].upper()}{line[1:]}."


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
_HOW_MUCH = (
    r"(?P<how>(?: (?:really|usually|generally|typically|normally|mostly|always|strongly|greatly|absolutely|definitely|truly"
    r"|honestly|personally|simply|just|much|still|also))*)"
)
"""Adverbs that do not turn the statement round ("hardly") and do not speak of the reply ("especially")."""
_MOSTLY = re.compile(r"\b(?:usually|generally|typically|normally|mostly)\b", re.I)
"""Those without which it would say more than was said."""
_LEAD = r"^(?:(?:from now on|in (?:the )?future|going forward|for (?:all|future) \w+)[, ]+)"
_START = r"^(?:(?:and|but|also|oh|ok|okay|well|yes|no|thanks|great|hi|hello)[, ]+)*(?:please[, ]+)?"

STANDING_RULES: tuple[StandingRule, ...] = (
    StandingRule(
        said=rf"{CLAUSE}(?:['’]m| am) (?P<not>not )?(?P<what>{_DIET}\b|allergic to [^.;!?]{{3,200}}?(?=$|[.;!?]|,? (?:and|but) (?:i|my)\b))",
        write=lambda match: _sentence(third_person(f"am {match['not'] or ''}{match['what']}")),
    ),
    StandingRule(
        said=rf"{CLAUSE}{_HOW_MUCH} (?P<verb>don'?t|do not|never|can'?t|cannot)(?P<really> really)? (?P<act>eat|drink|use|watch|read|take|tolerate|stand|like|want) "
        rf"{ABOUT_THE_REPLY}(?P<what>(?:any )?[\w'’ -]{{3,120}}?)(?=$|[.,;!]| (?:and|but) (?:i|my)\b)",
        write=lambda match: _sentence(
            third_person(
                f"{_mostly(match)}{_NEGATION[match['verb'].lower()]}{match['really'] or ''} {match['act'].lower()} {match['what']}"
            )
        ),
    ),
    StandingRule(
        said=rf"(?:^|[,;] ?|\b(?:and|but|{THAT}) )i{_HOW_MUCH} (?P<verb>prefer|love|hate|dislike|enjoy|like|favou?r) "
        rf"{ABOUT_THE_REPLY}(?P<what>[^.;!?]{{3,160}}?)(?=$|[.;!]|,? (?:and|but) (?:i|my)\b)",
        write=lambda match: _sentence(third_person(f"{_mostly(match)}{match['verb'].lower()} {match['what']}")),
    ),
    StandingRule(
        said=rf"{_START}{_LEAD}(?:please[, ]+|can you |could you |you should )*(?P<what>[a-z][^?]{{3,140}})\??$",
        write=lambda match: _sentence(match["what"]),
        despite_question=True,
    ),
    StandingRule(
        said=rf"{_START}(?:(?:can|could|would) you (?:please )?|you should |i(?:['’]d like| want| need) you to )?(?P<what>(?:always|never) (?!mind\b)(?P<verb>[a-z]+)\b[^?]{{0,140}})\??$",
        write=lambda match: None if _tells(match["verb"].lower()) else _sentence(match["what"]),
        despite_question=True,
    ),
    StandingRule(
        said=rf"{_START}(?:can you )?(?P<what>(?:do not|don['’]?t) (?:ever )?(?:suggest|recommend|propose|offer) (?:me |us )?{ABOUT_THE_REPLY}[^?]{{3,120}})\??$",
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
