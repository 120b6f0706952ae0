"""How much a turn needs: nothing, memory, or memory and tools (the step Adaptive-RAG calls query complexity).

Cheap rules only: they run before every reply. A turn that is pure courtesy recalls nothing; tools are offered when the
message asks for items or asks to find something, because with a small local model the choice of a tool costs a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from .trace import Need

__all__ = ["Planner"]

_COURTESY = re.compile(
    r"(?:(?:hi|hello|hey|good (?:morning|evening|afternoon|night)|thanks?|thank you|thx|cheers|ok(?:ay)?|great|nice|cool|perfect"
    r"|bye|goodbye|see you|yes|no|sure|so much|very much|a lot|there|again|then|tomorrow|later)\b[\s,.!]*)+",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"\b(?:recommend|suggest(?:ion)?s?|what (?:should|can|could|shall) (?:i|we)|which (?:\w+ ){0,3}should|look(?:ing)? for"
    r"|find(?: me)?|search|show me|something (?:like|similar|to)|similar to|more like|another one|any ideas?|in the mood for)\b",
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
_WORD = re.compile(r"\w+")


class Planner:
    """Decides from the message alone. `item_words()` are words of the catalog ("horror"), in lower case."""

    def __init__(self, item_words: Callable[[], Collection[str]] = frozenset) -> None:
        self._item_words = item_words

    def need(self, text: str, *, tools: bool) -> Need:
        """What the turn needs; `tools` says whether there are any."""
        if _COURTESY.fullmatch(text.strip()):
            return Need(recall=False, tools=False, rule="courtesy")
        if not tools:
            return Need(recall=True, tools=False, rule="no tools here")
        if _EARLIER.search(text):
            return Need(recall=True, tools=True, rule="asks about earlier")
        if _WRITING.search(text) and not _ACTION.search(text):
            return Need(recall=True, tools=False, rule="asks for a text")
        if _ACTION.search(text):
            return Need(recall=True, tools=True, rule="asks for an action")
        if self._names_items(text):
            return Need(recall=True, tools=True, rule="names what the catalog holds")
        return Need(recall=True, tools=False, rule="talk")

    def _names_items(self, text: str) -> bool:
        words = self._item_words()
        return text.rstrip().endswith("?") and any(word.casefold() in words for word in _WORD.findall(text))
