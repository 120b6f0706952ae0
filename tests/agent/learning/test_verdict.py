"""The second stage of reading signs: what its chances decide, and what in the wording speaks against them."""

from __future__ import annotations

import numpy as np
import pytest

from tailored.agent.learning.verdict import LABELS, decide, inputs, judge, suits
from tailored.agent.learning.verdict_weights import SPACE
from tailored.evals.feedback_training import fit
from tailored.memory.embedders.hashing import HashingEmbedder

PLEASED, DISPLEASED = (0.1, 0.8, 0.1), (0.1, 0.1, 0.8)


@pytest.mark.parametrize(
    ("turn", "chances", "signal"),
    [
        ("It compiles!", PLEASED, "satisfied"),
        ("My kids adored the story.", PLEASED, "satisfied"),
        ("The rhyme is forced.", DISPLEASED, "dissatisfied"),
        ("There are four typos in there.", DISPLEASED, "dissatisfied"),
    ],
)
def test_a_sure_reading_is_a_sign(turn: str, chances: tuple[float, ...], signal: str) -> None:
    cue = decide(turn, chances, 0.6)

    assert cue is not None
    assert (cue.signal, cue.kind) == (signal, "meant")


@pytest.mark.parametrize(
    ("turn", "chances"),
    [
        ("It compiles!", (0.45, 0.5, 0.05)),
        ("", PLEASED),
        ("Good night!", PLEASED),
        ("Would that be great for kids?", PLEASED),
        ("No, just one.", DISPLEASED),
        ("My old phone worked better.", DISPLEASED),
        ("I never liked maths at school.", DISPLEASED),
        ("Translate the letter.", DISPLEASED),
        ("word " * 41, DISPLEASED),
    ],
)
def test_what_is_unsure_or_about_something_else_is_none(turn: str, chances: tuple[float, ...]) -> None:
    assert decide(turn, chances, 0.6) is None


def test_weights_are_for_one_space_of_vectors() -> None:
    assert suits(SPACE)
    assert not suits(HashingEmbedder().space)


def test_a_turn_is_read_from_its_vector() -> None:
    """Its kind does not depend on the vector's direction alone: opposite vectors cannot mean the same."""
    vector = np.random.default_rng(0).normal(size=384).astype(np.float32)
    vector /= np.linalg.norm(vector)
    signs = {judge("The rhyme is forced.", 4 * scale * vector) for scale in range(-3, 4)}

    assert len(signs) > 1


def test_marks_of_grammar_stand_beside_the_vector() -> None:
    vector = np.zeros(384, np.float32)

    assert inputs("Is it right?", vector).shape == inputs("Wrong.", vector).shape
    assert (inputs("Is it right?", vector) != inputs("Wrong.", vector)).any()


def test_fitting_tells_kinds_apart() -> None:
    labels = np.arange(60) % len(LABELS)
    rows = np.eye(len(LABELS))[labels]

    weights = fit(rows, labels)

    scores = rows @ weights[:, :-1].T + weights[:, -1]
    assert (scores.argmax(axis=1) == labels).all()
