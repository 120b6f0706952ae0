from __future__ import annotations

import numpy as np
import pytest

from tailored.memory.user_vector import attended, attention, user_vector

HISTORY = np.array([[1, 0, 0], [0.8, 0.6, 0], [0, 1, 0], [0, 0, 1]], np.float32)
AT_HAND = np.array([1, 0, 0], np.float32)


def test_weights_sum_to_one_and_follow_likeness() -> None:
    weights = attention(AT_HAND, HISTORY)

    assert weights.sum() == pytest.approx(1)
    assert list(np.argsort(-weights)[:2]) == [0, 1]


def test_all_of_the_history_counts_unless_only_the_best_are_wanted() -> None:
    assert (attention(AT_HAND, HISTORY, temperature=0.3) > 0).all()
    assert (attention(AT_HAND, HISTORY, temperature=0.3, top=2) > 0).sum() == 2


def test_a_high_temperature_is_the_mean() -> None:
    assert np.allclose(attention(AT_HAND, HISTORY, temperature=1e6), 0.25, atol=1e-3)


def test_the_vector_leans_towards_the_thing_at_hand() -> None:
    vector = user_vector(AT_HAND, HISTORY)

    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert vector @ AT_HAND > HISTORY.mean(axis=0) @ AT_HAND


def test_values_are_weighed_by_likeness() -> None:
    worth = np.array([1, 1, -1, -1], np.float32)

    assert attended(AT_HAND, HISTORY, worth) > 0.9


def test_without_a_history_there_is_nothing() -> None:
    none = np.zeros((0, 3), np.float32)

    assert attended(AT_HAND, none, np.zeros(0, np.float32)) == 0
    assert not user_vector(AT_HAND, none).any()


def test_a_temperature_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="0"):
        attention(AT_HAND, HISTORY, temperature=0)
