"""Of a text that was asked for, only the text: small models like to announce it first ("Sure! Here's a summary:").

The prompt forbids it. The default model does it all the same now and then, mostly where it is told a tone, and somebody
would have to strike it out every time.
"""

from __future__ import annotations

import re

__all__ = ["PreambleFilter"]

LONGEST = 160
"""Characters; a longer first line is the text."""
_YES = r"(?:sure(?: thing)?|certainly|of course|absolutely)"
_HERE = ("here's", "here’s", "here is", "here are", "below is")
_TEXTS = (
    "agenda|announcement|article|biography|bio|caption|card|checklist|comment|description|draft|e-?mail|essay|greeting|haiku"
    "|headline|introduction|invitation|invite|letter|memo|message|note|notice|outline|paragraph|poem|postcard|post|proposal"
    "|recipe|reminder|reply|report|response|review|rewrite|sentence|slogan|song|speech|statement|story|summary|text|toast"
    "|translation|tweet|update|version"
)
_ANNOUNCEMENT = re.compile(
    rf"(?:{_YES}[!,.]?\s+)?(?:here(?:['’]s| is| are)|below is)\s+(?:an?|the|your|one|some)\s+(?:[\w-]+,?\s+){{0,3}}?"
    rf"(?:{_TEXTS})s?\b(?:\s+(?:about|based|for|in|of|on|that|to|with|you)\b(?:(?!\bfrom\b)[^:])*)?:",
    re.I,
)
_AGREED = re.compile(rf"{_YES}\b[!,.]?\s*", re.I)
_AGREEING = ("sure thing", "certainly", "of course", "absolutely")


class PreambleFilter:
    """Stands between the model and one reply, and holds back a first line that may be an announcement."""

    def __init__(self, asked: str = "") -> None:
        """`asked` is the request: what already stands in it (to be translated, say) is no announcement."""
        self._asked = asked.lower()
        self._held = ""
        self._announcement = ""
        self._passing = False

    def feed(self, piece: str) -> str:
        """What can be shown of the reply after its next piece."""
        if self._passing:
            return piece
        self._held += piece
        if not self._announcement:
            line, broken, rest = self._held.lstrip().partition("\n")
            if not broken and len(line) <= LONGEST and _may_announce(line):
                return ""
            if not broken or not self._announces(line.strip()):
                return self._release()
            self._announcement, self._held = self._held, rest
        self._held = self._held.lstrip("\r\n")
        return self._release() if self._held.strip() else ""

    def finish(self) -> str:
        """What is held back still, when the reply is at its end: an announcement of nothing is the reply."""
        if not self._passing and self._announcement:
            self._held = self._announcement
        return self._release()

    def _announces(self, line: str) -> bool:
        return _ANNOUNCEMENT.fullmatch(line) is not None and line.lower() not in self._asked

    def _release(self) -> str:
        self._passing = True
        held, self._held = self._held, ""
        return held


def _may_announce(line: str) -> bool:
    begun = line.lower()
    agreed = _AGREED.match(begun)
    said = begun[agreed.end() :] if agreed else begun
    return any(here.startswith(said) or said.startswith(here) for here in _HERE) or (
        any(word.startswith(begun) for word in _AGREEING)
    )
