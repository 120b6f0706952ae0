"""Breaking lines between words while a text streams, piece by piece."""

from __future__ import annotations

__all__ = ["WordWrap"]


class WordWrap:
    """Lets text through, breaking the line before a word that does not fit into `width` columns.

    Without a width nothing is changed. A word is held back until it ends.
    """

    def __init__(self, width: int | None) -> None:
        self._width = width
        self._column = 0
        self._word = ""

    def feed(self, text: str) -> str:
        if self._width is None:
            return text
        return "".join(self._put(character) for character in text)

    def finish(self) -> str:
        """The word that is held back; the next text begins at the left again."""
        rest, self._column = self._flush(), 0
        return rest

    def _put(self, character: str) -> str:
        if not character.isspace():
            self._word += character
            return ""
        shown = self._flush()
        if character == "\n":
            self._column = 0
            return shown + character
        if self._width is not None and self._column >= self._width:
            return shown  # a space beyond the last column would begin a line of its own
        self._column += 1
        return shown + character

    def _flush(self) -> str:
        word, self._word = self._word, ""
        if self._width is not None and self._column and self._column + len(word) > self._width:
            self._column = len(word)
            return "\n" + word
        self._column += len(word)
        return word
