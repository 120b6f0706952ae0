from __future__ import annotations

import pytest

from tailored.agent.learning.plainness import plainness

LEARNED = "Passengers are requested to refrain from consuming alimentary products for the duration of the journey."
PLAIN = "Please do not eat on the bus."


@pytest.mark.parametrize(
    ("draft", "edited", "polarity"),
    [
        (LEARNED, PLAIN, "+"),
        (PLAIN, LEARNED, "-"),
        ("The defendant shall be liable for negligent conduct.", "If you are careless you pay for it.", "+"),
    ],
)
def test_plainer_and_more_learned_words_are_told(draft: str, edited: str, polarity: str) -> None:
    aspect = plainness(draft, edited)

    assert aspect is not None
    assert (aspect.name, aspect.polarity) == ("wording", polarity)


@pytest.mark.parametrize(
    ("draft", "edited"),
    [
        (LEARNED, LEARNED.replace("journey", "performance")),
        ("The treaty was signed in Konstantinopel by Maximilian.", "The treaty was signed in Rome by Otto."),
        (f"{PLAIN} {LEARNED}", PLAIN),
    ],
    ids=["fact", "names", "cut"],
)
def test_words_that_changed_with_content_are_not(draft: str, edited: str) -> None:
    assert plainness(draft, edited) is None
