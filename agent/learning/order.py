"""Does an edit put the conclusion first, or the reasons? English only.

Texts are read as clauses. What opens one text has to be what ended the other, with what opened the other behind it.
Sentences that merely changed places are told from conclusions by what marks those: a word that judges, asks or
concludes, a reason given after it, or a present behind a story told in the past.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ...memory.lexical import stems
from ...memory.records import Aspect
from .features import body_of
from .verbs import is_past

__all__ = ["order"]

_CLAUSE_END = re.compile(
    r"(?<=[.!?…])[\"”’)]*\s+|\s*[;:]\s+|\s+[—–-]+\s+|\n+"
    r"|,?\s+(?=(?:so|therefore|thus|hence|because|since|which is why|that is why|that's why|which means(?: that)?|and so|as a result|but|yet|even though|although|though|despite|after)\b)"
    r"|,\s+(?=(?:as|we|i|it|you|they|he|she|the|this|there|my|our|your|use|choose|take|let)\b)|(?<=report)\s+that\s+|,\s+given\b",
    re.I,
)
_MARKED = re.compile(
    r"\b(?:so|therefore|thus|hence|consequently|as a result|for (?:this|these|that|all these) reasons?|which is why|that(?:'s| is) why"
    r"|in (?:short|sum|conclusion|summary|brief)|to sum up|all in all|overall|on balance|bottom line|conclu\w+|verdict|upshot|result"
    r"|recommend\w*|suggest\w*|advi[sc]e\w*|propos\w+|decid\w+|decision|postpone\w*|cancel\w*|approv\w+|reject\w+|prefer\w*"
    r"|should|must|would|ought|need(?:s|ed)?|have to|has to|cannot|can['’]?t|won['’]?t|(?:we|i)(?: will|['’]ll)|let['’]?s|please"
    r"|best|better|worst|worse|winn?er|wins?|won|works?|safe|fine|ready|done|fixed|solved|over|failed|passed|succe\w+|worth|wrong"
    r"|right|true|false|possible|impossible|enough|profit|loss|differen\w+|leaving|(?:cheap|strong|fast|saf|larg|great|high|low|weak|easi|short|long|clear)est|choice|option|culprit|cause|solution|answer|quit\w*|choose|chose|off)\b",
    re.I,
)
_LEADING = re.compile(
    r"(?:after|having|considering|given|weighing|looking|taking|based on|judging|because|since)\b", re.I
)
_REASON = re.compile(
    r"\b(?:because|since|for|as|reasons?|why|given|even though|although|though|despite|after|before)\b", re.I
)
_LABEL = re.compile(
    r"\W*(?:in short|short answer|answer|bottom line|conclusion|recommendation|result|summary|verdict|decision|tl;?dr|outcome)\W*:\W*",
    re.I,
)
_PRESENT = re.compile(r"\b(?:is|are|be|been|being|am|has|have)\s+(?:not\s+|also\s+|\w+ly\s+)?\w+")
"""With a participle, which looks like a past."""
_FOUND = 0.6
"""Share of a clause's words that another has, from which on they say the same."""
_LATE = 0.45
"""A conclusion stands behind this share of the text."""


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    stems: frozenset[str]
    place: float
    """Of its first word in the text, 0 to 1."""


def order(draft: str, edited: str) -> Aspect | None:
    """The aspect `order`: + for the conclusion first, - for the reasons first."""
    before, after = _clauses(draft), _clauses(edited)
    if _brought_forward(before, after):
        return Aspect(name="order", value="Put the conclusion first, then the reasons", polarity="+")
    if _brought_forward(after, before):
        return Aspect(name="order", value="Give the reasons first and the conclusion at the end", polarity="-")
    return None


def _brought_forward(late: Sequence[_Clause], early: Sequence[_Clause]) -> bool:
    """Whether the conclusion stands late in the first text and opens the second."""
    if len(late) < 2 or len(early) < 2:
        return False
    first, rest = early[0], early[1:]
    if _share(first.stems, late[0].stems) >= _FOUND:
        return False
    ends = [clause for clause in late[1:] if clause.place >= _LATE and _share(first.stems, clause.stems) >= _FOUND]
    if (
        not ends
        or _repeats(ends[-1], rest)
        or _swapped(late[0], rest)
        or not _follow([clause for clause in late if clause is not ends[-1]], rest)
    ):
        return False
    return _concludes(ends[-1], late, rest)


def _follow(reasons: Sequence[_Clause], rest: Sequence[_Clause]) -> bool:
    """What led to the conclusion still stands in the other text, behind its first clause."""
    said, left = (frozenset(stem for clause in clauses for stem in clause.stems) for clauses in (reasons, rest))
    return len(said & left) >= 0.5 * len(said)


def _swapped(opening: _Clause, rest: Sequence[_Clause]) -> bool:
    """The old opening went to the very end: the two changed places, which makes neither a conclusion."""
    if len(rest) < 2 or _REASON.match(rest[0].text):
        return False
    return _share(opening.stems, rest[-1].stems) >= _FOUND > _share(opening.stems, rest[0].stems)


def _repeats(end: _Clause, rest: Sequence[_Clause]) -> bool:
    """The conclusion still stands at the end as well."""
    return _share(end.stems, rest[-1].stems) >= _FOUND


def _concludes(end: _Clause, late: Sequence[_Clause], rest: Sequence[_Clause]) -> bool:
    others = [clause for clause in late if clause is not end]
    if any(_like(end, clause) for clause in others):
        return False
    if _MARKED.search(end.text) or _LEADING.match(late[0].text):
        return True
    if _REASON.match(rest[0].text):
        return True
    return not _past(end.text) and sum(1 for clause in others if _past(clause.text)) >= len(others) / 2


def _like(one: _Clause, other: _Clause) -> bool:
    """Built alike, as the points of a list are: "Ana brings the cake", "Lee brings the music"."""
    return len(one.text.split()[:1] and {*one.text.lower().split()[:3]} & {*other.text.lower().split()[:3]}) >= 2


def _past(text: str) -> bool:
    return any(is_past(word) for word in re.findall(r"[a-z]+", _PRESENT.sub(" ", text.lower())))


def _share(stems_of: Collection[str], other: Collection[str]) -> float:
    """The share of the smaller clause's words that the other has, at least two of them where it has two."""
    smaller = min(len(stems_of), len(other))
    return len(frozenset(stems_of) & frozenset(other)) / smaller if smaller else 0.0


def _clauses(text: str) -> list[_Clause]:
    """In reading order, without a greeting, a closing or a label in front ("Conclusion: …")."""
    body = body_of(text)
    label = _LABEL.match(body)
    body = body[label.end() :] if label else body
    found, place = [], 0
    for part in _CLAUSE_END.split(body):
        if not part.strip():
            continue
        clause = _Clause(part.strip(), frozenset(stems(part)), place / len(body))
        place += len(part) + 1
        if clause.stems:
            found.append(clause)
    return found
