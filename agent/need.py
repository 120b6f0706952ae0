"""How much a turn needs: nothing, memory, or memory and tools (the step Adaptive-RAG calls query complexity).

Cheap rules first: they run before every reply. A turn that is pure courtesy recalls nothing; tools are offered when the
message asks for items or asks to find something, because with a small local model the choice of a tool costs a call.
Whether it does is read from its meaning where its vector can be (`meaning`); the rules' answer is one sign of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from ..tools.subject import Subject
from .asks import asks_for_items, is_about_items, names_items, requests_items, wishes_for_items
from .trace import Need

if TYPE_CHECKING:
    from ..memory import Vectors
    from .meaning import Wanted
    from .named import Named

__all__ = [
    "ASKS_ABOUT_EARLIER",
    "ASKS_ABOUT_SELF",
    "ASKS_FOR_ITEMS",
    "ASKS_FOR_TEXT",
    "LOOKS_UP",
    "MAY_WANT_ITEMS",
    "OUR_TOOLS",
    "PRIVATE",
    "RECALL",
    "REFUSES",
    "SEARCH",
    "STEERS",
    "Planner",
    "asks_for_advice",
    "asks_for_text",
    "looks_up",
]

LONGEST = 60
"""Words; the messages that `meaning` was fitted on are short, and a longer one is a task or a story: the rules decide."""
RECALL, RECOMMEND, SEARCH = "recall", "recommend", "search"
OUR_TOOLS = frozenset((RECALL, RECOMMEND, SEARCH))
ASKS_ABOUT_EARLIER = "asks about earlier"
ASKS_ABOUT_SELF = "asks what is known"
ASKS_FOR_TEXT = "asks for a text"
ASKS_FOR_ITEMS = "asks for items"
LOOKS_UP = "looks items up"
STEERS = "steers the list"
MAY_WANT_ITEMS = "may want items"
PRIVATE = "private"
REFUSES = "says what never to suggest"
_CERTAIN = frozenset((ASKS_ABOUT_SELF, ASKS_ABOUT_EARLIER, ASKS_FOR_TEXT, STEERS, REFUSES))
"""Rules that need no second opinion."""
_WITHOUT_TOOLS = frozenset(("talk", "asks for an idea"))

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
    r"\b(?:look(?:ing)? (?:for|up|(?:it|that|this|him|her|them) up)|find(?: me)?|search|show me|do you have|have you got"
    r"|is there an?|are there|list)\b|\bin (?:there|(?:your|the|this) (?:catalog(?:ue)?|collection|library|database|list))\b",
    re.IGNORECASE,
)
_CERTAIN_LOOK_UP = re.compile(
    r"^\W*(?:(?:please|can you|could you|would you)\s+)*(?:look up|search(?: for)?|list|look for|find(?! (?:me|us)\b))\b"
    r"|\b(?:look (?:it|that|this|them) up|search for (?:it|them)|do you have|have you got|(?:is|are) there)\b"
    r"|\b(?:in|of) (?:your|the|this) (?:catalog(?:ue)?|collection|library|database|list)\b|\byou have\b"
    r"|\bin there\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[^\W\d_A-Z] )(?!I\b)[A-ZÀ-ÖØ-Þ]\w+")
"""A word in capitals inside a sentence."""
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
_REFUSAL = re.compile(
    r"^(?:and |also |but |so )?(?:please )?(?:never|don['’]t(?: you)?|do not|stop)(?: ever| please)? (?:suggest|recommend|show|offer|play)(?:ing)?\b"
    r"(?!.*(?:\b(?:but|instead|rather|just|only|find|give|like)\b|\?)).*$",
    re.IGNORECASE,
)
"""A sentence that asks for nothing but to be spared something."""
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_WORD = re.compile(r"\w+")


def asks_for_advice(text: str) -> bool:
    """Whether a message asks to be advised what to take."""
    return _ADVICE.search(text) is not None


def looks_up(text: str) -> bool:
    """Whether a message asks what there is, in words that say so: "list the westerns", "do you have Jaws?"."""
    return _CERTAIN_LOOK_UP.search(text) is not None


def _asks_for_name(text: str) -> bool:
    """Whether something that has a name is looked up; "is there life on Mars?" asks about the world."""
    return _NAME.search(text) is not None and not re.match(r"\W*(?:is|are) there\b", text, re.IGNORECASE)


def asks_for_text(text: str) -> bool:
    """Whether a message asks to have a text written."""
    about = _ABOUT_ME.search(text) or _EARLIER.search(text)
    return bool(_WRITING.search(text)) and not about and not asks_for_advice(text)


class Planner:
    """Decides from the message alone. `item_words()` are words of the catalog ("horror"), in lower case, `subject()`
    what its items are called, where that is known; `embed` gives a message's vector in the space `meaning` was fitted on,
    `named()` tells what of the catalog a message names."""

    def __init__(
        self,
        item_words: Callable[[], Collection[str]] = frozenset,
        subject: Callable[[], Subject | None] = lambda: None,
        embed: Callable[[str], Vectors] | None = None,
        named: Callable[[], Named | None] = lambda: None,
    ) -> None:
        self._item_words = item_words
        self._subject = subject
        self._embed = embed
        self._named = named

    def need(self, text: str, *, tools: bool, steers: bool = False) -> Need:
        """What the turn needs; `tools` says whether there are any, `steers` that the text speaks of a list's items."""
        if _COURTESY.fullmatch(text.strip()):
            return Need(recall=False, tools=(), rule="courtesy")
        rule, offered = self.rule(text, steers=steers)
        if tools and rule not in _CERTAIN:
            rule, offered = self._meant(text, rule, offered)
        return Need(recall=True, tools=offered if tools else (), rule=rule)

    def _meant(self, text: str, rule: str, offered: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """What the message means, beyond its words; what its words say where that cannot be told."""
        subject = self._subject()
        if self._embed is None or subject is None or len(text.split()) > LONGEST:
            return rule, offered
        from .meaning import judge
        from .named import Names

        named = self._named()
        names = named.names(text) if named else Names(text=text)
        return _decided(judge(names, self._embed(text), subject, rule), rule)

    def rule(self, text: str, *, steers: bool = False) -> tuple[str, tuple[str, ...]]:
        """The rule that fits the words of a message, and the tools that it offers."""
        advice = asks_for_advice(text)
        if _ABOUT_ME.search(text):
            return ASKS_ABOUT_SELF, ()
        if _EARLIER.search(text):
            return ASKS_ABOUT_EARLIER, (RECALL,)
        if asks_for_text(text):
            return ASKS_FOR_TEXT, ()
        subject = self._subject()
        elsewhere = advice and subject is not None and is_about_items(text, subject) is False
        if steers and not elsewhere:
            return STEERS, (RECOMMEND,)
        if self._only_refuses(text):
            return REFUSES, ()
        if subject and (advice or (asks_for_items(text, subject) and not looks_up(text))):
            about_items = is_about_items(text, subject)
            if about_items is not None:
                return (ASKS_FOR_ITEMS, (RECOMMEND,)) if about_items else ("asks for an idea", ())
        if advice:
            return "asks for advice", (RECOMMEND,)
        return self._other_rule(text, subject)

    def _only_refuses(self, text: str) -> bool:
        """Whether a message says what it never wants to see, and else only talks."""
        sentences = [sentence.strip() for sentence in _SENTENCE.findall(text)]
        others = [sentence for sentence in sentences if not _REFUSAL.match(sentence)]
        return len(others) < len(sentences) and all(self.rule(other)[0] == "talk" for other in others)

    def _other_rule(self, text: str, subject: Subject | None) -> tuple[str, tuple[str, ...]]:
        if subject and looks_up(text) and (names_items(text, subject) or _asks_for_name(text)):
            return LOOKS_UP, (SEARCH,)
        if subject and wishes_for_items(text, subject):
            return ASKS_FOR_ITEMS, (RECOMMEND,)
        if _LOOK_UP.search(text):
            return "asks what there is", (SEARCH,)
        if self._names_items(text) or (subject and requests_items(text, subject)):
            return "asks what there is", (SEARCH, RECOMMEND)
        return "talk", ()

    def _names_items(self, text: str) -> bool:
        words = self._item_words()
        return text.rstrip().endswith("?") and any(word.casefold() in words for word in _WORD.findall(text))


def _decided(wanted: Wanted, rule: str) -> tuple[str, tuple[str, ...]]:
    if wanted.kind == RECOMMEND:
        return ASKS_FOR_ITEMS, (RECOMMEND,)
    if wanted.kind == SEARCH:
        return LOOKS_UP, (SEARCH,)
    if wanted.kind == "neither":
        return (rule if rule in _WITHOUT_TOOLS else "talk"), ()
    return MAY_WANT_ITEMS, wanted.possible
