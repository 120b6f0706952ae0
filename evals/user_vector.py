"""Does a user vector out of the whole history know more than one out of the best few, or than the plain mean?

MovieLens: each person's last five ratings are hidden; predicted is how far each lies from what the film and the person
usually get, as the mean of the person's other deviations, weighed by attention over films. Film vectors are the 20
strongest directions in which people's deviations agree (SVD of the training ratings). MAE, lower is better; the
difference between all and four with a 95 % interval of a paired bootstrap over people.

Source: the ablation of Persona-Plug (arXiv 2409.11901), without training.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..memory.user_vector import attended
from .errors import DataMissing
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["evaluate", "measure"]

HIDDEN = 5
DIRECTIONS = 20
DAMPING = 5.0
FEW = 4
ROUNDS = 1000
SEED = 7

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ratings:
    """Ratings in the order of people and time; arrays of the same length."""

    people: NDArray[np.int64]
    films: NDArray[np.int64]
    values: Floats
    hidden: NDArray[np.bool_]


def measure(settings: Settings, data: Path | None) -> Report:
    """MAE of each way of using the history. `data` is a MovieLens folder with `ratings.csv`."""
    if data is None or not (data / "ratings.csv").is_file():
        raise DataMissing(
            f"the user vector is measured on MovieLens: pass --data with a folder that holds ratings.csv, not {data}"
        )
    return evaluate(_read(data / "ratings.csv"))


def evaluate(ratings: _Ratings) -> Report:
    residuals = _residuals(ratings)
    films = _film_vectors(ratings, residuals)
    errors = {name: _errors(ratings, residuals, films, way) for name, way in _WAYS.items()}
    means = {name: float(np.concatenate(found).mean()) for name, found in errors.items()}
    low, high = _interval(errors["attention over all"], errors[f"attention over the best {FEW}"])
    difference = means["attention over all"] - means[f"attention over the best {FEW}"]
    return Report(
        title="how far hidden ratings are from what was predicted, in stars",
        figures={
            "people": len(errors["attention over all"]),
            "MAE": {name: round(value, 4) for name, value in means.items()},
            f"all less best {FEW}": {"difference": round(difference, 4), "from": round(low, 4), "to": round(high, 4)},
        },
        bars=(
            Bar(name=f"all less best {FEW}, upper end of 95 %", value=high, most=0, unit="stars"),
            Bar(
                name="all less mean of all",
                value=means["attention over all"] - means["mean of all"],
                most=-0.005,
                unit="stars",
            ),
        ),
    )


Way = Callable[[Floats, Floats, Floats], float]
_WAYS: dict[str, Way] = {
    "usual rating": lambda film, seen, worth: 0.0,
    "mean of all": lambda film, seen, worth: float(worth.mean()),
    "last 4": lambda film, seen, worth: float(worth[-FEW:].mean()),
    f"attention over the best {FEW}": lambda film, seen, worth: attended(film, seen, worth, top=FEW),
    "attention over all": attended,
}


def _read(path: Path) -> _Ratings:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            (int(row["userId"]), float(row["timestamp"]), int(row["movieId"]), float(row["rating"]))
            for row in csv.DictReader(file)
        ]
    rows.sort()
    people = np.unique([row[0] for row in rows], return_inverse=True)[1]
    films = np.unique([row[2] for row in rows], return_inverse=True)[1]
    left = np.r_[np.cumsum(np.bincount(people))[people] - np.arange(len(people))]
    return _Ratings(
        people=people, films=films, values=np.array([row[3] for row in rows], np.float32), hidden=left <= HIDDEN
    )


def _residuals(ratings: _Ratings) -> Floats:
    """What each rating deviates from what its film and its person usually give, learned from what is not hidden."""
    known = ~ratings.hidden
    middle = ratings.values[known].mean()
    rest = ratings.values - middle
    for groups in (ratings.films, ratings.people):
        n = groups.max() + 1
        sums = np.bincount(groups[known], rest[known], minlength=n)
        counts = np.bincount(groups[known], minlength=n)
        rest = rest - (sums / (counts + DAMPING))[groups]
    return np.asarray(rest, np.float32)


def _film_vectors(ratings: _Ratings, residuals: Floats) -> Floats:
    """Unit vectors of the films, shape (films, DIRECTIONS)."""
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
    from scipy.sparse.linalg import svds  # type: ignore[import-untyped]

    known = ~ratings.hidden
    shape = (int(ratings.films.max()) + 1, int(ratings.people.max()) + 1)
    # Films that the same people watched and judged alike: that they watched counts beside how they judged.
    table = csr_matrix((1.0 + residuals[known], (ratings.films[known], ratings.people[known])), shape=shape)
    left, strengths, _ = svds(table, k=min(DIRECTIONS, min(shape) - 1), random_state=SEED)
    vectors = left * strengths
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def _errors(ratings: _Ratings, residuals: Floats, films: Floats, way: Way) -> list[Floats]:
    """Absolute errors of each person's hidden ratings."""
    errors = []
    for person in range(int(ratings.people.max()) + 1):
        own = ratings.people == person
        seen, hidden = np.flatnonzero(own & ~ratings.hidden), np.flatnonzero(own & ratings.hidden)
        if len(seen):
            history, worth = films[ratings.films[seen]], residuals[seen]
            guesses = [way(films[ratings.films[at]], history, worth) for at in hidden]
            errors.append(np.abs(residuals[hidden] - np.array(guesses, np.float32)))
    return errors


def _interval(some: list[Floats], others: list[Floats]) -> tuple[float, float]:
    """95 % interval of the difference of the means, people drawn with replacement."""
    dice = np.random.default_rng(SEED)
    totals = np.array([float(a.sum() - b.sum()) for a, b in zip(some, others, strict=True)])
    counts = np.array([len(a) for a in some])
    drawn = dice.integers(0, len(totals), (ROUNDS, len(totals)))
    means = totals[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))
