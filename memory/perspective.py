"""Facts say "The user lives in Porto", the user asks "Where do I live?": the same seen from two sides."""

from __future__ import annotations

import re

__all__ = ["about_user", "asked_of_oneself", "in_first_person"]

_THE_USER = re.compile(r"the user\b", re.I)
_FIRST_PERSON = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours)\b(?!['’.]?\w*\.)", re.I)
_SUBJECT = re.compile(
    r"\bthe user (?P<adverb>(?:(?:also|always|often|usually|still|now|never|currently|really|\w+ly) )*)(?P<verb>[a-z]+)\b",
    re.I,
)
_IRREGULAR = {"is": "am", "has": "have", "does": "do", "was": "was", "goes": "go"}


def about_user(statement: str) -> bool:
    """Whether a statement is about the user, as facts word it."""
    return bool(_THE_USER.match(statement))


def asked_of_oneself(text: str) -> bool:
    """Whether a text is about the one who says it."""
    return bool(_FIRST_PERSON.search(text))


def in_first_person(statement: str) -> str:
    """What the user would have said ("I live in Porto."); the statement as it is where it is not about them."""
    if not _THE_USER.search(statement):
        return statement
    said = re.sub(r"\bthe user['’]s\b", "my", statement, flags=re.I)
    said = _SUBJECT.sub(lambda match: f"I {match['adverb']}{_plain(match['verb'])}", said)
    said = re.sub(r"\bthe user\b", "me", said, flags=re.I)
    return f"{said[:1].upper()}{said[1:]}"


def _plain(verb: str) -> str:
    """A verb without the ending of the third person."""
    if irregular := _IRREGULAR.get(verb.lower()):
        return irregular
    if verb.endswith("ies") and len(verb) > 4:
        return f"{verb[:-3]}y"
    if re.search(r"(?:ss|sh|ch|x|zz)es$", verb):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
