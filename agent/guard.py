"""The rule that only what a tool returned is recommended, kept in the reply's free text too.

A model may write `try "Parasite" (2019)` without having looked anything up. A `TitleFilter` stands between the model
and the user: it lets prose through as it comes, and takes out titles that nothing in this turn has named. For a title
it takes, whatever the accents and the case of all letters but the first of each word:

- in plain prose, a catalog title of several words, two of them capitalised or four in all, where the text capitalises
  what the catalog does ("the third man in the queue" is not *The Third Man*); but not two words that begin a longer
  name ("Time Out" in "Time Out Market"), nor a blank to fill in ("[Your Name]");
- any catalog title in quotes or asterisks, or with a year in brackets after it, or that heads a numbered line alone;
  but one word in asterisks with a colon after it ("**Focus**: …") is a label, except on a numbered line;
- any phrase in quotes or asterisks, or at the head of a list line, with a year in brackets after it: it is presented
  as an item, whether the catalog has it or the model made it up.

In code only a catalog title with its year counts: to change a program would be worse than to name a title.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from unicodedata import combining, normalize

__all__ = ["WITHHELD", "TitleFilter", "TitleGuard"]

WITHHELD = "(a title I have not looked up)"
"""What stands in the reply where a title was taken out."""
PHRASE_CHARACTERS = 80
"""What is longer is a quotation, not a title, and is held back no further."""
SHORT = 3
"""A title of one word with so few letters ("Up", "Her") is named only by a text that capitalises it."""

_Step = tuple[int, str] | None
"""Up to where the text is settled, and what is shown for it; None while what follows may change that."""

_MARKS = "*_`\"“„‘'«‹「『《"
_YEAR = r"[^\S\n]{0,2}\((?:1[89]|20)\d\d(?:[^\w()\n][^()\n]{0,30})?\)"
_CAPITALISED = r"(?:[^\W_a-z][^\W_]*|[^\W\d_]{1,3}\b)"  # or short enough to stand in a title without a capital
_LETTER = re.compile(r"[^\W_]|[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_OTHER = re.compile(rf"[^\w{_MARKS}]+")
_GAP = re.compile(r"[^\w\n*`\"“”„«»‹›「」『』《》]{1,4}")
_DATE = re.compile(_YEAR)
_DATE_BEGUN = re.compile(r"[^\S\n]{0,2}(?:\((?:\d{0,4}|\d{4}[^\w()\n][^()\n]{0,30})?|\])?")
_HEAD = re.compile(rf"{_CAPITALISED}(?:[ '’:&,.!?-]{{1,3}}{_CAPITALISED})*")
_HEAD_GOES_ON = re.compile(r"[ '’:&,.!?-]{0,3}")
_LISTED = re.compile(r"[ \t]*(?:\d{1,2}[.)]|[-•*])[ \t]+")
_NUMBERED = re.compile(r"[ \t]*\d{1,2}[.)][ \t]+")
_SET_OFF = re.compile(r"[ \t]*(?:[-–—:]+[ \n]|\n)")
_SET_OFF_BEGUN = re.compile(r"[ \t]*[-–—:]*")
_MARK = re.compile(r"\*+|_+|`+|.", re.DOTALL)
_CONTENT = re.compile(rf"\A((?:\d{{1,2}}[.)][ \t]+)?)(.*?)({_YEAR})?([.,:;]*)\Z")
_CLOSERS = {
    **dict.fromkeys('"“„', '[”"“]'),
    **dict.fromkeys("'‘", r"['’](?!\w)"),
    **dict(zip("«‹「『《", "»›」』》", strict=True)),
    **{mark * n: rf"\{mark}{{{n}}}(?!\{mark})" for mark in "*_" for n in (1, 2, 3)},
}
_NOT_OPENED = " \t\n)],;:?!"  # what follows a mark that opens nothing
_BRACKETS_AT_END = re.compile(r"(?:\s*\([^()]*\))+$")
_INVERTED = re.compile(r"^(.+), (The|An?|L[aeo]s?|L'|Il|El|Das|Der|Die)$")


class TitleGuard:
    """The titles of one catalog. Built once for it; safe to share, since it never changes."""

    def __init__(self, titles: Iterable[str]) -> None:
        # In a sorted list the titles that begin alike are found as in a trie, in a tenth of the memory.
        self._keys = sorted({key for title in titles if (key := _key(title))})

    def watch(self, allowed: Iterable[str] = ()) -> TitleFilter:
        """A filter for one reply, in which titles that occur in the `allowed` texts may be named."""
        return TitleFilter(self, allowed)

    def begun(self, keys: Sequence[str], word: str, *, whole: bool) -> list[str]:
        """Each of `keys` with `word` added, where a title begins so; a word that is not `whole` may yet grow."""
        forms = (word, word[0].lower() + word[1:]) if word[0].isupper() else (word,)
        grown = (f"{key} {form}" if key else form for key in keys for form in forms)
        return [key for key in grown if self._begins(key, ("", " ") if whole else None)]

    def has(self, key: str) -> bool:
        """Whether `key` is a whole title."""
        return self._begins(key, ("",))

    def has_words(self, words: Sequence[str]) -> bool:
        """Whether `words` are a whole title, or all of one but its article."""
        keys = ["", "The", "A"]
        for word in words:
            keys = self.begun(keys, word, whole=True)
        return any(self.has(key) for key in keys)

    def goes_on(self, key: str) -> bool:
        """Whether a title has more words after these."""
        return self._begins(key + " ")

    def _begins(self, key: str, before: tuple[str, ...] | None = None) -> bool:
        at = bisect_left(self._keys, key)
        if at == len(self._keys) or not self._keys[at].startswith(key):
            return False
        # A space sorts before every letter, so the first title with this beginning shows whether its word ends here.
        return before is None or self._keys[at][len(key) :][:1] in before


class TitleFilter:
    """Takes titles that nothing has named out of one reply while it is written.

    What comes out does not depend on how the reply was cut into pieces.
    """

    def __init__(self, guard: TitleGuard, allowed: Iterable[str]) -> None:
        self._guard = guard
        self._held = ""
        self._line = ""  # this line so far while it is short, later only how it ends
        self._code = ""  # the backticks that the code we are in began with
        self._withheld: dict[str, None] = {}
        self._unread = list(allowed)
        self._said = self._said_folded = " "

    @property
    def withheld(self) -> tuple[str, ...]:
        """The titles that were taken out, as the model wrote them, each once."""
        return tuple(self._withheld)

    def allow(self, text: str) -> None:
        """From now on, let titles that occur in `text` be named: a tool returned it, say."""
        self._unread.append(text)

    def feed(self, piece: str) -> str:
        """What may be shown now. Only what may yet turn out to be a title is held back."""
        self._held += piece
        return self._settle(final=False)

    def finish(self) -> str:
        """The rest, when the model has ended or paused to call a tool; it may be fed again after that."""
        return self._settle(final=True)

    def _settle(self, *, final: bool) -> str:
        text, at, shown = self._held, 0, []
        while at < len(text) and (step := self._step(text, at, final)):
            self._pass(text[at : step[0]])
            at, piece = step
            shown.append(piece)
        self._held = text[at:]
        return "".join(shown)

    def _pass(self, settled: str) -> None:
        line = (self._line + settled).rpartition("\n")[2]
        self._line = line if len(line) <= 16 else "…" + line[-1]
        if "\n" in settled and len(self._code) < 3:
            self._code = ""

    def _step(self, text: str, at: int, final: bool) -> _Step:
        within = _LETTER.match(self._line[-1:])
        if word := _WORD.match(text, at):
            return (word.end(), word[0]) if within else self._plain(text, word, final)
        if other := _OTHER.match(text, at):
            return other.end(), other[0]
        return self._mark(text, at, final, opens=not within)

    def _plain(self, text: str, word: re.Match[str], final: bool) -> _Step:
        at = word.start()
        if (found := self._found(text, at, final)) is None:
            return None
        for end, key in reversed(found):
            if self._is_named(key.split(" ")):
                return end, text[at:end]
            dated, alone = _dated(text, end, final), self._is_alone(text, end, final)
            if dated is None or alone is None:
                return None
            if dated > end or alone or self._is_telling(key, text[end : end + 2]):
                return dated, self._withhold(text[at:end])
        if _LISTED.fullmatch(self._line) and not self._code:
            return self._head(text, word, final)
        return word.end(), word[0]

    def _found(self, text: str, at: int, final: bool) -> list[tuple[int, str]] | None:
        """The catalog titles that the text goes on with, and where they end."""
        found: list[tuple[int, str]] = []
        keys = [""]
        while word := _WORD.match(text, at):
            at = word.end()
            whole = final or at < len(text)
            keys = self._guard.begun(keys, _normal(word[0]), whole=whole)
            if keys and not whole:
                return None
            found += [(at, key) for key in keys if self._guard.has(key)]
            gap = _GAP.match(text, at)
            if gap is None or not any(self._guard.goes_on(key) for key in keys):
                break
            at = gap.end()
            if at == len(text) and not final:
                return None
        return found

    def _is_alone(self, text: str, end: int, final: bool) -> bool | None:
        """Whether what ends there is all that a numbered line says, or says before a dash or colon."""
        if self._code or not _NUMBERED.fullmatch(self._line):
            return False
        if _SET_OFF_BEGUN.fullmatch(text, end):
            return True if final else None
        return bool(_SET_OFF.match(text, end))

    def _head(self, text: str, word: re.Match[str], final: bool) -> _Step:
        head = _HEAD.match(text, word.start())
        if head is None or len(head[0]) > PHRASE_CHARACTERS:
            return word.end(), word[0]
        if (dated := _dated(text, head.end(), final)) is not None and dated > head.end():
            return dated, text[word.start() : dated] if self._is_named(_words(head[0])) else self._withhold(head[0])
        more = dated is None or (not final and _HEAD_GOES_ON.fullmatch(text, dated))
        return None if more else (word.end(), word[0])

    def _mark(self, text: str, at: int, final: bool, *, opens: bool) -> _Step:
        mark = _MARK.match(text, at)
        assert mark is not None
        end = mark.end()
        if end == len(text) and not final:
            return None
        if mark[0][0] == "`":
            self._code = "" if self._code == mark[0] else self._code or mark[0]
        elif opens and not self._code and mark[0] in _CLOSERS:
            return self._phrase(text, at, mark[0], final)
        return end, mark[0]

    def _phrase(self, text: str, at: int, opener: str, final: bool) -> _Step:
        start = at + len(opener)
        phrase = _phrase_after(opener).match(text, start)
        if phrase is None:
            rest = text[start : start + PHRASE_CHARACTERS + 5]
            over = final or len(rest) > PHRASE_CHARACTERS + 4 or "\n" in rest or rest[0] in _NOT_OPENED
            return (start, opener) if over else None
        if (dated := _dated(text, phrase.end(), final)) is None:
            return None
        [(number, title, year, ending)] = _CONTENT.findall(phrase[1])
        words, numbered = _words(title), number or _NUMBERED.fullmatch(self._line)
        is_label = ":" in ending or (dated == phrase.end() and text[dated : dated + 1] == ":")
        only_label = is_label and len(words) == 1 and opener[0] in "*_" and not numbered
        presented = year or (dated > phrase.end() and not is_label)
        if not words or not (presented or (self._guard.has_words(words) and not only_label)):
            return start, opener
        if self._is_named(words):
            return phrase.end(), text[at : phrase.end()]
        return dated, number + self._withhold(title) + ("" if dated > phrase.end() else ending)

    def _is_telling(self, key: str, after: str) -> bool:
        """Whether a title is most probably meant by these words in plain prose, given the two characters after."""
        words = key.split(" ")
        capitals = "".join(word[0] for word in words if not word[0].islower())
        if self._code or not any(map(str.isalpha, capitals)) or len(words) < (2 if len(capitals) >= 2 else 4):
            return False
        is_blank_to_fill = self._line.endswith("[") and after[:1] == "]" and after[1:] != "("
        begins_a_name = len(words) == 2 and after[:1] == " " and after[1:].isupper()
        return not (is_blank_to_fill or begins_a_name)

    def _is_named(self, words: Sequence[str]) -> bool:
        # Read only now, since most replies name no title at all.
        for text in self._unread:
            said = " ".join(_words(text))
            self._said += f"{said} | "
            self._said_folded += f"{said.casefold()} | "
        self._unread.clear()
        key = " ".join(words)
        if len(words) == 1 and len(key) <= SHORT:
            return f" {key} " in self._said
        return f" {key.casefold()} " in self._said_folded

    def _withhold(self, title: str) -> str:
        self._withheld[title.strip("".join(_CLOSERS) + " ")] = None
        return WITHHELD


@cache
def _phrase_after(opener: str) -> re.Pattern[str]:
    return re.compile(rf"(?![{re.escape(_NOT_OPENED)}])([^\n]{{1,{PHRASE_CHARACTERS}}}?)(?<!\s){_CLOSERS[opener]}")


def _key(title: str) -> str:
    """The words of a title as people write it: without brackets at its end, and with its article in front."""
    bare = (title.endswith(")") and _BRACKETS_AT_END.sub("", title)) or title
    return " ".join(_words(_INVERTED.sub(r"\2 \1", bare) if ", " in bare else bare))


def _words(text: str) -> list[str]:
    return [_normal(word) for word in _WORD.findall(text)]


def _normal(word: str) -> str:
    """A word without its accents and without the case of all letters but the first."""
    if word.isascii():
        return word[0] + word[1:].lower()
    plain = "".join(letter for letter in normalize("NFKD", word) if not combining(letter)) or word
    return plain[0] + plain[1:].casefold()


def _dated(text: str, end: int, final: bool) -> int | None:
    """Where a year in brackets after `end` ends; `end` when there is none; None while one may be coming."""
    if date := _DATE.match(text, end):
        return date.end()
    return None if not final and _DATE_BEGUN.fullmatch(text, end) else end
