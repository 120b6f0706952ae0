"""From a draft and the user's version to the aspects in which they differ, by measurement alone.

Each rule looks at one feature and answers with an aspect or nothing. A rule fires when the change is more than
chance and content explain: correcting a typo, a name, a number or a date gives nothing. The wording of an aspect is
an instruction that a model can follow and its owner can read.

Polarity is the direction of the change (`bullets +`: use them, `length -`: shorter); two aspects of one name
contradict each other unless they are equal. Several wishes about one thing have names of their own behind its name
("tone: politeness"); `dimension` is what they share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import takewhile

from ...memory.records import Aspect, Polarity
from .cost import only_slips, tokens
from .features import Features, features
from .language import LANGUAGES
from .manner_rules import manners
from .order import order
from .plainness import plainness
from .voice import voice

__all__ = ["dimension", "measure"]

Rule = Callable[[Features, Features], "Aspect | None"]

MIN_WORDS_LESS, MIN_WORDS_MORE = 8, 15
SHORTER, LONGER = 0.72, 1.45
"""Ratios of length outside which an edit is about length; corrections of content stay inside them."""
LONG_SENTENCE = 12
"""Words; below it, sentences that became longer were scraps before."""
PASSAGE_LEFT = 0.6
"""Share of a text that is left when a passage is cut for its content."""
MOST_SPACES = 8
_SPACES = re.compile(r"[^\S\n]{9,}")
_LINES = re.compile(r"(?:\n[^\S\n]*){4,}")


def measure(draft: str, edited: str) -> tuple[Aspect, ...]:
    """The measured differences between a draft and the user's version of it, most telling first."""
    draft, edited = _without_gaps(draft), _without_gaps(edited)
    before, after = features(draft), features(edited)
    if draft == edited or not before.words or not after.words:
        return ()  # nothing is learned from a text emptied or written from nothing
    found = {aspect.name: aspect for rule in _RULES if (aspect := rule(before, after)) is not None}
    if after.words >= PASSAGE_LEFT * before.words and _one_passage_cut(draft, edited):
        found.pop("length", None)
    if {before.language, after.language} <= {"en", ""} and not only_slips(draft, edited):
        found |= {name: aspect for name, aspect in _worded(draft, edited).items() if name not in found}
    return tuple(_independent(found))


def _without_gaps(text: str) -> str:
    """The text with runs of white space cut short: rules look at every space, and thousands in a row take minutes."""
    return _LINES.sub("\n\n\n", _SPACES.sub(lambda run: run[0][:MOST_SPACES], text))


def dimension(name: str) -> str:
    """What an aspect is about: its name, or the part in front where several wishes share it ("framing: examples")."""
    return name.partition(":")[0]


def _one_passage_cut(draft: str, edited: str) -> bool:
    """Whether all that the edit did was to take out one passage: that its content was not wanted explains it."""
    before, after = tokens(draft), tokens(edited)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    begun = sum(1 for _ in same)
    return len(after) < len(before) and before[len(before) - len(after) + begun :] == after[begun:]


def _worded(draft: str, edited: str) -> dict[str, Aspect]:
    """How the same is said: in what order, voice, words and manner."""
    compared = (order(draft, edited), voice(draft, edited), plainness(draft, edited), *manners(draft, edited))
    return {aspect.name: aspect for aspect in compared if aspect is not None}


def _independent(found: dict[str, Aspect]) -> Iterator[Aspect]:
    """Drops what another difference already explains: a list has short sentences, a translation other words."""
    for name, aspect in found.items():
        if name in _LEXICAL and "language" in found:
            continue
        if name in _LAYOUT | {"voice"} and found.keys() & {"bullets", "numbering"}:
            continue
        if name == "paragraphs" and found.keys() & {"greeting", "closing", "headings", "length"}:
            continue
        yield aspect


def _aspect(name: str, value: str, polarity: Polarity, target: float | None = None) -> Aspect:
    return Aspect(name=name, value=value, polarity=polarity, target=target)


def _language(before: Features, after: Features) -> Aspect | None:
    if not before.language or not after.language or before.language == after.language:
        return None
    return _aspect("language", f"Write in {LANGUAGES[after.language]}", "+")


