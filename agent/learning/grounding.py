"""Whether a sentence that a model wrote says nothing but what stands in the text it was made from."""

from __future__ import annotations

import re

__all__ = ["contents", "is_grounded", "is_mixed", "says_more"]

GROUNDED = 0.6
"""Share of a sentence's content words that have to stand in the evidence."""
SUBJECT = "The user"


def is_grounded(sentence: str, evidence: str) -> bool:
    """Whether most content words of a sentence about the user, and all its names and numbers, occur in the evidence.

    What is said of somebody else ("my sister is getting married") must not be told of the user.
    """
    if not sentence.startswith(SUBJECT):
        return False
    words = contents(sentence)
    known = contents(evidence)
    grounded = len(words & known) >= GROUNDED * len(words) > 0 and _exact(sentence) <= _folded(evidence)
    return (
        grounded
        and not _of_another(words, evidence)
        and not _told_to_do(sentence, evidence)
        and not _turned_round(sentence, evidence)
    )


def is_mixed(sentence: str, evidence: str) -> bool:
    """Whether one clause of a sentence has its words from several that begin with "I" or "my" in the evidence ("I'm allergic
    to nuts and I don't like loud places": no "allergic to loud places")."""
    known = contents(evidence)
    said = [contents(clause) for clause in _own_clauses(evidence)]
    parts = [contents(part) & known for part in _PART.split(sentence)]
    return not all(any(part <= clause for clause in said) for part in parts if part)


def _own_clauses(evidence: str) -> list[str]:
    """The evidence cut before each clause of the user's; what leads into one ("On Sundays, I …") belongs to it."""
    clauses: list[str] = []
    lead = ""
    for clause in _BEFORE_OWN.split(evidence):
        if _OWN.search(lead + clause):
            clauses.append(lead + clause)
            lead = ""
        else:
            lead += f"{clause} "
    return clauses or [evidence]


def _turned_round(sentence: str, evidence: str) -> bool:
    """Whether the sentence affirms what the evidence denies ("likes loud places" of "I don't like loud places")."""
    words = contents(sentence)
    said = _nearest(words, evidence)
    denied = _DENIES.search(said)
    if denied is None or _DENIED.search(sentence) or _AVERSE.search(sentence):
        return False
    return not words & contents(said[: denied.start()])


def says_more(message: str, statement: str) -> bool:
    """Whether a message says something that the statement made from it does not; sure that it does not, or True."""
    words, written = contents(message) | set(_DIGIT.findall(message)), contents(statement)
    if not words & written or bool(_DENIED.search(message)) != bool(_DENIED.search(statement)):
        return True
    return bool(words - written - set(_DIGIT.findall(statement)) - _FILLERS)


def _told_to_do(sentence: str, evidence: str) -> bool:
    """Whether it tells as the user's doing what the assistant is told to do ("please never suggest horror films")."""
    found = _DOES.match(sentence)
    if found is None or found[1].lower() in ("is", "was", "has", "does"):
        return False
    verb = re.escape(found[1].lower().removesuffix("s"))
    commanded = re.search(rf"(?:^|[.!?;,]\s*|\b(?:please|never|always|do not|don['’]?t)\s+){verb}\b", evidence, re.I)
    return commanded is not None and re.search(rf"\b(?:i|we)\b[^.!?;,]*\b{verb}", evidence, re.I) is None


def _of_another(words: set[str], evidence: str) -> bool:
    """Whether the clause that the words are from speaks of something of the user's that they leave out."""
    found = _OWNED.match(_nearest(words, evidence))
    return found is not None and not words & contents(found[1])


def _nearest(words: set[str], evidence: str) -> str:
    """The clause of the evidence that most of the words stand in."""
    clauses = [clause.strip() for clause in _CLAUSE.split(evidence) if clause and clause.strip()]
    return max(clauses, key=lambda clause: len(words & contents(clause)), default="")


def contents(text: str) -> set[str]:
    """The beginnings of the words, so that "works" meets "work" and "working"."""
    return {word.rstrip("s")[:5] for word in re.findall(r"\w{2,}", text.lower())} - _EMPTY


def _exact(sentence: str) -> set[str]:
    """Names (capitalised words after the subject) and numbers: these are never paraphrased."""
    said = sentence.removeprefix(SUBJECT)
    return {word.casefold() for word in _WORD.findall(said) if word[0].isupper() or word[0].isdigit()}


def _folded(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


_DIGIT = re.compile(r"\b\d\b")
_DENIED = re.compile(r"\b(?:no|not|never|cannot|without)\b|n['’]t\b", re.I)
_DOES = re.compile(rf"{SUBJECT} (?:(?:does not|doesn['’]t|never|always|only) )?([a-z]+)")
_WORD = re.compile(r"[^\W_]+")
_CLAUSE = re.compile(r"[.!?;:\n]+|,\s|\b(?:and|but|because|so|since|while|when)\b(?=\s+(?:i|my|we|our|it)\b)", re.I)
_OWNED = re.compile(r"(?:(?:and|but|because|so|since|while|when|that|now)\s+)*(?:my|our)\s+(\S+)", re.I)
"""A clause about what is the user's, with the first word that says what that is."""
_EMPTY = frozenset(
    word.rstrip("s")[:5]
    for word in re.findall(
        r"\w+",
        "the user is are was has have does do not an in of to for as at and or on by with from that who called "
        "it its this he his him she her they their them",
    )
)
_DENIES = re.compile(r"\b(?:not|never|cannot)\b|n['’]t\b", re.I)
_AVERSE = re.compile(
    r"\b(?:hates?|dislikes?|avoids?|refuses?|detests?|loathes?|despises?|rejects?|stopped|quit|skips?|lacks?|averse|aversion"
    r"|allergic|intoleran(?:t|ce)|against|unable|uncomfortable|unhappy|unwilling|without|free of|instead|rather)\b",
    re.I,
)
_BEFORE_OWN = re.compile(r"(?:[.!?;]\s+|\n+|,?\s+(?:and|but|so|because|while)\s+|,\s+)(?=(?:i|my|we|our)\b)", re.I)
_OWN = re.compile(r"\b(?:i|my|we|our)\b", re.I)
_PART = re.compile(r"[,;:]|\b(?:and|but|because|so|since|while|when|as|who|which|that|or)\b", re.I)
_FILLERS = contents(
    "hi hello hey thanks thank you please also well so but just oh ok okay yes btw actually honestly personally really truly"
    " don doesn can cannot won remember note know keep mind am my me myself as because since"
)
"""Words of a message that a statement made from it need not have."""
