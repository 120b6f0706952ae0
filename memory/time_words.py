"""What a question says about time, by rules: "last spring", "before I moved", "between May and July", "first", "now".

Only English is read; a question in another language says nothing about time here and is answered as of now. Words that
are times only sometimes ("may", "second", "fall", "last name") count where what stands beside them makes them so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from .dates import TIME_PHRASE, TIME_SIGN, Period, period_of
from .timeframe import Landmark, Order, Relation, Timeframe, window_at

__all__ = ["event_time", "timeframe"]

_RELATION = r"before|ahead of|in advance of|preceding|previous to|(?:in )?the run-?up to|leading up to|past(?= (?:[a-z]+ )?\d{4})|beyond|earlier than|later than|no later than|prior to|until|till|up to|by|after|following|since|from|starting|as of"
_RELATIONS: dict[str, Relation] = {
    "before": "before",
    "ahead of": "before",
    "in advance of": "before",
    "preceding": "before",
    "previous to": "before",
    "the run-up to": "before",
    "the runup to": "before",
    "in the run-up to": "before",
    "in the runup to": "before",
    "leading up to": "before",
    "past": "after",
    "beyond": "after",
    "prior to": "before",
    "until": "until",
    "till": "until",
    "up to": "until",
    "by": "until",
    "earlier than": "before",
    "later than": "after",
    "no later than": "until",
    "after": "after",
    "following": "after",
    "since": "since",
    "from": "since",
    "starting": "since",
    "when": "during",
    "while": "during",
    "once": "after",
    "as": "during",
    "during": "during",
    "back when": "during",
    "by the time": "until",
    "as of": "during",
}
_POINT = r"if (?:today|it|this) (?:were|was)|in the month of|in|on|during|at|around|about|over|of|back in|throughout|within|sometime in|for"
LONGEST = 600
"""Characters; nobody asks about a time in a longer question, it is pasted text."""
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)\s+|\n+")
# Gates are matched with the text in lower case: many times faster than without regard to case.
_GATE = re.compile(
    r"\b(?:\d{1,4}|q[1-4]|ago|ahead|advance|preceding|back|before|prior|after|following|than|the time|by the|as|once|up to|run-?up|leading|past|beyond|begin(?:ning)?|began|outset|point|as of|things|record|the (?:day|week|month|year|moment)|start(?:ed)?|since|until|till|between|while|when|during|at the time|yesterday|today|tonight|tomorrow"
    r"|last|past|next|this|coming|previous|former|previously|formerly|first|earliest|latest|newest|recent|recently|lately|original|originally|initial"
    r"|initially|now|nowadays|these days|at the moment|at present|presently|current|currently|still|anymore|used? to|lately|change|changed|changes|evolve|evolved"
    r"|over time|over the|history|ever|spring|summer|autumn|fall|winter|christmas|halloween|new year|weekend|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|january|february|march|april|august|september|october|november|december|\d\d(?:st|nd|rd|th))\b"
    r"|\d0['’]?s\b|\d(?:st|nd|rd|th)\b"
)
_BETWEEN = re.compile(
    rf"\b(?:(?:in|during) the (?:time|period) )?(?:between |from |after |since |during |throughout )?(?P<one>{TIME_PHRASE}),? (?:and|to|(?:right )?up (?:to|until|till)|until|till|through|(?:but|and) (?:before|until|up to|not after)|-|–) (?P<two>{TIME_PHRASE})",
    re.I,
)
_RELATED = re.compile(
    rf"\b(?:in the (?:time|days|weeks|months|years) )?(?P<relation>{_RELATION}) (?:in |on |the )?(?P<time>{TIME_PHRASE})"
    r"(?: on(?:wards?)?(?= |,|\?|$))?",
    re.I,
)
_OVER = re.compile(
    rf"\b(?:once|when|after|as soon as) (?P<time>{TIME_PHRASE}) (?:was|had been|is|has|had|were)? ?(?:over|past|gone|done|passed|ended|finished|behind (?:me|us|them))\b",
    re.I,
)
_BEGINS = re.compile(r"(?:the )?(?:start|beginning|early)\b", re.I)
_PLACED = re.compile(rf"\b(?:{_POINT}) (?:the )?(?P<time>{TIME_PHRASE})", re.I)
_SIGN = re.compile(TIME_SIGN)
_BARE = re.compile(rf"(?<![\w$€£])(?P<time>{TIME_PHRASE})(?![\w%])", re.I)
_LANDMARK = re.compile(
    r"\b(?P<relation>back when|(?:at|around|about|near) the time(?: of| that| when)?|(?:on |in )?the (?:day|week|month|year|moment)(?: that| when)?|by the time|prior to|ahead of|in advance of|before|after|following|since|until|till|while|during|when) "
    r"(?:exactly |just |finally |actually |first )?(?P<words>(?:i|we|my|our|the|he|she|they|his|her|their|\w+ing|(?-i:[A-Z])[\w'’-]+)\b[^?.;:!,]*)",
    re.I,
)
_LEADING_LANDMARK = re.compile(
    r"^(?P<relation>back when|(?:at|around|about|near) the time(?: of| that| when)?|(?:on |in )?the (?:day|week|month|year|moment)(?: that| when)?|before|after|once|as|since|until|till|while|during|when) (?:exactly |just |finally |actually |first )?(?P<words>(?:i|we|my|our|the|he|she|they|his|her|their|\w+ing|(?-i:[A-Z])[\w'’-]+)\b[^?.;:!,]*),",
    re.I,
)
_PRESENT = re.compile(
    r"\b(?:right now|now|nowadays|these days|at the moment|at present|at this point(?: in time)?|as of (?:now|today)|as things stand|on record|presently|currently|current|still|anymore|any more|up[ -]to[ -]date|today['’]?s)\b",
)
_NOT_ORDER = r"(?!,| (?:name|names|of all|aid|class|floor|language\b(?! \w)|person|lady|minute|place|impression|priority|resort|time zone|but not least|step))"
_ORDERS: tuple[tuple[Order, re.Pattern[str]], ...] = (
    (
        "all",
        re.compile(
            r"\bhow (?:has|have|had|did|does|do)\b.*\b(?:change|evolve|develop|progress|shift|var(?:y|ied))|\b(?:changed?|changes|evolved?) (?:over|through(?:out)?|since)\b"
            r"|\bover (?:time|the (?:years|months|weeks))\b|\bhistory of\b|\b(?:what|which) changes\b|\b(?:all|every|each) (?:of )?(?:the |my )?\w+ (?:that )?(?:i|we)(?:['’]ve| have)\b"
            r"|\bhave i ever\b|\bhas .*\bchanged\b",
        ),
    ),
    (
        "first",
        re.compile(
            rf"\b(?:(?:very )?first{_NOT_ORDER}|earliest|original|originally|initial|initially|(?:in|at|from|to) the (?:very )?(?:beginning|start|outset)|^in the first place|when it all (?:started|began)|at first|to begin with|start(?:ed)? (?:out|off|with))\b",
        ),
    ),
    (
        "previous",
        re.compile(
            r"\b(?:previous|previously|former|formerly|prior)\b(?! to\b)|\bused to\b|\bdid (?:i|we) use to\b|\b(?:before|earlier) ?(?:that|this|now|then)?\?*$|\bmy (?:old|ex-?)\b|\bno longer\b",
        ),
    ),
    ("last", re.compile(rf"\b(?:latest|newest|most recent|most recently|last{_NOT_ORDER})\b")),
)
_CHANGES = re.compile(r"\b(?:chang|evol|develop)\w*|\bover (?:time|the \w+)|\b(?:history of|ever|so far)\b", re.I)
_TOLD = re.compile(
    r"\b(?:i|we|you)\b(?: \w+)? (?:tell|told|say|said|mention|mentioned|ask|asked|talk|talked|discuss|discussed|chat|chatted|write|wrote|speak|spoke)\b",
)
_PAST = re.compile(r"\b(?:did|was|were|had|have|has|been|went|told|said)\b")
_MAYBE_NO_TIME = re.compile(r"(?:may|mar|march|sun|sat|wed|fall|spring|\d{4}|the \d0s)", re.I)


def timeframe(text: str, now: datetime) -> Timeframe:
    """What a question says about time, as of `now`. What stands beside the question in a message is only told."""
    text = " ".join(said for said in _SENTENCE.split(text) if said.endswith("?")) or text
    if len(text) > LONGEST or not _GATE.search(text.lower()):
        return Timeframe(now=now)
    frame = _dated(text, now) or _event(text, now) or Timeframe(now=now)
    rest = text.replace(frame.phrase, " ") if frame.phrase else text
    lower = rest.lower()
    rest = rest if len(lower) == len(rest) else lower
    order, match = next(((order, match) for order, said in _ORDERS if (match := said.search(lower))), (None, None))
    # "How has my job changed" asks for the job: only the change says when.
    changes = _CHANGES.findall(rest) if order == "all" else [_at(rest, match)]
    present = _PRESENT.search(lower)
    return replace(
        frame,
        order=order,
        present=present is not None,
        past=bool(_PAST.search(lower)),
        told=bool(_TOLD.search(lower)),
        words=tuple(filter(None, ("" if frame.landmark else frame.phrase, *changes, _at(rest, present)))),
    )


def _at(text: str, match: re.Match[str] | None) -> str:
    """What stands there in the text, where its lower case matched."""
    return text[match.start() : match.end()] if match else ""


def event_time(text: str, said: datetime) -> Period:
    """When what a text tells of happened: at the time it names ("last month"), else when it was said."""
    frame = _dated(text, said) if len(text) <= LONGEST else None
    if frame is None or frame.start is None or frame.end is None:
        return Period(said, said)
    return Period(frame.start, frame.end)


def _dated(text: str, now: datetime) -> Timeframe | None:
    """The window that a phrase in the text names, as far as one does."""
    if not _SIGN.search(text.lower()):
        return None
    readers = (_between, _over, _related, _placed, _bare)
    return next(filter(None, (reader(text, now) for reader in readers)), None)


def _between(text: str, now: datetime) -> Timeframe | None:
    if not (match := _BETWEEN.search(text)):
        return None
    two = period_of(match["two"], now)
    one = period_of(_with_year(match["one"], match["two"]), now)
    if one is None or two is None:
        return None
    return Timeframe(now=now, start=min(one.start, two.start), end=max(one.end, two.end), phrase=match[0])


def _with_year(one: str, two: str) -> str:
    """ "between May and July 2023": the year belongs to both."""
    year = re.search(r"\b(?:19|20)\d\d\b", two)
    return f"{one} {year[0]}" if year and not re.search(r"\d{4}|\b(?:last|this|ago|yesterday)\b", one, re.I) else one


def _related(text: str, now: datetime) -> Timeframe | None:
    if not (match := _RELATED.search(text)):
        return None
    period = period_of(match["time"], now)
    if period is None:
        return None
    relation = _RELATIONS[match["relation"].lower()]
    start, end = window_at(relation, period)
    if match["relation"].lower() == "by" and not _BEGINS.match(match["time"]):
        end = period.end
    if relation == "since" and match["time"].lower().startswith(("end of", "the end of")):
        start = period.end
    return Timeframe(now=now, start=start, end=end, phrase=match[0])


def _over(text: str, now: datetime) -> Timeframe | None:
    """ "once March was over"."""
    match = _OVER.search(text)
    period = period_of(match["time"], now) if match else None
    return Timeframe(now=now, start=period.end, phrase=match[0]) if match and period else None


def _placed(text: str, now: datetime) -> Timeframe | None:
    return _window(_PLACED.finditer(text), now, lambda time: True)


def _bare(text: str, now: datetime) -> Timeframe | None:
    return _window(_BARE.finditer(text), now, lambda time: not _MAYBE_NO_TIME.fullmatch(time))


def _window(matches: object, now: datetime, is_time: Callable[[str], bool]) -> Timeframe | None:
    for match in matches:  # type: ignore[attr-defined]
        if is_time(match["time"]) and (period := period_of(match["time"], now)):
            return Timeframe(now=now, start=period.start, end=period.end, phrase=match[0])
    return None


def _event(text: str, now: datetime) -> Timeframe | None:
    match = _LEADING_LANDMARK.search(text) or next(
        (found for found in _LANDMARK.finditer(text) if found.start() or found["relation"].lower() != "when"), None
    )
    if match is None:
        return None
    relation = _RELATIONS.get(match["relation"].lower(), "during")
    return Timeframe(now=now, landmark=Landmark(relation=relation, words=match["words"].strip()), phrase=match[0])
