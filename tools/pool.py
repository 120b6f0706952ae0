"""The candidates of one turn: what tools returned, and so what may be recommended."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .items import Item
from .reasons import Evidence, sentence

__all__ = ["Candidate", "CandidatePool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An item that may be recommended, and the evidence for it, strongest first.

    `arms` says what each recommender added to `score`.
    """

    item: Item
    score: float
    evidence: tuple[Evidence, ...]
    arms: Mapping[str, float] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The evidence as one short sentence."""
        return sentence(self.evidence)


class CandidatePool:
    """Filled by the tools of a turn, asked by whoever writes its answer. Safe to use from several threads."""

    def __init__(self) -> None:
        self._candidates: dict[str, Candidate] = {}
        self._lock = threading.Lock()

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Let these be recommended. An item that is there already keeps its place and gets the newer evidence."""
        with self._lock:
            self._candidates |= {candidate.item.id: candidate for candidate in candidates}

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them, in the order they came."""
        with self._lock:
            return tuple(self._candidates.values())

    def __contains__(self, item_id: str) -> bool:
        with self._lock:
            return item_id in self._candidates

    def __len__(self) -> int:
        with self._lock:
            return len(self._candidates)
