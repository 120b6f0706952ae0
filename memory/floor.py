"""The floor: whether a memory holds anything about a query at all, so that "nothing" is an answer.

Two absolute signs are weighed. The best cosine, on a scale that is measured once for each embedder with questions and
answers of its own, so that one setting serves every model: how far it lies above unrelated texts, less what the best
of that many unrelated memories reaches by chance. And how much of the query's telling words the best memories have,
with names that none of them has weighing most. Neither depends on how the user's memories compare with each other: that says which is best, not whether it is any good.

Sources: a calibrated absolute bar as in the Cosine Adapter (CIKM 2024); a relative bar beside it as in MAIN-RAG
(ACL 2025), whose relative bar alone keeps about half of what is irrelevant; the expected maximum of n normal draws,
sqrt(2 ln n); linear discriminant analysis for how a less telling embedder shifts slope and middle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .embedders.base import Embedder
from .fusion import Evidence, Ranking
from .working_set import Mask

__all__ = ["EXAMPLES", "Scale", "above_floor", "confidence", "measure"]

# Slopes of a logistic regression on questions asked of their own and of another chat's memory, fitted on every other of
# 5 LoCoMo and 10 BEAM chats with MiniLM; `tailored eval abstain` prints the figures of the chats that were not looked at.
MEANING = 0.334
"""Weight of a standard deviation of cosine, for each standard deviation by which the embedder tells related texts."""
MEANING_MIDDLE = 2.95
"""The neutral cosine lies this many standard deviations below halfway from unrelated to related."""
LEAST_MEANING = -3.0
"""Lower the vectors do not pull: a long message that has all of the query's telling words is about it all the same."""
COVERAGE = 5.6
COVERAGE_MIDDLE = 0.415
CHANCE = 1.3
"""What chance reaches, beside normal draws: the memories of one user are alike, so their best one lies further out."""
UNKNOWN_NAME = 2.7
"""A question about somebody whom the memory has never heard of is most likely not for it."""
KNOWN_NAME = 1.0
"""One about somebody whom it knows is likelier for it than a question that names nobody."""

FLOOR = 0.5
RELATIVE = 0.3
"""A memory this much less relevant than the best one is left out of a prompt."""

EXAMPLES = (
    ("What time does the meeting start tomorrow?", "The meeting tomorrow begins at nine in the morning."),
    ("What did I have for dinner last night?", "I cooked pasta with mushrooms yesterday evening."),
    ("When is my sister coming to visit?", "My sister is staying with us next weekend."),
    ("Why does the function return an empty list?", "I fixed the bug where the function gave back nothing."),
    ("How large is our budget for this quarter?", "We may spend twenty thousand dollars until June."),
    ("What did the doctor tell me to do?", "My doctor says I should drink more water."),
    ("Which car did he buy?", "He got a used red car from his neighbour."),
    ("Do I prefer tea or coffee?", "I always drink tea in the afternoon, never coffee."),
    ("Who won the final?", "Our team won the final match by two points."),
    ("Who taught me to play chess?", "My grandfather is showing me how to play chess."),
    ("What colour are the kitchen walls?", "We painted the kitchen light green."),
    ("What is the name of their puppy?", "They adopted a puppy called Biscuit from the shelter."),
    ("What are my plans for the holidays?", "In the holidays we are flying to Tokyo."),
    ("Which film do I like best?", "My favourite film came out in 1994."),
    ("How should my garden look in spring?", "I am planting tulips in the garden."),
    ("Can you help me with my job interview?", "I was so nervous before the interview for the new job."),
)
"""Questions and their answers, each unrelated to all others, of the kind people write to an assistant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The cosines of one embedding space: mean and spread of unrelated texts, mean of a question and its answer."""

    unrelated: float
    spread: float
    related: float

    @property
    def reach(self) -> float:
        """How many standard deviations related texts lie above unrelated ones: how telling the embedder is."""
        return max((self.related - self.unrelated) / self.spread, 0.0)


def measure(embedder: Embedder) -> Scale:
    """The scale of an embedder's cosines; embeds the 32 short texts of EXAMPLES."""
    n = len(EXAMPLES)
    vectors = embedder.embed([text for pair in zip(*EXAMPLES, strict=True) for text in pair])
    cosines = vectors[:n] @ vectors[n:].T
    unrelated = cosines[~np.eye(n, dtype=np.bool_)]
    return Scale(
        unrelated=float(unrelated.mean()),
        spread=max(float(unrelated.std()), 1e-6),
        related=float(np.diag(cosines).mean()),
    )


def confidence(evidence: Evidence, scale: Scale) -> float:
    """How likely the memory holds something about the query, 0 to 1."""
    if not evidence.n_candidates:
        return 0.0
    meaning = 0.0
    if evidence.best_cosine is not None:
        by_chance = CHANCE * math.sqrt(2 * math.log(evidence.n_candidates + 1))
        excess = (evidence.best_cosine - scale.unrelated) / scale.spread - by_chance
        meaning = max(MEANING * scale.reach * (excess - scale.reach / 2 + MEANING_MIDDLE), LEAST_MEANING)
    names = KNOWN_NAME * evidence.known_name - UNKNOWN_NAME * evidence.unknown_name
    logit = meaning + COVERAGE * (evidence.best_coverage - COVERAGE_MIDDLE) + names
    return 1 / (1 + math.exp(-min(max(logit, -50.0), 50.0)))


def above_floor(ranking: Ranking, certainty: float) -> Mask:
    """Which rows may go into a prompt, shape (n_rows,)."""
    candidates = np.isfinite(ranking.scores)
    if certainty < FLOOR or not candidates.any():
        return np.zeros_like(candidates)
    best = float(ranking.relevance[candidates].max())
    passes: Mask = candidates & (ranking.relevance >= min(RELATIVE * best, best))
    return passes
