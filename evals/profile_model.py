"""The same question put to the configured chat model: how many stars does this user give this film?

The answer is one token; its probabilities give the rating that the model expects. Answers are kept on disk, so that a
run that was cut short goes on where it was.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..agent.models.resolve import close_chat_model, open_chat_model
from ..prompts import fence
from .profile_cases import Case, tell
from .remembered import RememberedModel

if TYPE_CHECKING:
    from ..agent.settings import Settings
    from .profile import Way

__all__ = ["ask_model"]

Floats = NDArray[np.float64]
SEED = 7
STARS = ("1", "2", "3", "4", "5")
MIDDLE = 3.0
"""What is taken where the model answers with no number."""

_ASK = """You foretell how many stars, from 1 to 5, a user gives a film. Between <memory> and </memory> stands what is \
known about the user: films that the user rated, or a summary (stars on the whole, stars of the last films, and stars \
of some genres). Answer with one digit."""


def ask_model(
    settings: Settings, asked: Sequence[Case], users: int, ways: Mapping[str, Way]
) -> tuple[list[Case], dict[str, Floats]]:
    """The cases of so many users drawn by chance, and for each way how far the model's expectation is from the rating."""
    known = sorted({case.user for case in asked})
    drawn = frozenset(random.Random(SEED).sample(known, min(users, len(known))))
    chosen = [case for case in asked if case.user in drawn]
    answers = settings.weights_dir.parent / "eval-answers" / "profile.sqlite3"
    return chosen, asyncio.run(_ask_all(settings, chosen, ways, answers))


async def _ask_all(
    settings: Settings, chosen: Sequence[Case], ways: Mapping[str, Way], answers: Path
) -> dict[str, Floats]:
    opened = open_chat_model(settings.model, settings.weights_dir)
    model = RememberedModel(inner=opened, path=answers, model_name=settings.model.name)
    try:
        rows = [[await _error(model, case, way) for way in ways.values()] for case in chosen]
        return dict(zip(ways, np.array(rows, np.float64).T, strict=True))
    finally:
        model.close()
        close_chat_model(opened)


async def _error(model: RememberedModel, case: Case, way: Way) -> float:
    told, _ = tell(case, memories=way.memories, summary=way.summary)
    film = f"Film: {case.film.title} ({', '.join(case.film.facets)})\nStars:"
    answer = await model.ainvoke(
        [("system", _ASK), ("human", f"{fence('memory', told)}\n\n{film}")],
        max_tokens=1,
        logprobs=True,
        top_logprobs=10,
    )
    return abs(_expected(answer.response_metadata.get("logprobs") or {}) - case.rating)


def _expected(logprobs: Mapping[str, Sequence[Mapping[str, object]]]) -> float:
    """The mean of the stars, weighed by the probability of each digit."""
    first = next(iter(logprobs.get("content") or ()), {})
    chances = dict(_digits(first.get("top_logprobs") or ()))  # type: ignore[arg-type]
    total = sum(chances.values())
    return sum(stars * chance for stars, chance in chances.items()) / total if total else MIDDLE


def _digits(tokens: Iterable[Mapping[str, object]]) -> Iterable[tuple[float, float]]:
    for token in tokens:
        if (digit := str(token["token"]).strip()) in STARS:
            yield float(digit), exp(float(str(token["logprob"])))
