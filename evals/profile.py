"""Does one memory with the summary do the job of four memories, for less? (Richardson et al. 2023 on LaMP-3 and LaMP-2)

Films of MovieLens users: the rating of a film, told from past ratings of films like it, and a genre of the film that
is liked next, told from the films liked last. What stands in the prompt is read by a regression (no model, all
users), and with `--size N` by the configured chat model, too, on the ratings of N users; its answers are kept on
disk. The regression is fitted on the users with even numbers; all figures are of those with odd numbers, with a 95 %
interval of a paired bootstrap over users.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..prompts import TiktokenCounter
from .profile_cases import LIKED, Case, Told, cases, read, tell
from .report import Bar, Report

if TYPE_CHECKING:
    from ..agent.settings import Settings

__all__ = ["WAYS", "Way", "interval", "measure"]

Floats = NDArray[np.float64]
RIDGE = 1.0
ROUNDS = 1000
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What a prompt holds about the user."""

    memories: int
    summary: bool


WAYS: Mapping[str, Way] = {
    "nothing": Way(memories=0, summary=False),
    "1 memory": Way(memories=1, summary=False),
    "summary": Way(memories=0, summary=True),
    "1 memory + summary": Way(memories=1, summary=True),
    "4 memories": Way(memories=4, summary=False),
    "4 memories + summary": Way(memories=4, summary=True),
}
OURS, THEIRS = "1 memory + summary", "4 memories"


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """`data` is a MovieLens folder; `size` asks the chat model, too, about that many users."""
    films, histories = read(data)
    fitted = cases(films, histories, lambda user: user % 2 == 0)
    asked = cases(films, histories, lambda user: user % 2 == 1)
    stars, genres = _stars(fitted, asked), _next_genre(fitted, asked)
    tokens = _tokens(asked)
    figures: dict[str, Any] = {
        "users": len({case.user for case in asked}),
        "tokens about the user": tokens,
        "rating, mean error, stars": _means(stars),
        "genre of what is liked next, %": {name: 100 * mean for name, mean in _means(genres).items()},
        "ours less 4 memories": {
            "mean error, 95 %": _difference(asked, stars),
            "genre, 95 %": _difference(_likings(asked), genres),
        },
    }
    bars = _bars(figures, tokens)
    if size is not None:
        from .profile_model import ask_model

        answered, errors = ask_model(settings, asked, size, {name: WAYS[name] for name in (OURS, THEIRS)})
        difference = _difference(answered, errors)
        figures["chat model, rating"] = {
            "users": len({case.user for case in answered}),
            "mean error, stars": _means(errors),
            "ours less 4 memories, 95 %": difference,
        }
        bars = (*bars, Bar(name="chat model, rating: lower end of 95 %", value=difference["from"], most=0))
    return Report(title="one memory with the summary, against four memories", figures=figures, bars=bars)


def _bars(figures: Mapping[str, Any], tokens: Mapping[str, float]) -> tuple[Bar, ...]:
    ours = figures["ours less 4 memories"]
    return (
        Bar(name="rating, error less that of 4 memories", value=ours["mean error, 95 %"]["mean"], most=0, unit="stars"),
        Bar(name="genre, hits more than with 4 memories", value=ours["genre, 95 %"]["mean"], least=0),
        Bar(name="tokens, of those of 4 memories", value=100 * tokens[OURS] / tokens[THEIRS], most=50, unit="%"),
    )