def _length(before: Features, after: Features) -> Aspect | None:
    ratio = after.words / before.words
    if -MIN_WORDS_LESS < after.words - before.words < MIN_WORDS_MORE or SHORTER < ratio < LONGER:
        return None
    if ratio <= SHORTER:
        target = _round_up(after.words)
        return _aspect("length", f"Write at most {target} words", "-", target)
    target = max(5, _round_up(after.words) - 5)
    return _aspect("length", f"Write at least {target} words", "+", target)


def _round_up(words: int) -> int:
    return -(-words // 5) * 5


def _sentence_length(before: Features, after: Features) -> Aspect | None:
    if min(before.sentences, after.sentences) < 2:
        return None
    ratio = after.words_per_sentence / before.words_per_sentence
    target = round(after.words_per_sentence)
    if ratio <= 0.62 and after.sentences > before.sentences:
        return _aspect("sentence length", f"Keep sentences short, about {target} words each", "-", target)
    if ratio >= 1.6 and after.sentences < before.sentences and target >= LONG_SENTENCE:
        return _aspect("sentence length", f"Write longer sentences, about {target} words each", "+", target)
    return None


def _bullets(before: Features, after: Features) -> Aspect | None:
    if before.bullets < 2 <= after.bullets and after.bullet_share >= 0.3:
        return _aspect("bullets", "Use bullet points", "+", after.bullets)
    if after.bullets < 2 <= before.bullets and after.words >= 5:
        return _aspect("bullets", "Write in prose, without bullet points", "-", 0)
    return None


def _numbering(before: Features, after: Features) -> Aspect | None:
    if before.numbered < 2 <= after.numbered and after.numbered_share >= 0.3:
        return _aspect("numbering", "Use a numbered list", "+", after.numbered)
    if after.numbered == 0 and before.numbered >= 2:
        return _aspect("numbering", "Do not number the points", "-", 0)
    return None


def _paragraphs(before: Features, after: Features) -> Aspect | None:
    if after.paragraphs >= 3 and after.paragraphs >= 2 * before.paragraphs:
        return _aspect("paragraphs", "Split the text into short paragraphs", "+", after.paragraphs)
    if before.paragraphs >= 3 and after.paragraphs == 1:
        return _aspect("paragraphs", "Write a single paragraph", "-", 1)
    return None


def _greeting(before: Features, after: Features) -> Aspect | None:
    if after.greeting and after.greeting != before.greeting:
        return _aspect("greeting", f"Open with a greeting (“{after.greeting.capitalize()} …”)", "+")
    if before.greeting and not after.greeting:
        return _aspect("greeting", "Do not open with a greeting", "-")
    return None


def _closing(before: Features, after: Features) -> Aspect | None:
    if after.closing and after.closing != before.closing:
        return _aspect("closing", f"Close with “{after.closing.capitalize()}”", "+")
    if before.closing and not after.closing:
        return _aspect("closing", "Do not end with a closing formula", "-")
    return None


def _questions(before: Features, after: Features) -> Aspect | None:
    """A question at an end of the text is meant as one, however much else was written."""
    if not before.questions and (after.asks_first or after.asks_last):
        return _aspect("questions", _asking(after), "+", after.questions)
    return _mark("questions", "questions", "Ask the reader a question", "Ask no questions", per_words=120)(
        before, after
    )


def _asking(after: Features) -> str:
    if after.asks_last:
        return "End with a question to the reader"
    if after.questions == after.answered > 1:
        return "Write it as questions and answers"
    return "Open with a question and answer it"


def _directness(before: Features, after: Features) -> Aspect | None:
    kept = after.words / before.words
    if before.hedges >= 2 + before.words // 100 and after.hedges < 0.5 * kept * before.hedges:
        return _aspect("directness", "State things plainly, without hedging", "+", 0)
    if after.hedges >= 2 and before.hedges == 0 and kept <= LONGER:
        return _aspect("directness", "Put things carefully (“perhaps”, “it seems”)", "-", after.hedges)
    return None


def _emoji(before: Features, after: Features) -> Aspect | None:
    """Named with what the user put there: a small model that is asked for emoji in words writes none."""
    wanted = " ".join(after.emoji_used[:2])
    return _mark("emoji", "emoji", f"Use emoji ({wanted})", "Do not use emoji")(before, after)


def _units(before: Features, after: Features) -> Aspect | None:
    if before.imperial and after.metric > before.metric and after.imperial < before.imperial:
        return _aspect("units", "Use metric units", "+", 1.0)
    if before.metric and after.imperial > before.imperial and after.metric < before.metric:
        return _aspect("units", "Use imperial units", "+", 0.0)
    return None


_DATE_EXAMPLES = {
    "iso": "2026-03-14",
    "slash": "14/3/2026",
    "day month": "14 March 2026",
    "month day": "March 14, 2026",
}


def _date_format(before: Features, after: Features) -> Aspect | None:
    if not before.date_format or not after.date_format or before.date_format == after.date_format:
        return None
    return _aspect("date format", f"Write dates like {_DATE_EXAMPLES[after.date_format]}", "+")


def _lower_case(before: Features, after: Features) -> Aspect | None:
    share_before, share_after = before.lower_starts / before.sentences, after.lower_starts / after.sentences
    points = after.bullets >= 2 and after.words_per_sentence < 8  # "- close the windows" says nothing about case
    if share_before <= 0.2 and share_after >= 0.4 and after.sentences >= 2 and not points:
        return _aspect("lower case", "Begin sentences in lower case", "+", 1.0)
    if share_before >= 0.4 and share_after <= 0.2 and before.sentences >= 2:
        return _aspect("lower case", "Begin sentences with a capital letter", "-", 0.0)
    return None


def _contractions(before: Features, after: Features) -> Aspect | None:
    """Compared by places where one could stand, so that more text is not mistaken for more contractions."""
    if before.expansions > after.expansions and after.contractions - before.contractions >= 2:
        return _aspect("contractions", "Use contractions (“don't”, “it's”)", "+")
    if after.expansions > before.expansions and before.contractions - after.contractions >= 2:
        return _aspect("contractions", "Write without contractions (“do not”)", "-", 0)
    return None


def _register(before: Features, after: Features) -> Aspect | None:
    risen = _formality(after) - _formality(before)
    if risen >= 2 and (after.formal > before.formal or before.informal > after.informal):
        return _aspect("formality", "Use a formal tone", "+")
    if risen <= -2 and (after.informal > before.informal or before.formal - after.formal >= 2):
        return _aspect("formality", "Use an informal, casual tone", "-")
    return None


def _formality(measured: Features) -> float:
    """Contractions weigh half: they are an aspect of their own."""
    return measured.formal - measured.informal - measured.contractions / 2


def _mark(name: str, field: str, wanted: str, unwanted: str, *, enough: int = 1, per_words: int = 0) -> Rule:
    """A rule for marks that a text has or has not.

    Where marks come with content, as questions do, `per_words` is given: one more is asked for with each so many
    words, and in a text that has grown. Marks that vanish count only where the text around them stayed.
    """

    def rule(before: Features, after: Features) -> Aspect | None:
        had, has = getattr(before, field), getattr(after, field)
        grown = after.words / before.words
        needed = enough + (after.words // per_words + (grown > LONGER) if per_words else 0)
        if had == 0 and has >= needed:
            return _aspect(name, wanted, "+", has)
        if has == 0 and had >= enough and had * grown >= 0.5 * enough:
            return _aspect(name, unwanted, "-", 0)
        return None

    return rule


_RULES: tuple[Rule, ...] = (
    _language,
    _length,
    _bullets,
    _numbering,
    _mark("headings", "headings", "Use headings", "Do not use headings"),
    _greeting,
    _closing,
    _emoji,
    _units,
    _date_format,
    _questions,
    _mark("exclamations", "exclamations", "Use exclamation marks", "Do not use exclamation marks", per_words=120),
    _mark(
        "second person",
        "second_person",
        "Address the reader as “you”",
        "Do not address the reader",
        enough=2,
        per_words=100,
    ),
    _mark(
        "first person",
        "first_person",
        "Write in the first person",
        "Do not write in the first person",
        enough=2,
        per_words=100,
    ),
    _contractions,
    _register,
    _directness,
    _lower_case,
    _mark("capitals", "shouted", "Put key words in capitals", "Do not write words in capitals", enough=2),
    _mark("bold", "bold", "Put key words in bold", "Do not use bold", enough=2),
    _mark("links", "links", "Include links", "Leave out links", enough=2),
    _sentence_length,
    _paragraphs,
)

_LEXICAL = {"contractions", "formality", "first person", "second person", "greeting", "closing", "length"}
_LAYOUT = {"sentence length", "paragraphs"}
