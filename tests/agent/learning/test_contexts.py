from __future__ import annotations

import numpy as np
import pytest

from tailored.agent.learning.contexts import candidates_for
from tailored.memory.embedders.base import Vectors, middle

from .builders import BULLETS, a_preference


def unit(*values: float) -> Vectors:
    vector = np.array(values, dtype=np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def test_the_middle_is_a_unit_vector_between() -> None:
    assert middle(np.array([unit(1, 0), unit(0, 1)])) == pytest.approx(unit(1, 1))


def test_the_middle_of_opposites_is_the_last() -> None:
    assert middle(np.array([unit(1, 0), unit(-1, 0)])) == pytest.approx(unit(-1, 0))


def test_a_user_without_preferences_has_no_candidates() -> None:
    assert candidates_for(unit(1, 0), [], np.zeros((0, 2), dtype=np.float32), []) == []


def test_few_preferences_are_compared_as_they_are() -> None:
    preferences = [a_preference("a", BULLETS), a_preference("b", BULLETS)]

    found = candidates_for(unit(1, 0), preferences, np.array([unit(1, 0), unit(1, 1)]), [])

    assert [candidate.contrast for candidate in found] == [None, None]
    assert [candidate.similarity for candidate in found] == pytest.approx([1.0, 0.5**0.5])


def test_what_all_contexts_share_is_taken_away() -> None:
    preferences = [a_preference(name, BULLETS) for name in "abc"]
    vectors = np.array([unit(9, 1, 0, 0), unit(9, 0, 1, 0), unit(9, 0, 0, 1)])

    first, second, _ = candidates_for(unit(9, 2, 0.5, 0), preferences, vectors, [])

    assert first.similarity - second.similarity < 0.05
    assert first.nearness - second.nearness > 0.3


def test_among_preferences_of_one_kind_likeness_is_similarity() -> None:
    preferences = [a_preference(name, BULLETS) for name in "abc"]
    vectors = np.array([unit(9, 4, 0, 0), unit(9, 0, 4, 0), unit(9, 0, 0, 4)])

    found = candidates_for(unit(9, 1, 1, 1), preferences, vectors, [])

    assert [each.contrast for each in found] == [None] * 3
    assert all(each.nearness > 0.8 for each in found)
