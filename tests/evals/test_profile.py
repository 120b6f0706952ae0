"""The benchmark of profiles, on a small made-up data set in MovieLens' form."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tailored.agent.settings import Settings
from tailored.evals.errors import DataMissing
from tailored.evals.profile import interval, measure
from tailored.evals.profile_cases import cases, read, tell

GENRES = ("Drama", "Sci-Fi", "Horror", "Comedy")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 people who each love one genre and dislike another."""
    folder, dice = tmp_path_factory.mktemp("movielens"), random.Random(1)
    films = [(number, dice.sample(GENRES, 2)) for number in range(80)]
    lines = [f'{number},"Film, The {number} (19{number % 90 + 10})",{"|".join(of)}' for number, of in films]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *lines]), encoding="utf-8")
    ratings = ["userId,movieId,rating,timestamp"]
    for user in range(24):
        loved, loathed = dice.sample(GENRES, 2)
        for at, (number, of) in enumerate(dice.sample(films, 20)):
            stars = 3.0 + 1.5 * (loved in of) - 1.5 * (loathed in of)
            ratings.append(f"{user},{number},{stars},{1_000_000 + 60 * at}")
    (folder / "ratings.csv").write_text("\n".join(ratings), encoding="utf-8")
    return folder


def test_what_a_prompt_says_is_read_back(folder: Path) -> None:
    case = next(case for case in cases(*read(folder), lambda user: True) if ":" in case.summary)

    text, told = tell(case, memories=2, summary=True)

    assert text.splitlines() == [*case.memories[:2], case.summary]
    assert len(told.ratings) == 2
    assert set(told.levels) <= set(GENRES)
    assert told.levels
    assert f"Rates {told.usual}, lately {told.lately}:" in text
    assert f"Lately likes {', '.join(told.lately_likes)}." in text


def test_nothing_of_the_hidden_ratings_is_told(folder: Path) -> None:
    films, histories = read(folder)
    for case in cases(films, histories, lambda user: user == 3):
        assert all(case.film.title not in line for line in (*case.memories, *case.recent))


def test_the_figures_of_each_way_are_there(folder: Path) -> None:
    report = measure(Settings(), folder)

    errors = report.figures["rating, mean error, stars"]
    assert errors["1 memory + summary"] < errors["nothing"]
    assert report.figures["tokens about the user"]["nothing"] == 0
    assert len(report.bars) == 3


def test_the_interval_holds_the_mean() -> None:
    found = interval([np.array([0.1, 0.3]), np.array([0.2]), np.array([-0.1, 0.5, 0.7])])

    assert found["from"] < found["mean"] < found["to"]


def test_another_folder_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"movies\.csv"):
        measure(Settings(), tmp_path)
