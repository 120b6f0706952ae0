"""Aspects that a model words beside the measured ones."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tailored.agent.models.scripted import ScriptedModel
from tailored.evals.aspect_pairs import Pair, fresh
from tailored.evals.remembered import RememberedModel
from tailored.evals.worded import learned_from

ACTIVE = '{"aspects": [{"dimension": "voice", "instruction": "Say who does what"}]}'


def learned(pair: Pair, *script: str) -> tuple[frozenset[tuple[str, str]], int]:
    inner = ScriptedModel(script=list(script))
    model = RememberedModel(inner=inner)
    found = asyncio.run(learned_from(model, pair))
    model.close()
    return found, len(inner.seen)


SUSPENSE = Pair(
    kind="suspense",
    half="seen",
    expected=frozenset({("voice", "+")}),
    draft="The envelope held a key to the old boathouse, which grandfather had sold years ago.",
    edited="A key. Small, rusty, warm from her hand. And the boathouse? Gone, so grandfather always said.",
)
WRONG_NAME = Pair(
    kind="wrong name",
    half="seen",
    expected=frozenset(),
    draft="Please send the form to Anna Schmidt in room 14.",
    edited="Please send the form to Hanna Schmitt in room 14.",
)


def test_what_code_does_not_find_the_model_words() -> None:
    found, asked = learned(SUSPENSE, ACTIVE)

    assert ("voice", "+") in found
    assert asked == 1


def test_the_model_is_not_asked_about_a_corrected_name() -> None:
    assert learned(WRONG_NAME, ACTIVE) == (frozenset(), 0)


def test_the_model_is_not_asked_where_code_found_it() -> None:
    found, asked = learned(replace(SUSPENSE, expected=frozenset({("questions", "+")})), ACTIVE)

    assert ("questions", "+") in found
    assert asked == 0


def test_an_answer_outside_the_schema_adds_nothing() -> None:
    found, _ = learned(SUSPENSE, "I think it is the voice.")

    assert ("voice", "+") not in found


def test_the_bars_are_on_pairs_written_by_somebody_else() -> None:
    late2 = replace(SUSPENSE, half="late2")

    assert fresh([SUSPENSE, late2, replace(SUSPENSE, half="held")]) == [late2]
    assert fresh([SUSPENSE, replace(SUSPENSE, half="held")]) == [replace(SUSPENSE, half="held")]
