"""The plain facts that rules can read out of a sentence, one slot each.

A slot has one value at a time ("lives in"): a new value supersedes the old one. Its third-person wording can be
read back, so records need not name the slot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

__all__ = ["SLOTS", "Slot", "slot_of"]

_I = r"(?:^|[,;:(—–-] ?|\b(?:and|but|because|since|as|that|so) )(?:now |currently |actually |recently )?"
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*[\w](?:,? (?:de|da|do|la|le|van|von|of|the|di|del|and )? ?[A-ZÀ-ÖØ-Þ][\w'’-]+){0,3}"
_STOP = r"(?=$|[.,;:!?)]| (?:and|but|with|since|now|because|so|for|where|who|which|at|in|from|by|right now|at the moment|these days)\b)"
_PHRASE = r"[\w'’/+#-]+(?: [\w'’/+#-]+){0,3}?"
_ROLE = (
    r"(?:[\w-]+ ){0,2}?(?:nurse|student|chef|pilot|lawyer|architect|journalist|musician|artist|scientist|physicist|chemist"
    r"|biologist|economist|dentist|pharmacist|psychologist|therapist|librarian|electrician|mechanic|accountant|consultant"
    r"|teacher|developer|programmer|engineer|designer|manager|writer|translator|photographer|farmer|plumber|carpenter|baker"
    r"|barber|driver|police officer|firefighter|researcher|lecturer|professor|doctor|surgeon|actor|editor|author|painter"
    r"|paramedic|midwife|vet|veterinarian|cook|waiter|waitress|cashier|secretary|analyst|banker|freelancer|retiree|pensioner)"
)
_KIN = (
    r"(?:wife|husband|partner|girlfriend|boyfriend|fianc[ée]e?|mother|mum|mom|father|dad|sister|brother|son|daughter|boss"
    r"|manager|dog|cat|horse|aunt|uncle|grandmother|grandfather|best friend)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One kind of fact: how it is said, and how it is written down. `{}` in `wording` is the value."""

    name: str
    said: str
    wording: str
    pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    written: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", re.compile(self.said))
        blank = re.escape(self.wording).replace(r"\{\}", "(.+)")
        object.__setattr__(self, "written", re.compile(blank.replace(r"\{who\}", "(.+)"), re.I))

    def values(self, sentence: str) -> Iterator[tuple[str, ...]]:
        """The values that a sentence gives the slot; for relatives, who and their name."""
        for match in self.pattern.finditer(sentence):
            yield tuple(group.strip(" .,") for group in match.groups() if group)

    def say(self, value: tuple[str, ...]) -> str:
        """The fact in the third person."""
        text = self.wording.replace("{who}", value[0].lower()) if len(value) > 1 else self.wording
        return text.replace("{}", value[-1])


SLOTS: tuple[Slot, ...] = (
    Slot(
        name="name",
        said=rf"(?:{_I}|^)(?:[Mm]y name(?: is|['’]s)|[Ii](?: am|['’]m) called) ({_NAME}){_STOP}",
        wording="The user is called {}.",
    ),
    Slot(
        name="home",
        said=rf"{_I}[Ii](?: live|(?:['’]m| am) (?:living|based)|['’]ve moved| have moved| moved| just moved)(?: back)? (?:in|to) "
        rf"(?:the city of )?({_NAME})(?=\W|$)",
        wording="The user lives in {}.",
    ),
    Slot(
        name="origin",
        said=rf"{_I}[Ii](?:(?:['’]m| am)(?: originally)? from| come from| was born in) ({_NAME})(?=\W|$)",
        wording="The user is from {}.",
    ),
    Slot(
        name="job",
        said=rf"{_I}[Ii](?: work as|(?:['’]m| am)(?: working as)?) (an? {_ROLE}){_STOP}|{_I}[Ii] work as (an? {_PHRASE}){_STOP}",
        wording="The user works as {}.",
    ),
    Slot(
        name="employer",
        said=rf"{_I}[Ii](?: work|(?:['’]m| am) working| started working) (?:at|for) ({_NAME})(?=\W|$)",
        wording="The user works for {}.",
    ),
    Slot(
        name="age",
        said=rf"{_I}[Ii](?: am|['’]m) (\d{{1,3}})(?: years old| y/?o)?(?=$|[.!,;]| and\b| years old| y/?o)",
        wording="The user is {} years old.",
    ),
    Slot(
        name="birthday",
        said=r"\b[Mm]y birthday(?: is|['’]s)(?: on)? ((?:the )?\w+(?: of)? \w+)(?=$|[.,;!])",
        wording="The user's birthday is {}.",
    ),
    Slot(
        name="studies",
        said=rf"{_I}[Ii](?: study|(?:['’]m| am) studying) ([a-zA-Z]+(?: [a-z]+)?)(?=$|[.,;!]| (?:at|in|and)\b)",
        wording="The user studies {}.",
    ),
    Slot(
        name="languages",
        said=rf"{_I}[Ii] speak ([A-Z][a-z]+(?:(?:, | and |, and )[A-Z][a-z]+)*)(?=$|[.,;!])",
        wording="The user speaks {}.",
    ),
    Slot(
        name="status",
        said=rf"{_I}[Ii](?:['’]m| am) (married|single|divorced|widowed|engaged|retired|unemployed|pregnant)(?=$|[.,;!]| and\b)",
        wording="The user is {}.",
    ),
    Slot(
        name="relative",
        said=rf"\b[Mm]y ({_KIN})(?:['’]s name)?(?: is|['’]s)(?: called| named)? ({_NAME})(?=$|[.,;!]| and\b)",
        wording="The user's {who} is called {}.",
    ),
    Slot(
        name="favourite",
        said=r"\b[Mm]y favou?rite ([\w ]{3,30}?) (?:is|are) ([^.,;!?]{2,60})(?=$|[.,;!])",
        wording="The user's favourite {who} is {}.",
    ),
)
"""All slots."""


def slot_of(statement: str) -> tuple[str, str] | None:
    """The slot a written fact belongs to ("home", "relative sister") and its value, or None for a free fact."""
    for slot in SLOTS:
        if match := slot.written.fullmatch(statement.strip()):
            *who, value = match.groups()
            return " ".join((slot.name, *(part.lower() for part in who))), value
    return None
