"""Does recall find what held at the time that is asked about? A generated suite, without a language model.

60 facts of one user with one to three versions each, asked about as of now, at a time, before, after and between times,
first, last, in relative words ("last spring") and dated by an event ("before I moved to Porto"). A question counts when
the first memory recalled is the right version of the right fact. Beside it: the most similar fact by cosine.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..memory.embedders.base import Embedder
from ..memory.memory import Memory
from ..memory.ram import InMemoryStore
from ..memory.records import Fact
from .report import Bar, Report
from .tally import Tally
from .temporal_suite import NOW, Asked, suite

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["evaluate", "measure"]

SEEDS = (7, 8, 9)
LEAST = 95


def measure(settings: Settings, data: Path | None) -> Report:
    """Percent of questions whose first hit is the right version, over three generated lives."""
    from .embedding_cache import open_cached

    with open_cached(settings) as embedder:
        return evaluate(embedder)


def evaluate(embedder: Embedder, seeds: tuple[int, ...] = SEEDS) -> Report:
    tally = Tally()
    for seed in seeds:
        _ask(embedder, seed, tally)
    figures = tally.means()
    return Report(
        title="the right version of a fact comes first, in percent",
        figures=figures,
        bars=[
            Bar(name=f"time suite, {which}", value=figures["tailored"][which], least=LEAST, unit="%")
            for which in ("all", "unseen wordings")
        ],
    )


def _ask(embedder: Embedder, seed: int, tally: Tally) -> None:
    facts, questions = suite(seed)
    memory = Memory(InMemoryStore(), embedder, clock=lambda: NOW, count_tokens=len)
    memory.remember(facts[0].user_id, facts)
    records, vectors = memory.vectors(facts[0].user_id, Fact)
    for question in questions:
        found = memory.recall(facts[0].user_id, question.text, limit=1, budget_tokens=None)
        nearest = records[int(np.argmax(vectors @ memory.vector(question.text)))]
        _count(tally, "tailored", question, found.hits[0].record.id if found else "")
        _count(tally, "plain cosine", question, nearest.id)


def _count(tally: Tally, way: str, question: Asked, found: str) -> None:
    right = float(found == question.answer)
    for label in ("all", question.kind, "seen wordings" if question.seen else "unseen wordings"):
        tally.add(right, way, label)
    tally.add(float(found.rsplit("-", 1)[0] == question.answer.rsplit("-", 1)[0]), way, "right fact, any version")
