"""What a question is about, without the talk about the talk.

"Can you remind me, in order, of everything I told you about the garden across our chats?" is about the garden. The rest
is in no memory: it would make every memory look beside the point, and its vector lean towards talk about lists.
"""

from __future__ import annotations

import re

__all__ = ["content_of"]

_ASK = (
    r"(?:tell|remind|show|give|walk|help|list|say|summari[sz]e|recap|outline|recall|remember|know|describe|explain|let)"
)
_TALK = r"(?:conversations?|chats?|sessions?|discussions?|talks?|messages?|threads?)"
_SAID = (
    r"(?:say|said|mention(?:ed)?|tell you|told you|bring up|brought up|discuss(?:ed)?|talk(?:ed)? about|ask(?:ed)?(?: you)? about"
    r"|share(?:d)?(?: with you)?|describe(?:d)?)"
)
_TALK_ABOUT_TALK = (
    # Each of them begins with a word, or with that comma: nowhere else they need be tried.
    r"(?=\b\w|, )(?:"
    + "|".join(
        (
            r"^(?:hey|hi|hello|ok(?:ay)?|so|and|please|well)\b[, ]*",
            rf"\b(?:can|could|would|will) you (?:please |still |also |again )*{_ASK}\b(?: me)?(?: (?:through|of|about))?(?: (?:a|an|the) (?:summary|overview|list|recap|timeline) of)?",
            r"\b(?:do|don['’]t) you (?:still )?(?:remember|recall|know)\b",
            r"\b(?:please )?(?:remind|tell) me(?: again)?(?: (?:of|about))?",
            r"\b(?:give|show) me (?:a|an|the) (?:summary|overview|list|recap|timeline) of",
            r"^i(?:['’]d| would) like to know|^i (?:need|want) to know",
            rf"\b(?:the )?(?:order|sequence) in which (?:i|we) {_SAID}|\b(?:in order )?how (?:i|we) {_SAID}",
            rf"\b(?:that |which |what )?(?:i|we|you)(?:['’]ve| have| had)? (?:previously |earlier |already )?{_SAID}(?: that)?\b",
            rf"\b(?:did|have|had|would) (?:i|we|you) (?:ever |previously |already )?(?:have )?{_SAID}(?: that)?\b",
            rf"\b(?:in|throughout|across|over|during|from) (?:all )?(?:of )?(?:our|my|the|these|those|all) (?:previous |past |earlier |last |many )?{_TALK}",
            r"\b(?:in (?:chronological )?order|step by step|as far as you (?:know|remember)|that you (?:know of|remember)|by the way|i mean|i forgot)\b",
            r"\b(?:different|various|all(?: the)?|several|key|main) (?:aspects?|things|points|details|topics) (?:of|about|related to)\b",
            r"\b(?:mention|list|name|give|include|use|answer (?:in|with)) (?:only|just|exactly|at most|no more than)\b[^.?!]*",
            r"\b(?:please|again|back then|i wonder(?: (?:if|whether))?|so)\b",
            r"^(?:just |out of )?(?:curious|curiosity|quick question|one (?:more )?question|for the record|as things stand|as it happens"
            r"|thinking back(?: to it| on it)?|looking back|come to think of it|if i remember (?:right|rightly|correctly)|say)[,:]",
            r"\bdo you (?:happen to )?(?:know|have down as|have as)\b|\bcast your mind back\b|, (?:say|i mean|mind you)\b",
            r"^remember (?=(?:my|our|his|her|their|where|what|who|which|when|how)\b)|^i (?:have|need|want) to [^:?.]{1,40}: ",
        )
    )
    + ")"
)
_CUT = re.compile(_TALK_ABOUT_TALK, re.I)
_GATE = re.compile(_TALK_ABOUT_TALK)
"""The same for texts in lower case, where most texts are found to hold none of it in half the time."""

LONGEST = 600
"""Characters; what is longer is pasted text and speaks for itself."""


def content_of(text: str) -> str:
    """The text without talk about the talk; the text as it is where nothing else would be left."""
    if len(text) > LONGEST or not _GATE.search(text.lower()):
        return text
    rest = _CUT.sub(" ", text)
    rest = re.sub(r" ([,.?!:;])", r"\1", " ".join(rest.split())).strip(" ,.:;")
    return rest if re.search(r"\w{3}", rest) else text
