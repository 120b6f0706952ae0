"""Which language a text is in, cheaply: by its script, or by a vote of the commonest function words.

Good enough to see that an edit translated the draft; a text that is too short or too mixed has no answer.
"""

from __future__ import annotations

import re

__all__ = ["LANGUAGES", "language_of"]

LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "pt": "Portuguese",
    "it": "Italian",
    "nl": "Dutch",
    "ru": "Russian",
    "el": "Greek",
    "he": "Hebrew",
    "ar": "Arabic",
    "hi": "Hindi",
    "th": "Thai",
    "ko": "Korean",
    "ja": "Japanese",
    "zh": "Chinese",
}
"""Code to English name of every language that can be told apart."""

_FUNCTION_WORDS = {
    "en": "the of and to in is that for it with as was on are be this at by have from or not you we your will has"
    " a an i can may were they their its but if so when which all one our my me had do he she his her would out up",
    "es": "el la los las de que y en un una por con para es del se su lo como más pero al está son muy nuestro",
    "fr": "le la les des et en un une du que est pour dans qui par sur au avec ne pas plus nous vous ce cette sont",
    "de": "der die das und in den von zu mit ist auf für nicht ein eine des dem sich es auch als wir sie ich wird",
    "pt": "o a os as de que e do da em um uma para com não por mais dos das no na ao são está você nosso",
    "it": "il lo la i gli le di che e un una per con non del della in sono è si come più al nel questo anche",
    "nl": "de het een en van in is dat op te zijn met voor niet die er aan ook als bij wij je naar wordt deze",
}
_VOTES: dict[str, tuple[str, ...]] = {}
for _code, _words in _FUNCTION_WORDS.items():
    for _word in _words.split():
        _VOTES[_word] = (*_VOTES.get(_word, ()), _code)

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
)
_LETTERS = re.compile(r"[^\W\d_]")
_WORDS = re.compile(r"[^\W\d_]+")

_MIN_WORDS = 6
_MIN_VOTES = 2.0
_MIN_LEAD = 1.4


def language_of(text: str) -> str:
    """The ISO 639-1 code of the text's language (a key of LANGUAGES), or "" when unsure."""
    if not text.isascii() and (code := _by_script(text)):
        return code
    words = _WORDS.findall(text.lower())
    if len(words) < _MIN_WORDS:
        return ""
    return _by_vote(words)


def _by_script(text: str) -> str:
    letters = len(_LETTERS.findall(text))
    for code, script in _SCRIPTS:
        if letters and len(script.findall(text)) >= 0.3 * letters:
            return code
    return ""


def _by_vote(words: list[str]) -> str:
    """A word shared by several languages gives each of them a part of its vote."""
    votes = dict.fromkeys(_FUNCTION_WORDS, 0.0)
    for word in words:
        codes = _VOTES.get(word, ())
        for code in codes:
            votes[code] += 1 / len(codes)
    (first, most), (_, next_most) = sorted(votes.items(), key=lambda vote: -vote[1])[:2]
    return first if most >= _MIN_VOTES and most >= _MIN_LEAD * next_most else ""
