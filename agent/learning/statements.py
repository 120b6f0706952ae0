"""What a user says outright about themselves or about how they want to be answered, by rules.

Precision comes before recall: what is matched goes into every later prompt, so questions, quotations, pasted texts,
tasks ("write a mail saying I'm vegan"), stories and other people's wishes give nothing. Only call this with text
that the user typed. `extraction.py` finds more, with a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from .slots import SLOTS
from .standing_rules import STANDING_RULES
from .validity import valid_from

__all__ = ["Statement", "own_text", "statements"]


MAX_SENTENCE_CHARS = 400
"""Nobody states a fact about themselves in a longer one; it is pasted text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Something said outright: a fact about the user, or a standing preference or instruction."""

    kind: Literal["fact", "standing"]
    statement: str
    """In the third person ("The user lives in Porto.") or as an instruction ("Always answer in Spanish.")."""
    evidence: str
    """The sentence it was read from."""
    valid_from: datetime | None = None
    """For facts: since when it holds, where that was said; otherwise the time of the turn."""


def statements(turn: str, *, now: datetime) -> tuple[Statement, ...]:
    """What the user's message says outright, in its order, each once. `now` is the time of the turn."""
    found: dict[str, Statement] = {}
    for sentence in _own_sentences(turn):
        for statement in _read(sentence, now):
            found.setdefault(statement.statement.lower(), statement)
    return tuple(found.values())


def own_text(turn: str) -> str:
    """The sentences of a message in which the user speaks for themselves and tells something; "" without any."""
    own = (_before_question(sentence) for sentence in _own_sentences(turn) if not _STORY.search(sentence))
    return " ".join(sentence for sentence in own if not _is_question(sentence))


def _read(sentence: str, now: datetime) -> Iterator[Statement]:
    if _STORY.search(sentence):
        return
    told = _before_question(sentence.translate(_STRAIGHT))
    claim = _REMEMBER.sub("", told)
    asked = _is_question(told)
    found = [*(() if asked else _facts(claim, sentence, now)), *_standing(claim, sentence, asked=asked)]
    if not found and not asked and (match := _ASKED_TO_REMEMBER.search(told)):
        said = match["what"].strip(" .!")
        found = [_fact(f"The user asked to remember: {said}.", sentence, now)]
    yield from found


def _facts(claim: str, evidence: str, now: datetime) -> Iterator[Statement]:
    since = valid_from(claim, now)
    yield from (_fact(slot.say(value), evidence, since) for slot in SLOTS for value in slot.values(claim))


def _fact(statement: str, evidence: str, since: datetime) -> Statement:
    return Statement(kind="fact", statement=statement, evidence=evidence, valid_from=since)


def _standing(claim: str, evidence: str, *, asked: bool) -> Iterator[Statement]:
    for rule in STANDING_RULES:
        if (rule.despite_question or not asked) and (said := rule.read(claim)):
            yield Statement(kind="standing", statement=said, evidence=evidence)


_STRAIGHT = str.maketrans(dict.fromkeys("’ʼ´", "'"))
"""Apostrophes as telephones and other keyboards write them."""


def _before_question(sentence: str) -> str:
    """ "I live in Porto, what should I visit?" says something before it asks."""
    match = _THEN_ASKS.match(sentence)
    return match[1] if match else sentence


_QUOTED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|“[^”]*”|\"[^\"\n]*\"|«[^»]*»|^>.*$", re.S | re.M)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|;\s+")
_TASK = re.compile(
    r"(?:(?:please|now|also|then|can you|could you|would you|will you|help me(?: to)?|i (?:want|need|would like) you to)[, ]+)*"
    r"(?:write|draft|compose|translate|summari[sz]e|rewrite|rephrase|paraphrase|proofread|correct|fix|edit|improve|shorten"
    r"|reply to|respond to|tell (?!me)\w+|say|send|e-?mail|text (?!me)\w+|create|generate|make up|imagine|pretend|act as|role-?play"
    r"|explain (?:this|the following)|classify|analy[sz]e|review|continue|complete|finish)\b",
    re.I,
)
_PASTED = re.compile(
    r":\s*$|\b(?:the following|this (?:text|e-?mail|letter|story|paragraph|message|poem|review|article))\b", re.I
)
_STORY = re.compile(
    r"\b(?:if i (?:were|was|am|had)|imagine|pretend|suppose|hypothetically|as if|let's say|in my (?:story|novel|dream|poem)"
    r"|my character|used to|no (?:strong |particular )?preference|don'?t (?:really )?(?:care|mind)|not sure (?:if|whether))\b",
    re.I,
)
_REMEMBER = re.compile(
    r"^(?:so |also |and |but |well,? |ok(?:ay)?,? |oh,? |hi,? |hello,? |hey,? |btw,? |by the way,? |fyi,? |please,? |just "
    r"|(?:yes|no|sorry|actually|honestly|frankly|personally|unfortunately|sadly|generally|in general),? "
    r"(?=(?:i|my|please|never|always|don'?t|do not|no|call|keep|stop|from now on|in (?:the )?future|going forward|can|could)\b))*"
    r"(?:(?:please )?(?:remember|note|keep in mind|don'?t forget|bear in mind|for (?:the|your) (?:record|future reference|information))"
    r"(?:,|:)?(?: that)? +)?",
    re.I,
)
_ASKED_TO_REMEMBER = re.compile(
    r"^(?:\w+,? ){0,2}?(?:please )?(?:remember|note|keep in mind|don'?t forget|bear in mind)(?: that |: |, )(?P<what>\w.{3,200})$",
    re.I,
)
_THEN_ASKS = re.compile(
    r"^(i\b[^,?]+|my\b[^,?]+), (?:so )?(?:any|what|who|where|when|why|which|how|is|are|do|does|can|could|should|would|will)\b.*\?$",
    re.I,
)
_ASKING = re.compile(
    r"^(?:what|who|whom|whose|where|when|why|which|how|do|does|did|is|are|am|was|were|can|could|should|shall|may|might|would|will|have|has)\b",
    re.I,
)


def _own_sentences(turn: str) -> Iterator[str]:
    """The sentences in which the user speaks for themselves; after a task with pasted text nothing is theirs."""
    for sentence in _SENTENCE.split(_QUOTED.sub(" ", turn)):
        sentence = " ".join(sentence.split())
        if not sentence or len(sentence) > MAX_SENTENCE_CHARS:
            continue
        if _TASK.match(sentence):
            if _PASTED.search(sentence) or ":" in sentence:
                return
            continue
        yield sentence


def _is_question(sentence: str) -> bool:
    return sentence.endswith("?") or bool(_ASKING.match(sentence))
