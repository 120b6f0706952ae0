"""What is sensitive in a text, by label: what must not leave for a foreign tool without its owner's word.

Checksums where there are any (cards, IBANs, telephone numbers: `python-stdnum`, `phonenumbers`), words where there are
none. Rules err on the side of asking: a value wrongly called sensitive costs one question, a missed one is gone.
Source: MobileAgent's confirmation of sensitive information, as labels on what a memory says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["LABELS", "Label", "Sensitive", "find_sensitive"]

Label = Literal["contact", "credentials", "finance", "health", "location", "minors"]
LABELS: tuple[Label, ...] = get_args(Label)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive:
    """A value as it stands in the text. The value is the user's: it belongs into no log and no message."""

    label: Label
    value: str


_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_DIGITS = re.compile(r"\b\d(?:[ -]?\d){11,18}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_ID_NUMBER = re.compile(
    r"\b\d{3}-\d{2}-\d{4}\b|\b(?:passport|ssn|tax id|id card)\b\W+(?:(?:number|no\.?|is|:)\W+)*([A-Z0-9-]{5,})", re.I
)
_SECRET = re.compile(
    r"\b(?:password|passcode|passphrase|pin(?: code)?|secret|api[ _-]?key|token|door code|alarm code|wi-?fi (?:key|code))\b"
    r"(?:\s+(?:for|of|to)\s+[\w' ]{1,30}?)?\s*(?:is|=|:|are)\s*[\"'`]?([^\s\"'`,;]{3,})",
    re.I,
)
_KEY = re.compile(r"\b(?:sk|pk|ghp|gho|xox[abp]|tlr|AKIA)[-_A-Za-z0-9]{12,}\b")
_MONEY = re.compile(
    r"\b(?:salary|income|earn|debt|owe|mortgage|loan|savings|bank account|net worth|rent|pension|bonus)\b[^.!?\n]{0,40}?"
    r"([$€£]?\s?\d[\d.,  ]*\d?\s?(?:k|m|million|thousand|euros?|dollars?|pounds?|[$€£])?)",
    re.I,
)
_HEALTH = re.compile(
    r"\b(?:diabet\w+|asthma\w*|cancer|tumou?r|chemo\w*|hiv|aids|epilep\w+|depress(?:ion|ed)|anxiety|bipolar|adhd|autis\w+|"
    r"migraines?|arthritis|crohn\w*|hepatitis|dialysis|pregnan\w+|miscarriage|ivf|abortion|insulin|metformin|warfarin|"
    r"antidepressants?|sertraline|prozac|lithium|methadone|rehab|alcoholi\w+|addict\w+|dementia|alzheimer\w*|parkinson\w*|"
    r"multiple sclerosis|blood pressure|heart (?:attack|condition|disease|surgery)|stroke|pacemaker|herpes|chlamydia|"
    r"eating disorder|anorexi\w+|bulimi\w+|ptsd|schizophren\w+|allerg\w+ to [\w -]{3,30}?(?=[.,;!?\n]|$| and )|allergic|"
    r"penicillin|therapy|therapist|psychiatrist|diagnos\w+ (?:with|of) [\w -]{3,30}?(?=[.,;!?\n]|$| and )|surgery)\b",
    re.I,
)
_PLACE = re.compile(
    r"\b(?:(?i:live|living|lives|moved|based|residing|resides)(?i:\s+(?:in|to|at|on|near))|(?i:home|address)(?i:\s+(?:is|in|at|:))+|(?i:stay|staying)(?i:\s+at))\s+"
    r"((?:the\s+)?(?:\d+[\w/-]*\s+)?[A-ZÀ-Þ0-9][\w'’.-]*(?:[ ,]+(?:de|da|do|van|der|la|le|of|\d+[\w/-]*|[A-ZÀ-Þ][\w'’.-]*))*)"
)
_STREET = re.compile(
    r"\b\d{1,5}\w?\s+(?:[A-ZÀ-Þ][\w'’.-]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Square|Way|Court|Place)\b"
    r"|\b(?:Rua|Rue|Calle|Via|Avenida|Av\.)\s+[A-ZÀ-Þ][\w'’. -]+?\s\d{1,5}\b|\b[A-ZÀ-Þ][\w-]*(?:straße|strasse|gasse|weg)\s\d{1,4}\w?\b"
)
_CHILD = re.compile(
    r"\b(?i:my|our|the user's)\s+(?:(?i:little|older|younger|eldest|youngest)\s+)?(?i:son|daughter|child|kid|baby|toddler|boy|girl|niece|nephew|grandson|granddaughter)s?\b"
    r"[,\s]+(?:(?i:is|are|called|named|name is|'s name is)\s+)*([A-ZÀ-Þ][\w'’-]+|\d{1,2}\b)"
)
_SCHOOL = re.compile(
    r"\b(?i:goes to|attends|go to|pick(?:s|ed)? \w+ up from)\s+((?:[A-ZÀ-Þ][\w'’.-]*\s+)+(?i:school|kindergarten|nursery|primary|academy))"
)


def find_sensitive(text: str) -> tuple[Sensitive, ...]:
    """What is sensitive in the text, each label and value once."""
    return tuple(
        dict.fromkeys(Sensitive(label=label, value=value.strip()) for label, value in _found(text) if value.strip())
    )


def _found(text: str) -> Iterator[tuple[Label, str]]:
    for match in _EMAIL.finditer(text):
        yield "contact", match[0]
    yield from (("contact", number) for number in _telephones(text))
    for pattern, label in _WORDED:
        for match in pattern.finditer(text):
            yield label, next((group for group in match.groups() if group), match[0])
    yield from (("finance", number) for number in _accounts(text))


_WORDED: tuple[tuple[re.Pattern[str], Label], ...] = (
    (_SECRET, "credentials"),
    (_KEY, "credentials"),
    (_ID_NUMBER, "credentials"),
    (_MONEY, "finance"),
    (_HEALTH, "health"),
    (_PLACE, "location"),
    (_STREET, "location"),
    (_CHILD, "minors"),
    (_SCHOOL, "minors"),
)


def _telephones(text: str) -> Iterator[str]:
    if sum(character.isdigit() for character in text) < 6:
        return  # the library's metadata takes a while to load
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(text, "US"):
        yield match.raw_string


def _accounts(text: str) -> Iterator[str]:
    from stdnum import iban, luhn

    for match in _IBAN.finditer(text):
        if iban.is_valid(match[0]):
            yield match[0]
    for match in _DIGITS.finditer(text):
        if luhn.is_valid(re.sub(r"\D", "", match[0])):
            yield match[0]
