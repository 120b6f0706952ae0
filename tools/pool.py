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

    `arms` says what each recommender added to `score`; `propensity` the chance it had of being in its place, which is
    less than 1 where a slot explored.
    """

    item: Item
    score: float
    evidence: tuple[Evidence, ...]
    arms: Mapping[str, float] = field(default_factory=dict)
    propensity: float = 1.0

    @property
    def reason(self) -> str:
        """The evidence as one short sentence."""
        return sentence(self.evidence)


class CandidatePool:
    """Filled by the tools of a turn, asked by whoever writes its answer. Safe to use from several threads.

    `question` is what the person should be asked with the answer, to choose better next time; empty for none.
    """

    def __init__(self) -> None:
        self._candidates: dict[str, Candidate] = {}
        self._remarks: dict[str, None] = {}
        self.question = ""
        self._lock = threading.Lock()

    def add(self, candidates: Iterable[Candidate]) -> None:
        """Let these be recommended. An item that is there already keeps its place and gets the newer evidence."""
        with self._lock:
            self._candidates |= {candidate.item.id: candidate for candidate in candidates}

    def remark(self, text: str) -> None:
        """Something the person should be told beside the items, such as what could not be had."""
        with self._lock:
            self._remarks[text] = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything remarked, once each, in the order it came."""
        with self._lock:
            return tuple(self._remarks)

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
