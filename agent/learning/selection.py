"""Choosing the aspects to tell the model for one draft.

Preferences are ranked by similarity of context × strength × recency and vote with the sharpened rank, so that
the nearest kind of request decides and near ties are settled by majority. Nothing near enough means no guidance:
one global preference is worse than none (PRELUDE, arXiv 2404.15269).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ...memory.records import Aspect, Preference
from .checks import violated

__all__ = ["Candidate", "Guidance", "SelectionPolicy", "Used", "asserted", "ranked", "select", "sureness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionPolicy:
    """How preferences are weighed; chosen on the simulated users of `evals/edits.py`, the floors beside `floor` also on
    forty texts in the manner of `evals/prelude.py`, which reports on others."""

    floor: float = 0.3
    """Cosine similarity below which a preference says nothing about a context; belongs to the embedder."""
    doubtful_floor: float = 0.45
    """The same while the user has too few preferences to tell what all of their requests share: what is learned for
    one kind of text must not settle in the next before there is a way to tell them apart."""
    contrast_floor: float = 0.05
    """Likeness, without what all of the user's requests share, up to which a preference says nothing."""
    same_kind: float = 0.7
    same_kind_contrast: float = 0.3
    """Similarity, and once it is known likeness, from which two requests surely are of one kind."""
    same_context: float = 0.92
    """From this similarity on two contexts are one, and of two contradicting edits the newer replaces the older."""
    sharpness: float = 20.0
    """Exponent of the vote: the higher, the more the best preference decides alone."""
    decay: float = 0.98
    """Weight kept for each edit or acceptance since a preference was last confirmed."""
    doubtful_blame: float = 0.1
    blame: float = 0.5
    """Share of its strength that a contradicted preference loses: the first where another kind of request was as
    near, so that it may not be the one that was wrong, the second where none was."""
    amends: float = 0.15
    """Share of the strength it lost that a preference regains when it proves right."""
    limit: int = 6
    """At most so many aspects are told at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A preference that may fit: how like its context is to the new one, and how many edits old it is."""

    preference: Preference
    similarity: float
    rounds: int = 0
    """Edits and acceptances of the user since it was last confirmed (`rounds_since`)."""
    contrast: float | None = None
    """The similarity without what all of the user's contexts share (`candidates_for`): ranks where it is known."""

    @property
    def nearness(self) -> float:
        """What ranks candidates."""
        return self.similarity if self.contrast is None else max(self.contrast, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """A preference that spoke for at least one of the aspects told, and its share of the vote, 0 to 1."""

    preference: Preference
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What the model is told about style for one draft, strongest first; empty is normal."""

    aspects: tuple[Aspect, ...] = ()
    used: tuple[Used, ...] = ()
    scores: tuple[float, ...] = ()
    """Share of the vote for each aspect, 0 to 1, in the order of `aspects`."""

    def __bool__(self) -> bool:
        return bool(self.aspects)

    def check(self, text: str) -> tuple[Aspect, ...]:
        """The aspects that `text` does not obey, of those that code can measure."""
        return violated(self.aspects, text)


def select(candidates: Iterable[Candidate], *, policy: SelectionPolicy | None = None) -> Guidance:
    """The aspects to tell for a context, from preferences with their similarity to it.

    An aspect is told when more than half of the vote is for it; a pinned preference is told wherever it is near
    enough. What a draft should have comes before what it should not, where not all of it can be told.
    """
    policy = policy or SelectionPolicy()
    votes = _votes(ranked(candidates, policy), policy)
    verdicts = [verdict for speakers in _by_side(votes).values() if (verdict := _verdict(speakers))]
    verdicts.sort(key=lambda verdict: (-verdict.pinned, not asserted([verdict.aspect]), -verdict.share))
    chosen = list({verdict.aspect.name: verdict for verdict in reversed(verdicts)}.values())[::-1][: policy.limit]
    spoke = {vote.preference.id: vote for verdict in chosen for vote in verdict.speakers}
    return Guidance(
        aspects=tuple(verdict.aspect for verdict in chosen),
        used=tuple(sorted(spoke.values(), key=lambda vote: -vote.weight)),
        scores=tuple(verdict.share for verdict in chosen),
    )


def ranked(candidates: Iterable[Candidate], policy: SelectionPolicy) -> list[Candidate]:
    """The candidates above the floor, the one that decides first."""
    near = [candidate for candidate in candidates if _is_near(candidate, policy)]
    return sorted(near, key=lambda candidate: -_score(candidate, policy))


def is_same_kind(candidate: Candidate, policy: SelectionPolicy) -> bool:
    """Whether the request is surely of the kind that the preference was learned for."""
    if candidate.similarity >= policy.same_kind:
        return True
    return candidate.contrast is not None and candidate.contrast >= policy.same_kind_contrast


def _is_near(candidate: Candidate, policy: SelectionPolicy) -> bool:
    if candidate.similarity >= policy.same_kind:
        return True
    if candidate.contrast is None:
        return candidate.similarity > policy.doubtful_floor
    return candidate.similarity > policy.floor and candidate.contrast > policy.contrast_floor


def sureness(near: Sequence[Candidate]) -> float:
    """How clearly the first of the ranked candidates fits best: 1 when no other kind is near, 0 when one is as near."""
    first = near[0]
    claims = asserted(first.preference.aspects)
    others = (other.nearness for other in near[1:] if asserted(other.preference.aspects) != claims)
    return max(0.0, 1.0 - max(others, default=0.0) / first.nearness) if first.nearness > 0 else 0.0


def asserted(aspects: Iterable[Aspect]) -> frozenset[object]:
    """What the aspects ask for. A "-" asks for nothing that a plain draft does not do anyway, unless both ways do."""
    return frozenset(side(aspect) for aspect in aspects if aspect.polarity == "+" or aspect.name in _BOTH_WAYS)


def side(aspect: Aspect) -> object:
    """Equal for aspects that can stand together; two sides of one name contradict each other."""
    return aspect.name, aspect.polarity, aspect.value if aspect.name in _CHOICES else ""


_BOTH_WAYS = {"length", "sentence length", "order", "voice", "wording", "formality", "directness"}
_CHOICES = {"language", "units", "date format"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Verdict:
    aspect: Aspect
    share: float
    pinned: bool
    speakers: tuple[Used, ...]


def _score(candidate: Candidate, policy: SelectionPolicy) -> float:
    preference = candidate.preference
    if preference.pinned:
        return candidate.nearness
    return float(candidate.nearness * preference.strength * policy.decay**candidate.rounds)


def _votes(near: Sequence[Candidate], policy: SelectionPolicy) -> list[Used]:
    if not near:
        return []
    best = _score(near[0], policy)
    weights = [(_score(candidate, policy) / best) ** policy.sharpness if best > 0 else 0.0 for candidate in near]
    total = sum(weights) or 1.0
    return [
        Used(preference=candidate.preference, weight=weight / total)
        for candidate, weight in zip(near, weights, strict=True)
    ]


def _by_side(votes: Sequence[Used]) -> dict[object, list[tuple[Aspect, Used]]]:
    sides: defaultdict[object, list[tuple[Aspect, Used]]] = defaultdict(list)
    for vote in votes:
        for aspect in vote.preference.aspects:
            sides[side(aspect)].append((aspect, vote))
    return sides


def _verdict(speakers: Sequence[tuple[Aspect, Used]]) -> _Verdict | None:
    """Told in the words of the weightiest preference that asks for it."""
    share = sum(vote.weight for _, vote in speakers)
    pinned = any(vote.preference.pinned for _, vote in speakers)
    if share <= 0.5 and not pinned:
        return None
    aspect, _ = max(speakers, key=lambda speaker: (speaker[1].preference.pinned, speaker[1].weight))
    return _Verdict(aspect=aspect, share=share, pinned=pinned, speakers=tuple(vote for _, vote in speakers))
