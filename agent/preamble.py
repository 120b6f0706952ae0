"""Of a text that was asked for, only the text: small models like to announce it first ("Sure! Here's a summary:").

The prompt forbids it. The default model does it all the same in every tenth text, mostly where it is told a tone, and
somebody would have to strike it out every time.
"""

from __future__ import annotations

import re

__all__ = ["PreambleFilter"]

LONGEST = 160
"""Characters; a longer first line is the text."""
_BEGINNINGS = ("sure", "certainly", "of course", "absolutely", "here's", "here’s", "here is", "here are", "below is")
_TEXTS = (
    "announcement|article|biography|bio|caption|description|draft|e-?mail|invitation|letter|message|note|paragraph|poem|post"
    "|reply|response|rewrite|speech|story|summary|text|toast|translation|version"
)
_ANNOUNCEMENT = re.compile(
    r"(?:(?:sure(?: thing)?|certainly|of course|absolutely)[!,.]?\s+)?"
    rf"(?:here(?:['’]s| is| are)|below is)\b[^:]*?\b(?:{_TEXTS})s?\b[^:]*:",
    re.I,
)


class PreambleFilter:
    """Stands between the model and one reply, and holds back a first line that may be an announcement."""

    def __init__(self) -> None:
        self._held = ""
        self._passing = False

    def feed(self, piece: str) -> str:
        """What can be shown of the reply after its next piece."""
        if self._passing:
            return piece
        self._held = (self._held + piece).lstrip("\n")
        line, broken, rest = self._held.partition("\n")
        if not broken and len(line) <= LONGEST and _may_announce(line):
            return ""
        if broken and _ANNOUNCEMENT.fullmatch(line.strip()):
            self._held = rest.lstrip("\n")
            return self.finish() if self._held else ""
        return self.finish()

    def finish(self) -> str:
        """What is held back still, when the reply is at its end: an announcement of nothing is the reply."""
        self._passing = True
        held, self._held = self._held, ""
        return held


def _may_announce(line: str) -> bool:
    begun = line.lstrip().lower()
    return any(beginning.startswith(begun) or _opens(beginning, begun) for beginning in _BEGINNINGS)


def _opens(beginning: str, line: str) -> bool:
    return line.startswith(beginning) and not line[len(beginning) :][:1].isalpha()
