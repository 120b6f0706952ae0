"""ClariQ's two tasks: does a request need clarification, and which question of the bank would clarify it?"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..memory.embedders.base import Embedder
from ..tools.fusion import Scores, fused
from ..tools.lexicon import Lexicon
from .errors import DataMissing

__all__ = ["clariq"]

NO_QUESTION = "Q00001"
"""The empty question: asking nothing is not retrieved."""
DEPTHS = (5, 10, 20, 30)
PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0)
WEIGHTS = (0.5, 1.0, 1.5, 2.0)
_OPENING = re.compile(
    r"^(?:i['’]?m looking|i am looking|tell me|find|give me|i(?:['’]d| would) like|i want|i need|show me)",
    re.IGNORECASE,
)
_ASKING = re.compile(r"^(?:what|who|when|where|how|why|is|are|does|do|can)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Topic:
    request: str
    need: int
    fitting: frozenset[str]
    """Ids of the questions that were asked for it."""


def clariq(embedder: Embedder, folder: Path) -> dict[str, dict[str, dict[str, float]]]:
    """The figures for the data set in `folder`. Raises DataMissing."""
    if not (folder / "question_bank.tsv").is_file():
        raise DataMissing(f"--data must be ClariQ's folder, with question_bank.tsv; {folder} is not")
    train = _topics(folder / "train.tsv")
    reported = {"dev": _topics(folder / "dev.tsv"), "test": _topics(folder / "test_with_labels.tsv")}
    bank = _Bank(embedder, folder / "question_bank.tsv")
    weight = max(WEIGHTS, key=lambda one: bank.recall(train, 10, one, 1.0))
    needs = _Needs(embedder, train)
    return {
        name: {
            "question, ours": bank.figures(topics, weight, 1.0),
            "question, words alone": bank.figures(topics, 0.0, 1.0),
            "question, vectors alone": bank.figures(topics, 1.0, 0.0),
            "need, ours": needs.figures(topics),
            "need, always the most frequent": needs.baseline(topics),
        }
        for name, topics in reported.items()
    }


def _topics(file: Path) -> list[_Topic]:
    rows: dict[str, list[Mapping[str, str]]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            rows.setdefault(row["topic_id"], []).append(row)
    return [
        _Topic(
            request=of_topic[0]["initial_request"],
            need=int(of_topic[0]["clarification_need"]),
            fitting=frozenset(row["question_id"] for row in of_topic) - {NO_QUESTION},
        )
        for of_topic in rows.values()
    ]


class _Bank:
    """The questions, found by words and by meaning as items of a catalog are."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["question_id"] != NO_QUESTION]
        self._ids = [row["question_id"] for row in rows]
        self._embedder = embedder
        self._vectors = embedder.embed([row["question"] for row in rows])
        self._lexicon = Lexicon.of(row["question"] for row in rows)

    def recall(self, topics: Sequence[_Topic], depth: int, by_meaning: float, by_words: float) -> float:
        found = [self._found(topic, by_meaning, by_words) for topic in topics if topic.fitting]
        return float(np.mean([hits[:depth].sum() / hits.sum() for hits in found]))

    def figures(self, topics: Sequence[_Topic], by_meaning: float, by_words: float) -> dict[str, float]:
        firsts = [int(np.argmax(self._found(t, by_meaning, by_words))) for t in topics if t.fitting]
        recalls = {f"R@{depth}": self.recall(topics, depth, by_meaning, by_words) for depth in DEPTHS}
        return {**recalls, "MRR": float(np.mean([1 / (first + 1) for first in firsts]))}

    def _found(self, topic: _Topic, by_meaning: float, by_words: float) -> NDArray[np.bool_]:
        """Which of the questions fit, best ranked first."""
        vector = np.asarray(self._embedder.embed([topic.request])[0])
        arms: list[tuple[float, Scores]] = [(by_meaning, np.asarray(self._vectors @ vector, dtype=np.float32))]
        arms.append((by_words, self._lexicon.scores(topic.request)))
        order = np.argsort(-fused(arms, len(self._ids)), kind="stable")
        return np.array([self._ids[place] in topic.fitting for place in order])


class _Needs:
    """How much a request needs clarification, by ridge regression on its form and its vector."""

    def __init__(self, embedder: Embedder, train: Sequence[_Topic]) -> None:
        self._embedder = embedder
        self._most_frequent = max((topic.need for topic in train), key=[topic.need for topic in train].count)
        features, needs = self._features(train), np.array([topic.need for topic in train], dtype=np.float64)
        # The penalty is chosen inside `train`, each fifth left out in turn.
        folds = np.arange(len(train)) % 5
        errors = {
            penalty: sum(
                float(np.square(features[folds == f] @ _ridge(features[folds != f], needs[folds != f], penalty)
                                - needs[folds == f]).sum())
                for f in range(5)
            )
            for penalty in PENALTIES
        }  # fmt: skip
        self._weights = _ridge(features, needs, min(errors, key=lambda penalty: errors[penalty]))

    def figures(self, topics: Sequence[_Topic]) -> dict[str, float]:
        predicted = self._features(topics) @ self._weights
        return _scores(topics, predicted)

    def baseline(self, topics: Sequence[_Topic]) -> dict[str, float]:
        return _scores(topics, np.full(len(topics), float(self._most_frequent)))

    def _features(self, topics: Sequence[_Topic]) -> NDArray[np.float64]:
        texts = [topic.request for topic in topics]
        form = [
            (1.0, len(_OPENING.sub("", text).split()) / 5, bool(_ASKING.match(text)), bool(_OPENING.match(text)))
            for text in texts
        ]
        return np.hstack([np.array(form, dtype=np.float64), np.asarray(self._embedder.embed(texts), dtype=np.float64)])


def _ridge(features: NDArray[np.float64], wanted: NDArray[np.float64], penalty: float) -> NDArray[np.float64]:
    penalties = np.eye(features.shape[1]) * penalty
    penalties[0, 0] = 0  # the first feature is the constant
    return np.asarray(np.linalg.solve(features.T @ features + penalties, features.T @ wanted))


def _scores(topics: Sequence[_Topic], predicted: NDArray[np.float64]) -> dict[str, float]:
    needs = np.array([topic.need for topic in topics])
    told = np.clip(np.round(predicted), 1, 4).astype(int)
    pairs = [(a, b) for a in range(len(needs)) for b in range(len(needs)) if needs[a] > needs[b]]
    ordered = [1.0 if predicted[a] > predicted[b] else 0.5 if predicted[a] == predicted[b] else 0.0 for a, b in pairs]
    return {
        "exact": float(np.mean(told == needs)),
        "mean error": float(np.mean(np.abs(told - needs))),
        "pairs in order": float(np.mean(ordered)),
    }
