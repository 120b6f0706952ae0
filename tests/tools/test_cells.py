"""Near vectors among many, and what is known of all of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tailored.memory.embedders.base import Vectors
from tailored.tools.cells import Cells
from tailored.tools.errors import CatalogUnavailable
from tailored.tools.fusion import Moments


@pytest.fixture(scope="module")
def vectors() -> Vectors:
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((20, 16))
    made = centres[rng.integers(0, 20, 3000)] + 0.5 * rng.standard_normal((3000, 16))
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


def test_most_of_the_nearest_are_found(vectors: Vectors) -> None:
    cells = Cells.of(vectors)
    shares = []
    for query in vectors[:20]:
        nearest = set(np.argsort(-(vectors @ query))[:10].tolist())
        shares.append(len(nearest & set(cells.near(query, vectors, 50).tolist())) / 10)

    assert np.mean(shares) > 0.9


def test_moments_are_those_of_all_vectors(vectors: Vectors) -> None:
    exact, quick = Moments.of(vectors @ vectors[7]), Cells.of(vectors).moments(vectors[7])

    assert (quick.mean, quick.deviation) == pytest.approx((exact.mean, exact.deviation), abs=1e-4)


def test_more_than_there_are_gives_all(vectors: Vectors) -> None:
    assert len(set(Cells.of(vectors).near(vectors[0], vectors, 5000).tolist())) == 3000


def test_they_are_read_back(tmp_path: Path, vectors: Vectors) -> None:
    first = Cells.open(tmp_path / "cells.npz", vectors)
    again = Cells.open(tmp_path / "cells.npz", vectors[:1])  # the file counts

    assert np.array_equal(first.near(vectors[3], vectors, 5), again.near(vectors[3], vectors, 5))


def test_a_damaged_file_is_named(tmp_path: Path, vectors: Vectors) -> None:
    (tmp_path / "cells.npz").write_bytes(b"no cells")

    with pytest.raises(CatalogUnavailable, match="vectors"):
        Cells.open(tmp_path / "cells.npz", vectors)
