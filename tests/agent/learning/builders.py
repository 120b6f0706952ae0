"""Records for these tests, with only what a test cares about spelled out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tailored.agent.learning.cost import cost_ratio, edit_cost
from tailored.agent.learning.selection import Candidate
from tailored.memory.records import Aspect, Edit, Preference

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

BULLETS = Aspect(name="bullets", value="Use bullet points", polarity="+")
PROSE = Aspect(name="bullets", value="Write in prose, without bullet points", polarity="-")
BRIEF = Aspect(name="length", value="Write at most 40 words", polarity="-", target=40)
GREETING = Aspect(name="greeting", value="Open with a greeting", polarity="+")


def an_edit(
    id_: str = "e1", *, draft: str = "a", edited: str = "b", context: str = "a release note", day: int = 0
) -> Edit:
    return Edit(
        id=id_,
        user_id="ada",
        created=NOW + timedelta(days=day),
        source="user",
        reply_id="r1",
        context=context,
        draft=draft,
        edited=edited,
        cost=edit_cost(draft, edited),
        cost_ratio=cost_ratio(draft, edited),
    )


def a_preference(
    id_: str = "p1",
    *aspects: Aspect,
    context: str = "a release note",
    evidence: tuple[str, ...] = ("e0",),
    strength: float = 1.0,
    pinned: bool = False,
) -> Preference:
    return Preference(
        id=id_,
        user_id="ada",
        created=NOW,
        source="user",
        evidence=evidence,
        context=context,
        aspects=aspects,
        strength=strength,
        confirmed=NOW,
        pinned=pinned,
    )


def near(preference: Preference, similarity: float = 0.7, rounds: int = 0) -> Candidate:
    return Candidate(preference=preference, similarity=similarity, rounds=rounds)
