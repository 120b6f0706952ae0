"""Which items a message speaks about: "like number 3", "the second one", "similar to Alien", "this but older"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Reference", "references"]

FindTitle = Callable[[str], tuple[str, str] | None]
MAX_TITLE = 80

_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_CARDINALS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_ALIKE = (
    r"(?:(?:something|anything|someone|one|another|films?|movies?|books?|songs?|items?|ones?|more|just|much|exactly)\s+)*"
    r"(?:like|similar to|alike|along the lines of|in the (?:style|vein|spirit|mood) of|reminiscent of|as in|close to)\s+"
)
_NUMBER = (
    r"(?:(?:the\s+)?(?:number|no\.|nr\.?|item|film|movie|book|song|#)\s*#?(?P<{0}n>\d{{1,2}}\b|(?:"
    + "|".join(_CARDINALS)
    + r")\b)|the\s+(?P<{0}ord>"
    + "|".join([*_ORDINALS, "last"])
    + r")\b(?:\s+(?:one|film|movie|book|song|item))?)"
)
_LIKE_NUMBER = re.compile(
    rf"\b{_ALIKE}(?:{_NUMBER.format('a')}|#?(?P<bare>\d{{1,2}})\b(?!\s*(?:min|hour|film|movie|book|of\b|%)))",
    re.IGNORECASE,
)
_LIKE_THIS = re.compile(
    rf"\b{_ALIKE}(?P<this>this|that|it|these|those|them)\b(?:\s+(?:one|ones|film|films|movie|movies|book|books|list))?",
    re.IGNORECASE,
)
_THIS_BUT = re.compile(r"^\s*(?P<this>this|that|it|these|those|the same)\b(?:\s+one)?(?=,?\s+but\b)", re.IGNORECASE)
_LIKE_TITLE = re.compile(
    rf"(?<!not )(?<!would )(?<!'d )(?<!i )\b{_ALIKE}(?P<title>[^,;!?\n]{{2,{MAX_TITLE}}}?)(?=,|;|!|\?|\.\s|\.$|\s+(?:but|only|from|without|with|and)\s|\n|$)",
    re.IGNORECASE,
)
_ANY_NUMBER = re.compile(rf"\b{_NUMBER.format('b')}|(?<!\w)#(?P<hash>\d{{1,2}})\b", re.IGNORECASE)
_REFUSED = re.compile(r"\b(?:not|no|never|don't|didn't|do not|hate|dislike|isn't|unlike)\b[^,.;!?]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A span of the text, [start, end) by character, and the items it speaks about.

    `like`: more of the kind is wanted. `about`: something is said of them. `shown` says that they stand in a list the
    person has seen.
    """

    start: int
    end: int
    ids: tuple[str, ...]
    stance: Literal["like", "about"]
    shown: bool = True


def references(text: str, items: Sequence[str], last: str | None, find_title: FindTitle) -> Iterator[Reference]:
    """The references in a text to the `items` shown, to the one `last` spoken of, and to titles."""
    taken: list[tuple[int, int]] = []
    for reference in _all(text, items, last, find_title):
        if not any(reference.start < end and start < reference.end for start, end in taken):
            taken.append((reference.start, reference.end))
            yield reference


def _all(text: str, items: Sequence[str], last: str | None, find_title: FindTitle) -> Iterator[Reference]:
    for match in _LIKE_NUMBER.finditer(text):
        if (item := _numbered(match, items)) is not None:
            refused = _REFUSED.search(text[: match.start()]) is not None
            yield _reference(match, (item,), "about" if refused else "like")
    for match in (*_LIKE_THIS.finditer(text), *_THIS_BUT.finditer(text)):
        if meant := _meant(match["this"].casefold(), items, last):
            yield _reference(match, meant, "like")
    for match in _LIKE_TITLE.finditer(text):
        if (found := _titled(match["title"], find_title)) is not None:
            yield Reference(start=match.start(), end=match.end(), ids=found[:1], stance="like", shown=False)
    for match in _ANY_NUMBER.finditer(text):
        if (item := _numbered(match, items)) is not None:
            wanted = re.match(r",?\s+but\b", text[match.end() :], re.IGNORECASE) is not None
            yield _reference(match, (item,), "like" if wanted else "about")


def _reference(match: re.Match[str], ids: tuple[str, ...], stance: Literal["like", "about"]) -> Reference:
    return Reference(start=match.start(), end=match.end(), ids=ids, stance=stance)


def _numbered(match: re.Match[str], items: Sequence[str]) -> str | None:
    groups = match.groupdict()
    said = next((value.casefold() for name, value in groups.items() if value and name != "this"), "")
    if said == "last":
        number = len(items)
    elif said in _ORDINALS:
        number = _ORDINALS.index(said) + 1
    elif said in _CARDINALS:
        number = _CARDINALS.index(said) + 1
    else:
        number = int(said)
    return items[number - 1] if 1 <= number <= len(items) else None


def _meant(word: str, items: Sequence[str], last: str | None) -> tuple[str, ...]:
    """What "this" or "these" means: the item last spoken of, the only one shown, or all that were shown."""
    if word in ("this", "that", "it") and (last or len(items) == 1):
        return (last or items[0],)
    return tuple(items)


def _titled(title: str, find_title: FindTitle) -> tuple[str, str] | None:
    plain = title.strip().strip("\"'“”").rstrip(".")
    return find_title(plain) if plain else None
