"""The style of a text in numbers: what can be counted without a model.

Features describe form, not content, so that replacing a name, a number or a date changes none of them. Everything
here is pure and fast (below 2 ms for 300 words), because it runs on every edit and every checked draft.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .language import language_of

__all__ = ["Features", "features"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Counts of one text. Shares are of 0 to 1; lines are those that are not blank."""

    words: int
    sentences: int
    lines: int
    paragraphs: int
    """Blocks parted by a blank line."""
    bullets: int
    """Lines that begin with a bullet."""
    numbered: int
    """Lines that begin with "1." or "1)"."""
    headings: int
    """Lines that begin with "#" or are bold as a whole."""
    bold: int
    links: int
    questions: int
    asks_last: bool
    """Whether the text ends with a question, before a closing."""
    hedges: int
    """Words that take back what they say ("perhaps", "I think", "it seems")."""
    exclamations: int
    emoji: int
    greeting: str
    """The word of greeting the text opens with ("hi", "dear"), or ""."""
    closing: str
    """The formula the text closes with ("best regards"), or ""."""
    first_person: int
    second_person: int
    contractions: int
    expansions: int
    """Places where a contraction could stand and does not ("do not")."""
    lower_starts: int
    """Sentences that begin with a small letter."""
    shouted: int
    """Words of four capitals or more."""
    metric: int
    imperial: int
    formal: int
    informal: int
    date_format: str
    """The format of all dates in the text: "iso", "slash", "day month", "month day"; "" for none or several."""
    language: str
    """ISO 639-1 code, or "" when unsure."""

    @property
    def words_per_sentence(self) -> float:
        return self.words / self.sentences if self.sentences else 0.0

    @property
    def bullet_share(self) -> float:
        return self.bullets / self.lines if self.lines else 0.0

    @property
    def numbered_share(self) -> float:
        return self.numbered / self.lines if self.lines else 0.0


