from __future__ import annotations

import pytest

from tailored.agent.learning.voice import voice

PASSIVE = "The samples were taken by two students, and the results were analysed in our laboratory."
ACTIVE = "Two students took the samples, and we analysed the results in our laboratory."


@pytest.mark.parametrize(("draft", "edited", "polarity"), [(PASSIVE, ACTIVE, "+"), (ACTIVE, PASSIVE, "-")])
def test_a_turned_verb_is_an_aspect(draft: str, edited: str, polarity: str) -> None:
    aspect = voice(draft, edited)

    assert aspect is not None
    assert (aspect.name, aspect.polarity) == ("voice", polarity)


@pytest.mark.parametrize(
    ("draft", "edited"),
    [
        ("The law was passed in May by the senate.", "The law was passed in June by the senate."),
        ("The office is close on mondays.", "The office is closed on Mondays."),
        ("The tower was built in 1612. Tea is at four.", "Tea is at four."),
        ("We are interested in birds.", "Birds interest us."),
    ],
    ids=["fact", "typo", "cut", "state"],
)
def test_passives_that_were_not_turned_are_none(draft: str, edited: str) -> None:
    assert voice(draft, edited) is None
