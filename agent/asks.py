"""What an ask for advice is about: items of the catalog or something else, and how many of them."""

from __future__ import annotations

import re

from ..memory.lexical import stems
from ..tools.subject import Subject

__all__ = ["asked_count", "asks_for_items", "is_about_items", "names_items", "requests_items", "wishes_for_items"]

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
_WISH = re.compile(
    r"\b(?:i|we)(?:\s+(?:really|do|just|both))*\s+(?:want|need|fancy|could use)\b(?:\s+to\s+\w+)?\s+(?P<wanted>[\w\s'’-]+)"
    r"|\b(?:(?:i|we)\s+would|(?:i|we)['’]d)(?:\s+(?:really|also))*\s+(?:love|like|enjoy)\b(?:\s+to\s+\w+)?\s+(?P<liked>[\w\s'’-]+)"
    r"|\blooking\s+for\s+(?P<sought>[\w\s'’-]+)"
    r"|(?:^|[.,;!?]|\b(?:please|you|and|to|me|us))\s*"
    r"(?:choose|pick|select|decide on|advise|propose|surprise|bring|put on|offer|recommend|suggest|(?<=help me )find|(?<=help us )find)(?:\s+(?:me|us))?(?:\s+(?:with|on))?"
    r"\s+(?P<chosen>[\w\s'’-]+)"
    r"|\b(?:what|which)\s+(?P<advised>[\w\s'’-]+?)\s+(?:do|would|can|could)\s+you\s+(?:advise|recommend|suggest|propose|pick|choose)\b"
    r"|\b(?:tips?|advice|ideas?|suggestions?|recommendations?)\s+(?:for|on|about)\s+(?P<tipped>[\w\s'’-]+)"
    r"|^\W*(?:(?:and|or|maybe|perhaps|please|ok|then)\W+)*(?P<bare>(?:an?|another|some|any)\s[\w\s'’-]+)(?:[,\w\s'’-]*\bplease\W*|\s*\?\W*)$",
    re.IGNORECASE,
)
"""Wishes that use no word such as "recommend": each group is what is wished for."""
_WISH_WITHOUT_NOUN = re.compile(
    r"\bwhat(?:['’]s| is)\s+(?:good|worth\s+\w+ing|on)\b.*\b(?:tonight|today|tomorrow|night|evening|weekend|afternoon)\b"
    r"|\bwhat\s+(?:else\s+)?(?:would|might|could)\s+(?:i|we)\s+(?:like|enjoy|love)\b",
    re.IGNORECASE,
)
_STATES = re.compile(r"\b(?:is|was|are|were|has|had|means?)\b", re.IGNORECASE)
"""A phrase with such a verb states something: "a film is a medium, right?"."""
_REQUEST = re.compile(
    r"\?\s*$|\bplease\b|^\W*(?:give|name|tell|show|bring|choose|pick|find)\b|\b(?:i|we)(?:['’]d|\s+(?:would|could|want|need|wish))\b",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:i|we|i['’]ve|we['’]ve)\s+(?:(?:just|already|have|had|once|recently)\s+)*(?:saw|watched|seen|read|heard|played)\b",
    re.IGNORECASE,
)
_TASTE = re.compile(
    r"\b(?:good|best|nice|great|fun|suits?|goes well|something|to watch|to read|to play|for (?:me|us)"
    r"|(?:i|we)\s+(?:might|may|would|could|will)\s+(?:like|enjoy|love))\b",
    re.IGNORECASE,
)
"""Words by which a request for items is one for what pleases, not for facts about them."""
_CATALOG = re.compile(
    r"\b(?:your|the|this)\s+(?:whole\s+|entire\s+)?(?:catalog(?:ue)?|collection|library|database|list)\b", re.IGNORECASE
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
    return any(_is_noun(_ENDS.split(match["given"] or "", maxsplit=1)[0], subject) for match in _OBJECT.finditer(text))


def wishes_for_items(text: str, subject: Subject) -> bool:
    """Whether a message wishes for items in other words than "recommend": "we need a short film", "another comedy?"."""
    if _WISH_WITHOUT_NOUN.search(text) or (_TASTE.search(text) and requests_items(text, subject)):
        return True
    return any(_wishes(match, subject) for match in _WISH.finditer(text))


def _wishes(match: re.Match[str], subject: Subject) -> bool:
    group = match.lastgroup or ""
    if group == "bare" and _STATES.search(match["bare"]):
        return False
    return _is_noun(_ENDS.split(match[group], maxsplit=1)[0], subject)


def names_items(text: str, subject: Subject) -> bool:
    """Whether a message speaks of items of the catalog, or of the catalog itself."""
    return _CATALOG.search(text) is not None or _is_noun(text, subject)


def requests_items(text: str, subject: Subject) -> bool:
    """Whether a question or a request speaks of items or of what is done with them; what tells of the past does not."""
    said = frozenset(re.findall(r"[\w'’-]+", text.casefold()))
    speaks = _is_noun(text, subject) or not said.isdisjoint(subject.verbs)
    return speaks and _REQUEST.search(text) is not None and _PAST.search(text) is None


def _is_noun(phrase: str, subject: Subject) -> bool:
    """Whether a word of the phrase is one that items are called by, in any form."""
    roots = {stem for noun in subject.nouns for stem in stems(noun)}
    words = re.findall(r"[\w'’-]+", phrase.casefold())
    return any(word in subject.nouns or not roots.isdisjoint(stems(word)) for word in words)


def asked_count(text: str) -> int | None:
    """How many items a message asks for, where it says so: "ten", "3 films", "a couple of books"."""
    for pattern in _COUNTED:
        for match in pattern.finditer(text):
            said = match["count"].casefold()
            if _REFERRED.search(text[: match.start("count")]) is None:
                return _NAMED_NUMBERS.get(said) or max(1, int(said))
    return None
