"""What a message needs, read from its meaning: the stage after the rules of `need`.

Rules know wordings; "I've been let down by comedies lately, help" has none of theirs. A linear model reads what is
wanted from the message's vector and from its marks (`need_marks`). It was fitted on messages written by hand about
catalogs of many kinds (`evals/need_training.py`), which is also where UNSURE comes from. The idea is Adaptive-RAG's
(Jeong et al., NAACL 2024): a small classifier tells how much a question needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from ..tools.subject import Subject
from .named import Names
from .need_marks import inputs
from .need_weights import SPACE, TERMS, UNSURE, WEIGHTS

if TYPE_CHECKING:
    from ..memory import Vectors

__all__ = ["LABELS", "UNSURE", "Wanted", "judge", "suits", "wanted"]

Kind = Literal["recommend", "search", "neither"]
LABELS = ("recommend", "search", "recall", "answer")
"""The rows of the weights: a list of items, a look into the catalog, what the user once said, none of these."""
SHARPNESS = 3.0
"""What scores, near 1 and -1, are multiplied by: so that of the messages said to be likely 0.8 about so many are."""
OFFERED = 0.15
"""A tool that is at least so likely is offered where the model is unsure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How likely a message wants either tool of the catalog, or neither; the three sum to 1."""

    recommend: float
    search: float
    neither: float

    @property
    def kind(self) -> Kind | None:
        """What it wants; None where that is not sure."""
        likely: tuple[tuple[float, Kind], ...] = (
            (self.neither, "neither"),
            (self.search, "search"),
            (self.recommend, "recommend"),
        )
        chance, kind = max(likely)
        return kind if chance >= UNSURE else None

    @property
    def possible(self) -> tuple[str, ...]:
        """The tools that it may want, the likelier first."""
        tools = sorted(((self.recommend, "recommend"), (self.search, "search")), reverse=True)
        return tuple(name for chance, name in tools if chance >= OFFERED)


def suits(space: str) -> bool:
    """Whether vectors of this space are those that the model was fitted on."""
    return space == SPACE


def judge(names: Names, vector: Vectors, subject: Subject, rule: str) -> Wanted:
    """What a message with this unit vector wants, `names` being what it names in the catalog, `rule` the one of the plan
    that fits its words."""
    return wanted(inputs(names, vector, subject, rule, _places()), _weights())


def wanted(row: Vectors, weights: Vectors) -> Wanted:
    """What the inputs of a message say; weights of shape (labels, inputs + 1)."""
    import numpy as np

    scores = SHARPNESS * (weights[:, :-1] @ row + weights[:, -1])
    odds = np.exp(scores - scores.max())
    recommend, search, recall, answer = (float(chance) for chance in odds / odds.sum())
    return Wanted(recommend=recommend, search=search, neither=recall + answer)


@cache
def _places() -> Mapping[str, int]:
    return {term: place for place, term in enumerate(TERMS.split("\n"))}


@cache
def _weights() -> Vectors:
    """Shape (labels, inputs + 1)."""
    import base64

    import numpy as np

    flat = np.frombuffer(base64.b85decode(WEIGHTS), dtype=np.float16).astype(np.float32)
    return flat.reshape(len(LABELS), -1)
