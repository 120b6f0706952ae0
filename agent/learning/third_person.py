"""What a user says of themselves ("I avoid crowds as I like quiet") in the third person ("The user avoids crowds as …").

Only what is surely a verb of the user's is given its ending. Whose "and feel sick" is often cannot be told from the
words: left as it is it says what was said, with an ending it might say the opposite.
"""

from __future__ import annotations

import re

from .verbs import is_past

__all__ = ["of_user", "third_person"]

_ADVERB = (
    r"(?:(?!(?:fly|rely|apply|reply|supply|comply|multiply)\b)\w+ly|always|never|also|just|still|often|sometimes|much|ever"
    r"|even|no longer)"
)
_MODAL = (
    r"(?:am|is|was|were|had|has|did|does|can|could|will|would|shall|should|may|might|must|cannot|cant|wont|didnt|couldnt"
    r"|wouldnt|shouldnt|ought)"
)
_NOT = r"do not|don['’]?t"
_VERB = rf"(?:{_NOT}|(?!(?:{_MODAL}|and|or|too|as|to|in|on|at|of)\b)[a-z]+)"

_FIRST = re.compile(rf"^(?P<how>(?:{_ADVERB},? )*+)(?P<verb>{_VERB})\b(?!['’])", re.I)
"""The adverbs are taken whole: the last of them is no verb ("really does not")."""
_STATE = r"(?:like|love|hate|want|need|enjoy|eat|drink|mind)"
_ALSO = re.compile(
    rf"\b(?:and (?:{_ADVERB} )*+(?P<verb>prefer|dislike|enjoy|(?:tend|refuse)(?= to\b)|(?:{_NOT})(?= {_STATE}\b)"
    r"|(?:like|love|hate|need|want|find|feel|try)(?= (?:an?|the|it|them|this|to|my|me|\w+ing)\b))"
    rf"|but (?:{_ADVERB} )*+(?P<but>prefer|dislike|enjoy|like|love|hate|need|want|(?:{_NOT})(?= {_STATE}\b)))\b",
    re.I,
)
"""A second verb of the same subject; words that are as often nouns ("adventure and love stories") are left out."""
_OTHERS = re.compile(r"\b(?:that|which|who|whose|where|when|if)\b", re.I)
_OTHERS_OR_DENIED = re.compile(rf"{_OTHERS.pattern}|\b(?:not|never|cannot|refuses?|to)\b|n['’]t\b", re.I)
"""Behind these a second verb may be another's, or denied with the first."""
_WITHIN = re.compile(
    rf"(?:(?P<before>\w+) )?\bi (?P<how>(?:{_ADVERB} )*+)(?P<verb>{_VERB})\b(?!['’])",
    re.I,
)
_ASKING = re.compile(rf"(?:{_MODAL}|do|let)$", re.I)
_NUMBERED = frozenset(("War", "Type", "Part", "Class", "Phase"))
_NUMERAL = "".join(rf"(?<!\b{word} )" for word in sorted(_NUMBERED))
_OWN = {"my": "the user's", "me": "the user", "mine": "the user's", "i": "the user", "myself": "themselves"}


def third_person(said: str) -> str:
    """What follows an "I" ("avoid crowds and prefer the sea"), said of the user, who is not named a second time."""
    words = " ".join(said.split())
    words = re.sub(r"^['’]m\b|^am\b", "is", words, flags=re.I)
    words = re.sub(r"^['’]ve\b|^have\b", "has", words, flags=re.I)
    words = _FIRST.sub(lambda match: f"{match['how']}{_form(match['verb'])}", words, count=1)
    return f"The user {_also(words)}"


def _also(words: str) -> str:
    found = _ALSO.search(words)
    if not found:
        return words
    group = "verb" if found["verb"] else "but"
    others = _OTHERS if group == "but" or found[group].lower() == "prefer" else _OTHERS_OR_DENIED
    if others.search(words[: found.start()]):
        return words
    return f"{words[: found.start(group)]}{_form(found[group])}{words[found.end(group) :]}"


def of_user(text: str) -> str:
    """A text with the user named wherever it said "I", "me", "my"."""
    line = re.sub(
        rf"\bi(?:['’]m| (?P<how>(?:{_ADVERB} )*+)am)\b", lambda m: f"the user {m['how'] or ''}is", text, flags=re.I
    )
    line = re.sub(r"(?<!do )(?<!did )(?<!should )\bi(?:['’]ve| have)\b", "the user has", line, flags=re.I)
    line = _WITHIN.sub(_said_within, line)
    return re.sub(
        rf"\b(?:my|me|mine|myself)\b|(?-i:{_NUMERAL})\bi\b", lambda match: _OWN[match[0].lower()], line, flags=re.I
    )


def _said_within(match: re.Match[str]) -> str:
    before = match["before"] or ""
    if _ASKING.fullmatch(before) or before in _NUMBERED:  # "should I go", "World War I films"
        return match[0]
    lead = f"{before} " if before else ""
    return f"{lead}the user {match['how']}{_form(match['verb'])}"


def _form(verb: str) -> str:
    """The verb behind "the user"; a past as it is."""
    if re.fullmatch(_NOT, verb, re.I):
        return "does not"
    if verb.lower() in _IRREGULAR:
        return _IRREGULAR[verb.lower()]
    return verb if is_past(verb.lower()) else _with_s(verb)


_IRREGULAR = {"do": "does", "go": "goes", "have": "has"}


def _with_s(verb: str) -> str:
    if verb.endswith(("s", "sh", "ch", "x")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"
