"""May this tool be called with these arguments? Allow, ask the user first, or deny.

Own tools read the user's own data on this machine and are always allowed. A foreign tool (an MCP server's, or one that
the owner of the application added) is judged by what the call does and by what it would carry away:

- a sensitive value of the user's that they did not say in this very message: what the label's rule says;
- an act that changes something outside: ask, always;
- words that came from nowhere the user can see, once text from outside has been read in the turn: ask. Private data,
  foreign text and a way out must not meet unseen, whatever that text made of the data (spelled, encoded, rephrased).

Source: MobileAgent [16]; policy matrix of tool and label (seeds C17).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from .disguises import MAX_TEXT, carries, flattened, foreign_words, opaque
from .sensitive import Label, find_sensitive

__all__ = ["Conduct", "Decision", "Exposure", "Policy", "PolicySettings", "Verdict", "conduct_of"]

Decision = Literal["allow", "ask", "deny"]
_STRICTNESS: Mapping[Decision, int] = {"allow": 0, "ask": 1, "deny": 2}
_READING_WORDS = """
ask browse calculate check compare compute convert count describe detect estimate evaluate fetch find forecast get
list load lookup measure preview query read recall recommend rank resolve retrieve route search see show solve
status summarize summarise time today translate validate verify view watch weather
"""
_READING = frozenset(_READING_WORDS.split())
_ACTING_WORDS = """
accept add apply approve archive assign block book buy cancel change charge checkout close confirm copy create
delete deploy disable drop edit enable erase execute export forward grant invite join kill lock mail move notify
open order overwrite pay place post publish purchase push put quit refund register reject remove rename reply
reschedule reset restart revoke run save schedule sell send set share ship sign start stop submit subscribe
terminate transfer trigger uninstall unlock unsubscribe update upload wipe wire withdraw write
"""
_ACTING = frozenset(_ACTING_WORDS.split())


class PolicySettings(BaseModel):
    """What the values of each label need before they go to a foreign tool, and exceptions by tool."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact: Decision = "ask"
    """What a call needs that would pass on how to reach somebody, unless the user said it in this very message."""
    credentials: Decision = "deny"
    """The same for a password, key or identity number."""
    finance: Decision = "ask"
    """The same for something about money."""
    health: Decision = "ask"
    """The same for something about health."""
    location: Decision = "ask"
    """The same for where somebody is or lives."""
    minors: Decision = "ask"
    """The same for something about a child."""
    acts: Literal["ask", "deny"] = "ask"
    """What a call that changes something outside needs."""
    unseen: Decision = "ask"
    """What a call needs that passes on words nobody said, or something unreadable."""
    reads: frozenset[str] = frozenset()
    """Tools that only read although their name does not say so."""
    denied: frozenset[str] = Field(default=frozenset())
    """Tools that are never called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """What is known of a foreign tool before it is called."""

    name: str
    origin: str
    """`mcp:NAME` or `owner`."""
    acts: bool
    """Whether it may change something outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The texts that met in a turn so far."""

    said: str
    """What the user said, word for word."""
    private: tuple[str, ...] = ()
    """What the prompt holds about the user: memories, profile, standing preferences."""
    foreign: tuple[str, ...] = ()
    """What foreign tools answered in this turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`because` is for the user and the model; it names labels, never values."""

    decision: Decision
    because: str = ""
    labels: tuple[Label, ...] = ()
    acts: bool = False
    unseen: bool = False
    """Whether it would also pass on what nobody can place; the user's word on the labels does not cover that."""


class Policy:
    """Judges calls of foreign tools. It fails closed: what it cannot tell apart is asked."""

    def __init__(self, settings: PolicySettings) -> None:
        self._settings = settings

    def judge(self, tool: Conduct, arguments: Mapping[str, Any], exposure: Exposure) -> Verdict:
        """Allow, ask or deny one call."""
        if tool.name in self._settings.denied:
            return Verdict(decision="deny", because=f"{tool.name} is switched off by the owner", acts=tool.acts)
        findings = [*self._labelled(arguments, exposure), *self._act(tool), *self._unseen(arguments, exposure)]
        if all(finding.decision == "allow" for finding in findings):
            return Verdict(decision="allow")
        return Verdict(
            decision=max((finding.decision for finding in findings), key=lambda decision: _STRICTNESS[decision]),
            because="; ".join(dict.fromkeys(finding.because for finding in findings if finding.decision != "allow")),
            labels=tuple(sorted({label for finding in findings for label in finding.labels})),
            acts=tool.acts and tool.name not in self._settings.reads,
            unseen=any(finding.unseen for finding in findings if finding.decision != "allow"),
        )

    def _labelled(self, arguments: Mapping[str, Any], exposure: Exposure) -> Iterable[Verdict]:
        text = flattened(arguments)[:MAX_TEXT]
        carried = {
            found.label
            for source in (*exposure.private, text)
            for found in find_sensitive(source)
            if carries(text, found.value) and not carries(exposure.said, found.value)
        }
        for label in sorted(carried):
            yield Verdict(
                decision=getattr(self._settings, label), because=f"it would pass on {_TOLD[label]}", labels=(label,)
            )

    def _act(self, tool: Conduct) -> Iterable[Verdict]:
        if tool.acts and tool.name not in self._settings.reads:
            yield Verdict(decision=self._settings.acts, because=f"{tool.name} changes something outside", acts=True)

    def _unseen(self, arguments: Mapping[str, Any], exposure: Exposure) -> Iterable[Verdict]:
        text, decision = flattened(arguments), self._settings.unseen
        if len(text) > MAX_TEXT:
            yield Verdict(decision=decision, because="it is too long to be looked through", unseen=True)
        elif exposure.private and exposure.foreign and foreign_words(text, (exposure.said, *exposure.foreign)):
            because = "it would pass on words that neither you nor an earlier answer said"
            yield Verdict(decision=decision, because=because, unseen=True)
        elif exposure.private and opaque(text, exposure.said):
            yield Verdict(decision=decision, because="it would pass on something unreadable", unseen=True)


_TOLD: Mapping[Label, str] = {
    "contact": "how to reach you or somebody",
    "credentials": "a password, key or identity number",
    "finance": "something about your money",
    "health": "something about your health",
    "location": "where you are or live",
    "minors": "something about a child",
}


def conduct_of(name: str, origin: str, *, reads: bool | None = None) -> Conduct:
    """What a tool does by its name and, where somebody says so, by its annotation.

    A server's word that a tool only reads is not taken where the name says that it acts; without either it acts.
    """
    words = set(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))
    acting = bool(words & _ACTING)
    reading = bool(words & _READING) if reads is None else reads
    return Conduct(name=name, origin=origin, acts=acting or not reading)