def interval(of_users: Sequence[Floats]) -> dict[str, float]:
    """The mean of differences, and its 95 % interval when users are drawn with replacement."""
    dice = np.random.default_rng(SEED)
    totals, counts = np.array([of.sum() for of in of_users]), np.array([len(of) for of in of_users])
    drawn = dice.integers(0, len(totals), (ROUNDS, len(totals)))
    means = totals[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return {
        "mean": round(float(totals.sum() / counts.sum()), 4),
        "from": round(float(np.quantile(means, 0.025)), 4),
        "to": round(float(np.quantile(means, 0.975)), 4),
    }


def _difference(asked: Sequence[Case], found: Mapping[str, Floats]) -> dict[str, float]:
    users = np.array([case.user for case in asked])
    gap = found[OURS] - found[THEIRS]
    return interval([gap[users == user] for user in np.unique(users)])


def _means(found: Mapping[str, Floats]) -> dict[str, float]:
    return {name: round(float(values.mean()), 4) for name, values in found.items()}


def _tokens(asked: Sequence[Case]) -> dict[str, float]:
    counter = TiktokenCounter()
    return {
        name: float(
            np.mean([counter.count(tell(case, memories=way.memories, summary=way.summary)[0]) for case in asked])
        )
        for name, way in WAYS.items()
    }


def _stars(fitted: Sequence[Case], asked: Sequence[Case]) -> dict[str, Floats]:
    """For each way, how far each rating is from what a ridge regression on the prompt's content says."""
    wanted, truth = np.array([case.rating for case in fitted]), np.array([case.rating for case in asked])
    return {
        name: np.abs(_regressed(_table(fitted, way), wanted, _table(asked, way)) - truth) for name, way in WAYS.items()
    }


def _table(asked: Sequence[Case], way: Way) -> Floats:
    return np.array(
        [_signs(case, tell(case, memories=way.memories, summary=way.summary)[1]) for case in asked], np.float64
    )


def _signs(case: Case, told: Told) -> list[float]:
    """What the texts say about a film: its likeness to the memories and their ratings, the user's usual rating and
    what is said of the film's genres. 0 where they say nothing."""
    genres = frozenset(case.film.facets)
    near = [len(genres & of) / max(len(genres | of), 1) for of in told.genres]
    first = told.ratings[0] if told.ratings else 0.0
    usual = told.usual or 0.0
    better = [level - usual for genre, level in told.levels.items() if genre in genres]
    return [
        first,
        near[0] * first if near else 0.0,
        float(np.mean(told.ratings)) if told.ratings else 0.0,
        float(np.average(told.ratings, weights=np.array(near) + 0.05)) if told.ratings else 0.0,
        usual,
        told.lately or 0.0,
        float(usual > 0),
        float(np.mean(better)) if better else 0.0,
        float(len(better)),
    ]


def _regressed(known: Floats, wanted: Floats, asked: Floats) -> Floats:
    """Ridge regression with an intercept, on standardised columns."""
    middle, spread = known.mean(axis=0), known.std(axis=0) + 1e-9
    columns, usual = (known - middle) / spread, wanted.mean()
    weights = np.linalg.solve(columns.T @ columns + RIDGE * np.eye(columns.shape[1]), columns.T @ (wanted - usual))
    return np.asarray((asked - middle) / spread @ weights + usual, np.float64)


def _likings(asked: Sequence[Case]) -> list[Case]:
    return [case for case in asked if case.rating >= LIKED and case.film.facets]


def _next_genre(fitted: Sequence[Case], asked: Sequence[Case]) -> dict[str, Floats]:
    """For each way, whether the film that was liked has the genre that its prompt speaks for most."""
    known, wanted = _likings(fitted), _likings(asked)
    names = sorted({genre for case in known for genre in case.film.facets})
    has = np.array([[genre in case.film.facets for genre in names] for case in known], np.float64)
    found = {}
    for name, way in WAYS.items():
        scores = _regressed(_genre_table(known, names, has, way), has.ravel(), _genre_table(wanted, names, has, way))
        first = scores.reshape(len(wanted), len(names)).argmax(axis=1)
        hits = [names[at] in case.film.facets for at, case in zip(first, wanted, strict=True)]
        found[name] = np.array(hits, np.float64)
    return found


def _genre_table(asked: Sequence[Case], names: Sequence[str], has: Floats, way: Way) -> Floats:
    """What speaks for each genre, a row for each pair of case and genre; how common a genre is, is always known."""
    usual = has.mean(axis=0)
    rows: list[list[float]] = []
    sign: Callable[[Told, str], list[float]] = _genre_signs
    for case in asked:
        told = tell(case, memories=way.memories, summary=way.summary, recent=True)[1]
        rows += [[usual[at], *sign(told, genre)] for at, genre in enumerate(names)]
    return np.array(rows, np.float64)


def _genre_signs(told: Told, genre: str) -> list[float]:
    in_memories = [float(genre in of) for of in told.genres]
    return [
        in_memories[0] if in_memories else 0.0,
        float(np.mean(in_memories)) if in_memories else 0.0,
        told.levels.get(genre, told.usual or 0.0) - (told.usual or 0.0),
        float(genre in told.levels),
        float(genre in told.lately_likes),
        float(genre in told.lately_likes[:1]),
    ]
