"""Aspects that a model words beside the measured ones."""

from __future__ import annotations

import asyncio

from tailored.agent.models.scripted import ScriptedModel
from tailored.evals.aspect_pairs import Pair, read_pairs
from tailored.evals.remembered import RememberedModel
from tailored.evals.worded import learned_from

ACTIVE = '{"aspects": [{"dimension": "voice", "instruction": "Say who does what"}]}'


def learned(pair: Pair, *script: str) -> tuple[frozenset[tuple[str, str]], int]:
    inner = ScriptedModel(script=list(script))
    model = RememberedModel(inner=inner)
    found = asyncio.run(learned_from(model, pair))
    model.close()
    return found, len(inner.seen)


def first(kind: str) -> Pair:
    return next(pair for pair in read_pairs() if pair.kind == kind)


def test_what_code_cannot_measure_the_model_words() -> None:
    assert learned(first("active voice"), ACTIVE) == ({("voice", "+")}, 1)


def test_the_model_is_not_asked_about_a_corrected_name() -> None:
    assert learned(first("wrong name"), ACTIVE) == (frozenset(), 0)


def test_an_answer_outside_the_schema_adds_nothing() -> None:
    found, _ = learned(first("active voice"), "I think it is the voice.")

    assert found == frozenset()
