"""What an ask for advice is about: items of the catalog or something else, and how many of them."""

from __future__ import annotations

import re

from ..memory.lexical import stems
from ..tools.subject import Subject

__all__ = ["asked_count", "asks_for_items", "is_about_items"]

_OBJECT = re.compile(
    r"\b(?:recommend|suggest|recommendations?|suggestions?)\b(?:\s+(?:to\s+)?(?:me|us|for)\b)*\s*(?P<object>[\w\s'’-]*)"
    r"|\b(?:what|which)\s+(?P<which>(?:[\w'’-]+\s+){0,4}?)(?:should|can|could|shall|would)\s+(?:i|we)\s+(?P<verb>\w+)"
    r"|\b(?:pick|give|show|find|get)\s+(?:me|us)\s+(?P<given>[\w\s'’-]*)",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:for|to|with|without|from|that|which|who|about|of|in|on|by|like|but|and|or|please|tonight|today|tomorrow|then|as|next"
    r"|instead|so|because|if|this|now|before|after|since|not|no|under|over|less|more than|shorter|longer)\b",
    re.IGNORECASE,
)
_ANY = frozenset(
    ("something", "anything", "some", "one", "ones", "others", "other", "more", "another", "few", "couple", "thing")
) | frozenset(("things", "stuff", "options", "picks", "titles", "items", "item", "choices", "similar", "else"))
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_COUNT = r"(?P<count>\d{1,3}|" + "|".join(_WORDS) + r"|a couple|a few|a dozen)"
_NOT_ITEMS = r"(?!\s*(?:hours?|hrs?|minutes?|mins?|min|pages?|stars?|euros?|dollars?|years?|o'?clock|am\b|pm\b|%|people|persons|of us))"
_COUNTED = (
    re.compile(
        rf"\b(?:recommend|suggest|give|show|find|list|pick|name|tell|get|need|want|like|top|best|me|us)\s+(?:the\s+)?{_COUNT}\b{_NOT_ITEMS}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b{_COUNT}\s+(?:of them|of those|others?|more|(?:[\w-]+\s+){{0,3}}?(?:films?|movies?|books?|novels?|songs?|albums?"
        r"|games?|items?|titles?|recommendations?|suggestions?|ideas?|options?|picks?|series|shows?|recipes?|products?|ones))\b",
        re.IGNORECASE,
    ),
)
_NAMED_NUMBERS = {word: number for number, word in enumerate(_WORDS, start=1)} | {
    "a couple": 2,
    "a few": 3,
    "a dozen": 12,
}
_REFERRED = re.compile(r"(?:number|no\.|nr\.?|#|item|the)\s*$", re.IGNORECASE)


def is_about_items(text: str, subject: Subject) -> bool | None:
    """Whether an ask for advice means the catalog's items; None where it does not say what it asks for."""
    roots = {stem for noun in subject.nouns for stem in stems(noun)}
    for match in _OBJECT.finditer(text):
        named = _ENDS.split(match["object"] or match["which"] or match["given"] or "", maxsplit=1)[0]
        words = [
            word for word in re.findall(r"[\w'’-]+", named.casefold()) if not word.isdigit() and word not in _WORDS
        ]
        if any(word in _ANY or word in subject.nouns or roots.intersection(stems(word)) for word in words):
            return True
        if any(stems(word) for word in words):
            return False
        if match["verb"] and match["verb"].casefold() not in subject.verbs:
            return False
        if match["verb"]:
            return True
    said = set(re.findall(r"[\w'’-]+", text.casefold()))
    return True if said & (subject.nouns | subject.verbs | _ANY) else None


def asks_for_items(text: str, subject: Subject) -> bool:
    """Whether a message asks to be given items of the catalog by name: "give me ten films"."""
    return any(
        word in subject.nouns
        for match in _OBJECT.finditer(text)
        for word in re.findall(r"[\w'’-]+", _ENDS.split(match["given"] or "", maxsplit=1)[0].casefold())
    )


def asked_count(text: str) -> int | None:
    """How many items a message asks for, where it says so: "ten", "3 films", "a couple of books"."""
    for pattern in _COUNTED:
        for match in pattern.finditer(text):
            said = match["count"].casefold()
            if _REFERRED.search(text[: match.start("count")]) is None:
                return _NAMED_NUMBERS.get(said) or max(1, int(said))
    return None
