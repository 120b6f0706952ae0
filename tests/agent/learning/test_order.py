from __future__ import annotations

import pytest

from tailored.agent.learning.order import order

REASONS = "The rent rises by a fifth, the roof leaks and half the desks stand empty."
LAST = f"{REASONS} We should therefore not renew the lease."
FIRST = f"We should not renew the lease. {REASONS}"


@pytest.mark.parametrize(
    ("draft", "edited", "polarity"),
    [
        (LAST, FIRST, "+"),
        (FIRST, LAST, "-"),
        (f"Dear Ms Roy,\n\n{LAST}\n\nBest regards,\nJo", f"Dear Ms Roy,\n\n{FIRST}\n\nBest regards,\nJo", "+"),
        ("We tested it for a week and found no fault. The lamp is safe.", "The lamp is safe: we found no fault.", "+"),
    ],
    ids=["conclusion first", "reasons first", "in a letter", "after a story"],
)
def test_a_conclusion_that_moved_is_an_aspect(draft: str, edited: str, polarity: str) -> None:
    aspect = order(draft, edited)

    assert aspect is not None
    assert (aspect.name, aspect.polarity) == ("order", polarity)


@pytest.mark.parametrize(
    ("draft", "edited"),
    [
        (
            "Doors open at seven. The concert starts at eight. Tickets cost ten euros.",
            "Tickets cost ten euros. Doors open at seven. The concert starts at eight.",
        ),
        (
            "The library opened in 1920. The theatre was built in 1954. The stadium was finished in 2001.",
            "The stadium was finished in 2001. The library opened in 1920. The theatre was built in 1954.",
        ),
        (LAST, "We should not renew the lease."),
        (LAST, LAST.replace("fifth", "quarter")),
    ],
    ids=["list", "parallel", "reasons cut", "fact"],
)
def test_sentences_that_changed_places_are_no_conclusion(draft: str, edited: str) -> None:
    assert order(draft, edited) is None
