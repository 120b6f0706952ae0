"""The arms of recall, put on one scale and added up.

Raw BM25 and cosines cannot be added: their scale depends on the query, the user and the model. Each is therefore
expressed in standard deviations above the mean of the user's own memories for this query. That weighs the arms by
itself: a rare word that two short turns have stands ten deviations out and wins alone, while in long messages, which
all share some words with the query, BM25 stands out little and the vectors decide.

The weights were chosen on five LoCoMo and ten BEAM chats (`tailored eval recall`), where each lies on a plateau;
figures on those chats are therefore flattering, figures on others are the ones to believe.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .embedders.base import Vectors
from .lexical import Match, Scores
from .query import Query
from .temporal import gather_versions, timeliness
from .threads import Rows
from .working_set import Mask, WorkingSet

__all__ = ["Evidence", "Ranking", "rank", "set_apart"]

MEANING = 1.5
"""Weight of the vectors beside the words, which count 1 at most."""
TELLING = 0.4
"""Words count in full when the best memory has this share of the query's telling words, and less below: where no
memory has those, what matches is chaff ("recommend", "prefer") and the vectors know better."""
QUESTION = 0.7
"""How much of its predecessor's relevance a turn gets when that asked something: "Rex." answers "Your dog's name?"."""
NEARBY = 0.3
"""How much of the best of its neighbours' relevance a turn gets."""
SHORT = 40.0
"""A text of this many index terms gets half of what its neighbours give: long messages speak for themselves."""
OWN_WORDS = 3.0
"""Head start, in standard deviations, of what the user said over what an assistant or a tool wrote."""
NAMED = 1.0
"""Head start of the turns of a speaker whose name is in the query."""
ASKER = 9.0
"""How telling "I" is, where facts about the user are among the best hits: as a word that every twentieth text has."""
N_BEST = 3
"""The best hits that the floor looks at together."""
SUBJECT = 5.0
"""Head start of facts about whom the query is about: its names, or the user who asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The raw signs that the memory holds something about the query at all; the floor judges them."""

    best_cosine: float | None
    """Middle of the best cosine of all and that of the best hits; None when no candidate has a vector."""
    best_coverage: float
    """Share of the query's telling words, 0 to 1: middle of what the best text has and what the best hits have
    together."""
    n_candidates: int
    unknown_name: bool = False
    """Whether the query names somebody or something that this user's memory has never heard of."""
    known_name: bool = False
    """Whether it names some, and the memory has heard of all of them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """Every row's score for one query; arrays have shape (n_rows,)."""

    scores: Scores
    """What to order by; -inf where a row is no candidate."""
    relevance: Scores
    """The score without the head starts; -inf where a row is no candidate."""
    alone: Scores
    """`scores` before versions of a fact lend theirs to each other."""
    arms: dict[str, Scores]
    evidence: Evidence

    def why(self, rows: Sequence[int]) -> list[dict[str, float]]:
        """What each arm gave each of these rows, leaving out those that gave nothing."""
        at = np.array(rows, np.intp)
        given = np.array([scores.take(at) for scores in self.arms.values()], np.float64).round(2).T.tolist()
        return [{arm: score for arm, score in zip(self.arms, row, strict=True) if score} for row in given]


def rank(memories: WorkingSet, query: Query, candidates: Mask) -> Ranking:
    """Score all rows of `candidates`, a mask of shape (n_rows,)."""
    match = memories.lexical.match(query.weights, memories.n_rows, aside=query.aside)
    cosines, centred = _cosines(memories, query)
    best_coverage = float(match.coverage[candidates].max(initial=0.0))
    words = _standardised(match.bm25, candidates, min(best_coverage / TELLING, 1.0))
    meaning = _standardised(centred, candidates & memories.has_vector, MEANING)
    question, nearby = _context(memories, words + meaning)
    speaker = _head_start(memories, query)
    relevance = words + meaning + question + nearby
    time = timeliness(memories, query.time, relevance, candidates)
    own = np.where(candidates, relevance + time, np.float32(-np.inf))
    alone = own + speaker
    arms = {
        "words": words,
        "meaning": meaning,
        "question": question,
        "nearby": nearby,
        "speaker": speaker,
        "time": time,
    }
    relevance, scores = (gather_versions(memories, query.time, ranked) for ranked in (own, alone))
    if scores is not alone:
        arms["version"] = np.subtract(scores, alone, out=np.zeros_like(own), where=candidates)
    return Ranking(
        scores=scores,
        relevance=relevance,
        alone=alone,
        arms=arms,
        evidence=_evidence(memories, query, match, cosines, candidates, scores),
    )


