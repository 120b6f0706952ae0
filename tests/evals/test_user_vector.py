from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tailored.agent.settings import Settings
from tailored.evals.errors import DataMissing
from tailored.evals.user_vector import measure


def test_two_tastes_are_told_by_the_whole_history(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    lines = ["userId,movieId,rating,timestamp"]
    for person in range(40):
        # Everybody loves one half of the films and dislikes the other.
        loved = person % 2
        for moment, film in enumerate(dice.permutation(40)[:30]):
            rating = (4.5 if film % 2 == loved else 1.5) + dice.choice([-0.5, 0, 0.5])
            lines.append(f"{person},{film},{rating},{moment}")
    (tmp_path / "ratings.csv").write_text("\n".join(lines), "utf-8")

    found = measure(Settings(), tmp_path).figures["MAE"]

    assert found["attention over all"] < found["mean of all"] - 0.3


def test_data_is_needed(tmp_path: Path) -> None:
    with pytest.raises(DataMissing, match=r"ratings\.csv"):
        measure(Settings(), tmp_path)
