"""How much a turn needs: nothing, memory, or memory and tools (the step Adaptive-RAG calls query complexity).

Cheap rules only: they run before every reply. A turn that is pure courtesy recalls nothing; tools are offered when the
message asks for items or asks to find something, because with a small local model the choice of a tool costs a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from ..tools.subject import Subject
from .asks import asks_for_items, is_about_items
from .trace import Need

__all__ = [
    "ASKS_ABOUT_EARLIER",
    "ASKS_ABOUT_SELF",
    "ASKS_FOR_ITEMS",
    "ASKS_FOR_TEXT",
    "OUR_TOOLS",
    "PRIVATE",
    "STEERS",
    "Planner",
    "asks_for_advice",
]

RECALL, RECOMMEND, SEARCH = "recall", "recommend", "search"
OUR_TOOLS = frozenset((RECALL, RECOMMEND, SEARCH))
ASKS_ABOUT_EARLIER = "asks about earlier"
ASKS_ABOUT_SELF = "asks what is known"
ASKS_FOR_TEXT = "asks for a text"
ASKS_FOR_ITEMS = "asks for items"
STEERS = "steers the list"
PRIVATE = "private"


_COURTESY = re.compile(
    r"(?:(?:hi|hello|hey|good (?:morning|evening|afternoon|night)|thanks?|thank you|thx|cheers|ok(?:ay)?|great|nice|cool|perfect"
    r"|bye|goodbye|see you|yes|no|sure|so much|very much|a lot|there|again|then|tomorrow|later)\b[\s,.!]*)+",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"(?<!never )(?<!not )(?<!don't )(?:\brecommend|\bsuggest(?:ion)?s?\b|\bwhat (?:should|can|could|shall) (?:i|we)\b"
    r"|\bwhich (?:\w+ ){0,3}should\b|\bsomething (?:like|similar|to)\b|\bsimilar to\b|\bmore like\b|\banother one\b"
    r"|\bany (?:other )?ideas\b|\bin the mood for\b|\bi feel like\b|\bpick (?:me )?(?:a|one|some)\b)",
    re.IGNORECASE,
)
_LOOK_UP = re.compile(
    r"\b(?:look(?:ing)? (?:for|up)|find(?: me)?|search|show me|do you have|have you got|is there an?|are there any|list)\b",
    re.IGNORECASE,
)
_WRITING = re.compile(
    r"\b(?:write|draft|compose|rewrite|rephrase|summari[sz]e|translate|shorten|reply to|respond to)\b", re.IGNORECASE
)
_EARLIER = re.compile(
    r"\b(?:did i (?:say|tell|mention)|have i (?:said|told|mentioned)|do you (?:remember|recall)|i (?:mentioned|told you)"
    r"|we (?:talked|spoke) about)\b",
    re.IGNORECASE,
)
_ABOUT_ME = re.compile(
    r"\bwhat (?:all )?do you (?:know|remember) (?:about|of) me\b|\bwho am i\b|\bwhat have you (?:learned|learnt) about me\b"
    r"|\btell me (?:everything )?(?:what )?you know about me\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def asks_for_advice(text: str) -> bool:
    """Whether a message asks to be advised what to take."""
    return _ADVICE.search(text) is not None


class Planner:
    """Decides from the message alone. `item_words()` are words of the catalog ("horror"), in lower case, `subject()`
    what its items are called, where that is known."""

    def __init__(
        self,
        item_words: Callable[[], Collection[str]] = frozenset,
        subject: Callable[[], Subject | None] = lambda: None,
    ) -> None:
        self._item_words = item_words
        self._subject = subject

    def need(self, text: str, *, tools: bool, steers: bool = False) -> Need:
        """What the turn needs; `tools` says whether there are any, `steers` that the text speaks of a list's items."""
        if _COURTESY.fullmatch(text.strip()):
            return Need(recall=False, tools=(), rule="courtesy")
        rule, offered = self._rule(text, steers=steers)
        return Need(recall=True, tools=offered if tools else (), rule=rule)

    def _rule(self, text: str, *, steers: bool) -> tuple[str, tuple[str, ...]]:
        advice = asks_for_advice(text)
        if _ABOUT_ME.search(text):
            return ASKS_ABOUT_SELF, ()
        if _EARLIER.search(text):
            return ASKS_ABOUT_EARLIER, (RECALL,)
        if _WRITING.search(text) and not advice:
            return ASKS_FOR_TEXT, ()
        if steers:
            return STEERS, (RECOMMEND,)
        subject = self._subject()
        if subject and (advice or asks_for_items(text, subject)):
            about_items = is_about_items(text, subject)
            if about_items is not None:
                return (ASKS_FOR_ITEMS, (RECOMMEND,)) if about_items else ("asks for an idea", ())
        if advice:
            return "asks for advice", (RECOMMEND,)
        if _LOOK_UP.search(text) or self._names_items(text):
            return "asks what there is", (SEARCH, RECOMMEND)
        return "talk", ()

    def _names_items(self, text: str) -> bool:
        words = self._item_words()
        return text.rstrip().endswith("?") and any(word.casefold() in words for word in _WORD.findall(text))
