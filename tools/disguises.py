"""Whether a text carries a value, also in disguise: other letters, spelled out, reversed, encoded, cut into pieces."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import unquote_plus

from ..memory.lexical import stems

__all__ = ["MAX_TEXT", "carries", "flattened", "foreign_words", "opaque"]

LEAST = 3
"""Letters and digits a value must have to be looked for."""
OPAQUE = 16
"""A run of characters that long which is no word is taken for encoded data."""
_ALIKE = str.maketrans("авекмнорстухѕіјԁһӏгαβγεικνορτυχω", "abekmhopctyxsijdhlrabyeikvoptuxw")
"""Cyrillic and Greek letters that pass for Latin ones, in lower case."""
MAX_TEXT = 100_000
"""Characters of a call that are looked through."""
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{6,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]?){4,}")
_CODES = re.compile(r"\d{2,3}(?:\D+\d{2,3}){3,}")
_RUN = re.compile(rf"[A-Za-z0-9+/=_%-]{{{OPAQUE},}}")


def flattened(arguments: Mapping[str, Any]) -> str:
    """All values of a call's arguments, one after the other, then the names beside them: a value may be cut into several."""
    return " ".join([*_leaves(arguments), *_keys(arguments)])


def carries(text: str, value: str) -> bool:
    """Whether `value` is in `text`, plainly or in a disguise that a model can make."""
    wanted = _letters(value)
    if len(wanted) < LEAST:
        return False
    return any(wanted in form or wanted[::-1] in form for form in _forms(text))


def foreign_words(text: str, sources: Iterable[str]) -> list[str]:
    """The words of `text` (their stems), four letters or longer, and its numbers, that stand in none of the sources."""
    known = {word for source in sources for word in stems(source)}
    return [word for word in stems(text) if (len(word) >= 4 or word.isdigit()) and word not in known]


def opaque(text: str, said: str) -> bool:
    """Whether there is something in the text that reads like encoded data and that the user did not say."""
    return any(run not in said and _unlike_words(run) for run in _RUN.findall(text))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = value.values()
    if isinstance(value, str):
        yield value
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None:
        yield str(value)


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (str(key) for key in value)
        value = value.values()
    if isinstance(value, Iterable) and not isinstance(value, str):
        for inner in value:
            yield from _keys(inner)


def _letters(text: str) -> str:
    """The text's letters and digits: case, accents, widths, spaces and punctuation taken away."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(character for character in plain if character.isalnum())


def _forms(text: str) -> Iterator[str]:
    yield _letters(text)
    for decoded in _decoded(text):
        yield _letters(decoded)


def _decoded(text: str) -> Iterator[str]:
    yield unquote_plus(text)
    yield codecs.decode(text, "rot13")
    joined = re.sub(r"\s+", "", text)
    for piece in {*_ENCODED.findall(text), *_ENCODED.findall(joined)}:
        yield from _bytes_of(piece)
    for match in (*_HEX.finditer(text), *_HEX.finditer(joined)):
        digits = re.sub(r"[\s:]", "", match[0])
        yield bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "ignore")
    for match in _CODES.finditer(text):
        yield "".join(chr(int(code)) for code in re.findall(r"\d{2,3}", match[0]))


def _bytes_of(piece: str) -> Iterator[str]:
    """The text that a piece of base64 or base32 may be, wherever in the piece it begins."""
    stripped = piece.rstrip("=")
    for start in range(4):
        part = stripped[start:]
        try:
            yield base64.b64decode(
                part + "=" * (-len(part) % 4), altchars=b"-_" if set(part) & set("-_") else None
            ).decode("utf-8", "ignore")
        except (binascii.Error, ValueError):
            continue
    try:
        yield base64.b32decode(stripped.upper() + "=" * (-len(stripped) % 8)).decode("utf-8", "ignore")
    except (binascii.Error, ValueError):
        return


def _unlike_words(run: str) -> bool:
    """Digits inside letters, capitals inside words or hardly a vowel: not what people write."""
    letters = [character for character in run if character.isalpha()]
    if not letters:
        return len(run) >= OPAQUE
    turns = sum(a.isdigit() != b.isdigit() for a, b in pairwise(run))
    capitals = sum(a.islower() and b.isupper() for a, b in pairwise(run))
    vowels = sum(character in "aeiouyAEIOUY" for character in letters) / len(letters)
    return turns >= 3 or capitals >= 3 or vowels < 0.2