def features(text: str) -> Features:
    """Measure a text."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    body = [line for line in lines if not _HEADING.fullmatch(line)]
    sentences = _sentences(body)
    return Features(
        words=len(_WORD.findall(text)),
        sentences=len(sentences),
        lines=len(lines),
        paragraphs=sum(1 for block in _BLANK_LINE.split(text) if block.strip()),
        bullets=sum(1 for line in lines if _BULLET.match(line)),
        numbered=sum(1 for line in lines if _NUMBERED.match(line)),
        headings=_headings(text),
        greeting=_greeting(body),
        closing=_closing(body),
        lower_starts=sum(1 for sentence in sentences if sentence[0].islower()),
        asks_last=_asks_last(body),
        date_format=_date_format(text),
        language=language_of(text),
        **{name: len(pattern.findall(text)) for name, pattern in _COUNTED.items()},
    )


_HEADING = re.compile(r"#{1,6}\s+\S.*|\*\*[^*]+\*\*:?")
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_BULLET = re.compile(r"[-*•–—‣◦▪·+]\s+\S")
_NUMBERED = re.compile(r"\(?\d{1,2}[.)]\s+\S")
_MARKER = re.compile(r"(?:[-*•–—‣◦▪·+#>]+|\(?\d{1,2}[.)])\s+")
_SENTENCE_END = re.compile(r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bMr\.)(?<!\bDr\.)(?<!\bMrs\.)(?<=[.!?…])[\"”’)]*\s+")

_COUNTED = {
    "bold": re.compile(r"\*\*\S[^*\n]*\*\*|__\S[^_\n]*__"),
    "links": re.compile(r"https?://\S+|\[[^\]\n]+\]\([^)\s]+\)"),
    "questions": re.compile(r"\?+(?=\W|$)"),
    "hedges": re.compile(
        r"\b(?:perhaps|maybe|possibly|probably|presumably|arguably|somewhat|might|i (?:think|guess|believe|suppose)"
        r"|in my opinion|it (?:seems|appears)|seems? to|appears? to|could be|sort of|kind of|to some extent|if at all possible)\b",
        re.I,
    ),
    "exclamations": re.compile(r"!+(?=\W|$)"),
    "emoji": re.compile(
        "[\U0001f300-\U0001faff\U0001f1e6-\U0001f1ff\u2600-\u26ff\u2705\u2714\u2728\u274c\u2764\u2b50]"
    ),
    "first_person": re.compile(r"\b(?:I|me|my|mine|myself|we|us|our|ours|[Ww]e|[Oo]ur|[Mm]y)\b"),
    "second_person": re.compile(r"\b(?:you|your|yours|yourself|yourselves)\b", re.I),
    "contractions": re.compile(
        r"\b\w+(?:n['’]t|['’](?:re|ve|ll|m|d))\b|\b(?:it|that|there|here|what|who|he|she|let)['’]s\b", re.I
    ),
    "expansions": re.compile(
        r"\b(?:do|does|did|is|are|was|were|has|have|had|would|could|should|must)\s+not\b|\b(?:cannot|can not|will not)\b"
        r"|\b(?:I am|(?:you|we|they) are|(?:I|you|we|they) have|(?:I|you|we|they|it|he|she) will|(?:it|that|there|here|what) is|let us)\b",
        re.I,
    ),
    "shouted": re.compile(r"\b[A-Z]{4,}\b"),
    "metric": re.compile(
        r"\d\s?(?:km/h|km|kg|mm|cm|ml|g|m|l|°\s?C)\b|\d\s?(?:kilomet|met|lit|centimet|millimet)(?:re|er)s?\b"
        r"|\d\s?(?:kilograms?|kilos?|grams?)\b|\b(?:celsius|kilomet(?:re|er)s|kilograms)\b",
        re.I,
    ),
    "imperial": re.compile(
        r"\d\s?(?:mph|mi|lbs?|oz|ft|yd|°\s?F)\b|\d\s?(?:miles?|pounds?|ounces?|inch(?:es)?|feet|foot|yards?|gallons?|cups?)\b"
        r"|\b(?:fahrenheit|miles|ounces|gallons)\b",
        re.I,
    ),
    "formal": re.compile(
        r"\b(?:kindly|regarding|therefore|furthermore|moreover|hereby|sincerely|pursuant|consequently|accordingly"
        r"|please find|we regret|at your (?:earliest )?convenience|should you|in order to|prior to|with respect to)\b",
        re.I,
    ),
    "informal": re.compile(
        r"\b(?:hey|yeah|yep|nope|gonna|wanna|gotta|kinda|stuff|awesome|cool|guys|folks|btw|asap|fyi|lol|super|tons of"
        r"|a bunch of|heads[- ]up|no worries|cheers|thx|ok|okay)\b",
        re.I,
    ),
}

_GREETING = re.compile(
    r"(hi|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day)|hola|buenos días|bonjour|salut|hallo|guten tag"
    r"|sehr geehrte\w*|liebe[rs]?|olá|ciao|buongiorno|beste)\b(?P<rest>[^.!?,:\n]{0,40})(?P<stop>[.!,:—-]|$)",
    re.I,
)
_CLOSING = re.compile(
    r"((?:(?:kind|best|warm|warmest|many) )?regards|best wishes|all the best|best|yours (?:sincerely|faithfully|truly)"
    r"|sincerely(?: yours)?|cheers|take care|with thanks|many thanks|thanks(?: again| so much)?|thank you(?: again)?|love|warmly"
    r"|respectfully|saludos(?: cordiales)?|un abrazo|cordialement|bien à vous|mit freundlichen grüßen|viele grüße|liebe grüße"
    r"|atenciosamente|abraços|cordiali saluti|met vriendelijke groet)\b(?:[,.!—-]?|,? (?:and )?\w+ \w+[,.!]?)$",
    re.I,
)
_SIGNATURE_LINES = 3

_DATES = {
    "iso": re.compile(r"\b\d{4}-\d{2}-\d{2}\b"),
    "slash": re.compile(r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b"),
    "day month": re.compile(
        r"\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
    ),
    "month day": re.compile(
        r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?\b(?!\d)"
    ),
}


def _sentences(lines: list[str]) -> list[str]:
    """Every line ends a sentence, so that a list of five points counts as five. Those without a word do not count."""
    found = []
    for line in lines:
        for sentence in _SENTENCE_END.split(_MARKER.sub("", line, count=1)):
            word = _WORD.search(sentence)
            if word:
                found.append(sentence[word.start() :])
    return found


def _headings(text: str) -> int:
    return sum(1 for line in text.splitlines() if _HEADING.fullmatch(line.strip()))


def _greeting(lines: list[str]) -> str:
    match = _GREETING.match(lines[0]) if lines else None
    if match is None or len(match["rest"].split()) > 4:
        return ""
    return match[1].lower()


def _closing(lines: list[str]) -> str:
    """A formula alone on one of the last lines, with at most a signature below it, or at the end of the last line."""
    for line in lines[1:][-_SIGNATURE_LINES:]:
        if match := _CLOSING.match(line):
            return match[1].lower()
    last = _SENTENCE_END.split(lines[-1])[-1] if lines else ""
    match = _CLOSING.match(last) if last != (lines[-1] if lines else "") else None
    return match[1].lower() if match else ""


def _asks_last(lines: list[str]) -> bool:
    closed = next((index for index, line in enumerate(lines) if index and _CLOSING.match(line)), len(lines))
    return bool(lines) and lines[closed - 1].rstrip('"”’) ').endswith("?")


def _date_format(text: str) -> str:
    formats = [name for name, pattern in _DATES.items() if pattern.search(text)]
    return formats[0] if len(formats) == 1 else ""
