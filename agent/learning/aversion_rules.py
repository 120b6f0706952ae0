"""The wordings by which people say what they keep away from, keep to and cannot bear: "I avoid …", "I only buy …".

They are told once and matter for every later suggestion, so each becomes a standing preference in the third person.
What is said of the reply at hand ("I don't enjoy this ending") is no taste: `standing_rules.py` says what is left out.
"""

from __future__ import annotations

import re

from .verbs import is_past

__all__ = ["AVERSIONS", "form_of_one", "third_person"]

_ABOUT_THE_REPLY = (
    r"(?!(?:it|that|this|these|those|them|him|her|you|your|to (?:know|see|hear|ask|say|thank|send|tell|give)|how|when|what|where|why|"
    r"the (?:idea|answer|first|second|third|last|new|way|one|draft|reply|result|sound|list|text|version)\b(?! of))\b)"
)
_CLAUSE = r"(?:^|[,;] ?|\b(?:and|but|so|because|since|as|that) )i"
_HOW = (
    r"(?:,? ?(?:really|usually|generally|always|strongly|much|greatly|absolutely|strictly|definitely|also|particularly|simply|just"
    r"|firmly|actively|typically|deliberately|tend to|try to|prefer to|have to|need to|must))*"
)
_END = r"(?=$|[.;!]|,? (?:so|and|but|because|as|since|which is why|that is why) (?:i\b|my\b))"
_WHAT = rf"{_ABOUT_THE_REPLY}[^.;!?]{{2,160}}?){_END}"
_FEELING = (
    r"(?:aversion|preference|dislike|distaste|hatred|fear|phobia|allerg(?:y|ies)|intolerance|sensitivity|objection|opposition"
    r"|passion|weakness|soft spot|loathing|disdain|dread|obsession|fascination) (?:to|for|of|against|towards?|about|with)"
)
_BAD_STATE = (
    r"(?:uncomfortable (?:with|in|around|using)|opposed to|against|averse to|afraid of|scared of|terrified of|frightened of"
    r"|sensitive to|intolerant (?:of|to)|bothered by|put off by|prone to|claustrophobic)"
)
_GOOD_STATE = r"(?:(?:a |an )?(?:big |huge |great )?fan of|interested in|comfortable (?:with|in|around|using)|fond of|keen on|into)"
_KEPT_TO = (
    r"(?:use|eat|drink|buy|wear|watch|read|play|stay|travel|fly|shop|support|adopt|listen|consume|purchase|drive|choose|feed|follow"
    r"|visit|dine|cook|consider|attend|trust|own|ride|like|want to (?:own|feed|use|eat|wear|buy|stay|watch|read|play))"
)
_AVOIDED = (
    r"(?:avoid|refuse|despise|loathe|detest|abhor|adore|oppose|reject|steer clear of|stay away from|keep away from"
    r"|insist on|stick to|believe in|swear by|struggle with)"
)
_FLAW = (
    r"(?:boring|tedious|ineffective|disorienting|demotivating|childish|hard|difficult|overwhelming|distracting|uncomfortable|off-putting"
    r"|annoying|stressful|exhausting|unpleasant|frustrating|confusing|too \w+|unappealing|disturbing|irritating|impersonal)"
)

AVERSIONS: tuple[str, ...] = (
    rf"{_CLAUSE} ?(?P<what>{_HOW} {_AVOIDED} {_WHAT}",
    rf"{_CLAUSE} ?(?P<what>{_HOW} (?:only|exclusively) (?:ever )?{_KEPT_TO} {_WHAT}",
    rf"{_CLAUSE} ?(?P<what>{_HOW} (?:do not|don['’]?t|cannot|can['’]?t|won['’]?t|will not|never)(?: really| usually| even)? "
    r"(?:enjoy|handle|bear|support|trust|wear|buy|play|participate in|visit|appreciate|ride|fly|own|consume|smoke|attend|dine|agree with) "
    rf"{_WHAT}",
    rf"{_CLAUSE}(?P<what>(?:['’]ve| have)(?: got)? (?:(?:an? |no |such an? |some |many )(?:[\w-]+,? ){{0,3}})?{_FEELING} {_WHAT}",
    rf"{_CLAUSE}(?P<what>(?:['’]ve| have)(?: got)? (?:no|zero|little) (?:interest|faith|trust) in {_WHAT}",
    rf"{_CLAUSE}(?P<what>(?:['’]m| am)(?: [\w-]+ly| very| quite| so)* {_BAD_STATE} {_WHAT}",
    rf"{_CLAUSE}(?P<what>(?:['’]m| am)(?: [\w-]+ly)* not(?: [\w-]+ly| very| so| at all)* {_GOOD_STATE} {_WHAT}",
    rf"{_CLAUSE}(?P<what> find (?:it {_FLAW} (?:to|when)\b|(?!(?:this|that|these|those|them|it|him|her|you|your|the (?:answer|reply|text|list))\b)"
    rf"[^.;!?]{{2,90}}? {_FLAW}\b)[^.;!?]{{0,90}}?){_END}",
    rf"{_CLAUSE}(?P<what> (?:learn|work|study|sleep|focus|concentrate) (?:best|better) [^.;!?]{{3,120}}?){_END}",
)
"""Patterns on one sentence; `what` is all that follows the "I"."""


def third_person(said: str) -> str:
    """ " avoid crowds and prefer the sea" as "The user avoids crowds and prefers the sea"."""
    words = " ".join(said.split())
    words = re.sub(r"^['’]m\b|^am\b", "is", words, flags=re.I)
    words = re.sub(r"^['’]ve\b|^have\b", "has", words, flags=re.I)
    words = _BARE.sub(lambda match: f"{match['how']}{form_of_one(match['verb'])}", words, count=1)
    words = _AND_ALSO.sub(lambda match: f"{match['and']}{form_of_one(match['verb'])}", words)
    return f"The user {words}"


_NOT = r"do not|don['’]?t"
_BARE = re.compile(
    # The adverbs are taken whole: the last of them is no verb ("really does not").
    r"^(?P<how>(?:(?:\w+ly|always|also|just|much|never|ever),? )*+)"
    rf"(?P<verb>{_NOT}|(?!(?:is|has|does|cannot|can|will|won|must)\b)[a-z]+)\b",
    re.I,
)
_AND_ALSO = re.compile(
    r"(?P<and>\b(?:and|but|so) (?:always |usually |rather |rarely |instead )?)"
    rf"(?P<verb>{_NOT}|prefer|avoid|like|love|dislike|hate|need|want|find|feel|enjoy|refuse|choose|opt|seek|tend|try|stick|believe)\b",
    re.I,
)
"""A second verb of the same subject; words that are as often nouns ("food and drink") are left out."""


def form_of_one(verb: str) -> str:
    """The verb behind "the user"; a past as it is."""
    if re.fullmatch(_NOT, verb, re.I):
        return "does not"
    return verb if is_past(verb.lower()) else _with_s(verb)


def _with_s(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"
