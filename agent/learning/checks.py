"""Does a text obey an aspect? For those that code can measure; the others are given the benefit of the doubt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...memory.records import Aspect
from .features import Features, features
from .language import LANGUAGES

__all__ = ["violated"]

TOLERANCE = 1.15
"""A limit on length may be overrun by this factor before the draft counts as wrong."""

Check = Callable[[Aspect, Features], bool]


def violated(aspects: Sequence[Aspect], text: str) -> tuple[Aspect, ...]:
    """Those of the aspects that the text does not obey, in the order given."""
    measured = features(text)
    return tuple(aspect for aspect in aspects if not _obeyed(aspect, measured, text))


def _obeyed(aspect: Aspect, measured: Features, text: str) -> bool:
    if aspect.name.startswith("phrase: "):
        return (aspect.name.removeprefix("phrase: ") in text.lower()) == (aspect.polarity == "+")
    check = _CHECKS.get(aspect.name)
    return check is None or check(aspect, measured)


def _present(count: Callable[[Features], object]) -> Check:
    return lambda aspect, measured: bool(count(measured)) == (aspect.polarity == "+")


def _length(aspect: Aspect, measured: Features) -> bool:
    if aspect.target is None:
        return True
    if aspect.polarity == "-":
        return measured.words <= aspect.target * TOLERANCE
    return measured.words >= aspect.target / TOLERANCE


def _sentence_length(aspect: Aspect, measured: Features) -> bool:
    if aspect.target is None:
        return True
    if aspect.polarity == "-":
        return measured.words_per_sentence <= aspect.target * 1.5
    return measured.words_per_sentence >= aspect.target / 1.5


def _language(aspect: Aspect, measured: Features) -> bool:
    return not measured.language or aspect.value.endswith(f" {LANGUAGES[measured.language]}")


def _units(aspect: Aspect, measured: Features) -> bool:
    return not (measured.imperial if aspect.target else measured.metric)


def _date_format(aspect: Aspect, measured: Features) -> bool:
    if not measured.date_format:
        return True
    other = features(aspect.value).date_format
    return other in ("", measured.date_format)


def _lower_case(aspect: Aspect, measured: Features) -> bool:
    share = measured.lower_starts / measured.sentences if measured.sentences else 0.0
    return share >= 0.5 if aspect.polarity == "+" else share < 0.5


def _paragraphs(aspect: Aspect, measured: Features) -> bool:
    return measured.paragraphs >= 2 if aspect.polarity == "+" else measured.paragraphs <= 1


def _contractions(aspect: Aspect, measured: Features) -> bool:
    """Wanted contractions are missed only where there was a place for one."""
    if aspect.polarity == "-":
        return measured.contractions == 0
    return measured.contractions > 0 or measured.expansions == 0


def _directness(aspect: Aspect, measured: Features) -> bool:
    return measured.hedges < 2 if aspect.polarity == "+" else measured.hedges > 0


_CHECKS: dict[str, Check] = {
    "language": _language,
    "length": _length,
    "sentence length": _sentence_length,
    "bullets": _present(lambda measured: measured.bullets >= 2),
    "numbering": _present(lambda measured: measured.numbered >= 2),
    "headings": _present(lambda measured: measured.headings),
    "greeting": _present(lambda measured: measured.greeting),
    "closing": _present(lambda measured: measured.closing),
    "emoji": _present(lambda measured: measured.emoji),
    "questions": _present(lambda measured: measured.questions),
    "exclamations": _present(lambda measured: measured.exclamations),
    "second person": _present(lambda measured: measured.second_person),
    "first person": _present(lambda measured: measured.first_person),
    "capitals": _present(lambda measured: measured.shouted),
    "bold": _present(lambda measured: measured.bold),
    "links": _present(lambda measured: measured.links),
    "contractions": _contractions,
    "units": _units,
    "date format": _date_format,
    "directness": _directness,
    "lower case": _lower_case,
    "paragraphs": _paragraphs,
}