def _evidence(
    memories: WorkingSet, query: Query, match: Match, cosines: Scores, candidates: Mask, scores: Scores
) -> Evidence:
    n_candidates = int(np.count_nonzero(candidates))
    best = _best_rows(scores, min(N_BEST, n_candidates))
    hits_with_vector = best[memories.has_vector[best]]
    cosine = None
    if len(hits_with_vector):
        best_alone = cosines[candidates & memories.has_vector].max()
        cosine = (float(best_alone) + float(cosines[hits_with_vector].max())) / 2
    best_coverage = float(match.coverage[candidates].max(initial=0.0))
    known = [memories.lexical.knows(name) for name in query.names - query.aside]
    return Evidence(
        best_cosine=cosine,
        best_coverage=(best_coverage + _covered_together(memories, query, match, best)) / 2,
        n_candidates=n_candidates,
        unknown_name=not all(known),
        known_name=bool(known) and all(known),
    )


def _best_rows(scores: Scores, n: int) -> Rows:
    return (-scores).argpartition(n - 1)[:n] if n else np.zeros(0, np.intp)


def _covered_together(memories: WorkingSet, query: Query, match: Match, rows: Rows) -> float:
    """Share of the query's telling words that these rows have together; facts about the user have its "I"."""
    known = memories.lexical.terms(*rows.tolist())
    asker = ASKER if query.about_asker and memories.about_user[rows].any() else 0.0
    whole = asker + sum(match.telling.values())
    covered = asker + sum(telling for term, telling in match.telling.items() if term in known)
    return covered / whole if whole else 0.0


def _cosines(memories: WorkingSet, query: Query) -> tuple[Scores, Scores]:
    """Cosines with the query, and with what sets the query apart from everything the user says.

    The second are for ranking: a bland remark is a little like every query (a hub), and subtracting the user's mean
    vector from the query takes that likeness away. Where the user's memories are more like each other than like the
    query, only the query's own share of that mean is subtracted, or what is least like it would come first.
    """
    if memories.vectors.shape[1] != len(query.vector):
        none = np.zeros(memories.n_rows, np.float32)
        return none, none
    # Products with vectors and not with a matrix: BLAS runs the latter on several threads, and on a busy machine those
    # wait for each other for milliseconds.
    cosines = memories.vectors @ query.vector
    topical = cosines if query.topic is query.vector else memories.vectors @ query.topic
    return cosines, topical - _share(query.topic, memories.mean_vector) * memories.mean_likeness


def set_apart(vector: Vectors, mean: Vectors) -> Vectors:
    """A vector less what it shares with the mean, and never less than the mean itself."""
    return vector - _share(vector, mean) * mean


def _share(vector: Vectors, mean: Vectors) -> np.float32:
    """How much of the mean a vector has, 0 to 1."""
    return np.float32(min(max(float(vector @ mean) / max(float(mean @ mean), 1e-9), 0.0), 1.0))


def _standardised(scores: Scores, mask: Mask, weight: float) -> Scores:
    """Scores in standard deviations from their mean over the masked rows, times a weight; 0 elsewhere and when all are
    alike."""
    among = mask.astype(np.float32)
    n = max(float(np.count_nonzero(mask)), 1.0)
    apart: Scores = (scores - (scores @ among) / np.float32(n)) * among
    spread = math.sqrt(float(apart @ apart) / n)
    apart *= np.float32(weight / spread if spread >= 1e-6 else 0.0)
    return apart


def _context(memories: WorkingSet, own: Scores) -> tuple[Scores, Scores]:
    """What each row gets from the question before it and from the best of its neighbours."""
    brevity = SHORT / (SHORT + memories.lengths)
    around = memories.around
    padded = np.zeros(len(own) + 1, np.float32)  # NO_ROW is -1 and picks the zero at the end
    padded[:-1] = own * memories.asks
    question = np.float32(QUESTION) * brevity * padded.take(around[0])
    padded[:-1] = own + question
    nearby = np.float32(NEARBY) * brevity * np.maximum.reduce(padded.take(around))
    return question, nearby


def _head_start(memories: WorkingSet, query: Query) -> Scores:
    """Of what the user said, and of what is about somebody, or said by somebody, whom the query names; the asker is
    named by "I"."""
    start = np.float32(OWN_WORDS) * memories.said_by_user
    about = memories.about_user & query.about_asker
    for name in query.names:
        about[memories.lexical.counts(name)[0]] = True
    start += np.float32(SUBJECT) * (about & memories.is_fact)
    start[memories.spoken_by(query.weights.keys())] += np.float32(NAMED)
    return start
