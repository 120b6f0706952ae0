"""The second stage of reading signs: what its chances decide, and what in the wording speaks against them."""

from __future__ import annotations

import numpy as np
import pytest

from tailored.agent.learning.verdict import LABELS, decide, inputs, judge, read, suits
from tailored.agent.learning.verdict_weights import MEANING, SPACE, WORDING, Fitted
from tailored.evals.feedback_training import fit
from tailored.memory.embedders.hashing import HashingEmbedder

PLEASED, DISPLEASED = (0.1, 0.8, 0.1), (0.1, 0.1, 0.8)
BARS = Fitted(with_cue=0.4, without_cue=0.6, step=1.0, pieces="", rest="")


@pytest.mark.parametrize(
    ("turn", "chances", "signal"),
    [
        ("It compiles!", PLEASED, "satisfied"),
        ("My kids adored the story.", PLEASED, "satisfied"),
        ("The rhyme is forced.", DISPLEASED, "dissatisfied"),
        ("Half the names are misspelled.", DISPLEASED, "dissatisfied"),
    ],
)
def test_a_sure_reading_is_a_sign(turn: str, chances: tuple[float, ...], signal: str) -> None:
    cue = decide(read(turn), chances, BARS)

    assert cue is not None
    assert (cue.signal, cue.kind) == (signal, "meant")


@pytest.mark.parametrize(
    ("turn", "chances"),
    [
        ("It compiles!", (0.45, 0.5, 0.05)),
        ("Good night!", PLEASED),
        ("No, just one.", DISPLEASED),
        ("Translate the letter.", DISPLEASED),
        ("Dear Mr. Abara, we are pleased to tell you that your claim was accepted in full.", PLEASED),
    ],
)
def test_what_is_unsure_or_a_greeting_or_a_new_task_is_none(turn: str, chances: tuple[float, ...]) -> None:
    assert decide(read(turn), chances, BARS) is None


def test_where_a_cue_says_the_same_less_is_enough() -> None:
    cue = decide(read("Thank you!"), (0.45, 0.5, 0.05), BARS)

    assert cue is not None
    assert cue.kind == "thanks"


def test_a_cue_that_the_model_does_not_believe_says_nothing() -> None:
    assert decide(read("Great, and how do I get there?"), (0.9, 0.08, 0.02), BARS) is None
    assert decide(read("Thank you!"), (0.7, 0.25, 0.05), BARS) is None


@pytest.mark.parametrize(
    ("turn", "signal"),
    [
        ("Thanks, that's perfect!", "satisfied"),
        ("That's wrong.", "dissatisfied"),
        ("What is the capital of France?", None),
        ("My boss hated the presentation.", None),
        ("", None),
        ("word " * 61, None),
    ],
)
def test_wording_alone_is_read_beside_another_embedder(turn: str, signal: str | None) -> None:
    cue = judge(turn, None)

    assert (cue.signal if cue else None) == signal


def test_thresholds_ask_for_more_where_no_cue_agrees() -> None:
    for fitted in (MEANING, WORDING):
        assert 0.25 <= fitted.with_cue <= fitted.without_cue < 1


def test_weights_are_for_one_space_of_vectors() -> None:
    assert suits(SPACE)
    assert not suits(HashingEmbedder().space)


def test_a_turn_is_read_from_its_vector() -> None:
    """Its kind does not depend on the vector's direction alone: opposite vectors cannot mean the same."""
    vector = np.random.default_rng(0).normal(size=384).astype(np.float32)
    vector /= np.linalg.norm(vector)
    signs = {judge("The rhyme is forced.", 8 * scale * vector) for scale in range(-3, 4)}

    assert len(signs) > 1


def test_marks_of_grammar_stand_beside_the_vector() -> None:
    vector = np.zeros(384, np.float32)

    assert inputs(read("Is it right?"), vector).shape == inputs(read("Wrong."), vector).shape
    assert (inputs(read("Is it right?"), vector) != inputs(read("Wrong."), vector)).any()


def test_fitting_tells_kinds_apart() -> None:
    labels = np.arange(60) % len(LABELS)
    rows = np.eye(len(LABELS))[labels]

    weights = fit(rows, labels)

    scores = rows @ weights[:, :-1].T + weights[:, -1]
    assert (scores.argmax(axis=1) == labels).all()
