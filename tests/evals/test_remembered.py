"""Answers of a model that are kept on disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from langchain_core.exceptions import OutputParserException
from pydantic import BaseModel

from tailored.agent.models.scripted import ScriptedModel
from tailored.evals.remembered import RememberedModel


class Colour(BaseModel):
    colour: str


def test_what_was_asked_before_is_not_asked_again(tmp_path: Path) -> None:
    for _ in range(2):
        model = RememberedModel(inner=ScriptedModel(script=["Blue."]), path=tmp_path / "answers.sqlite")
        assert model.invoke("Which colour?").text == "Blue."
        model.close()

    again = RememberedModel(inner=ScriptedModel(script=[]), path=tmp_path / "answers.sqlite")
    assert asyncio.run(again.ainvoke("Which colour?")).text == "Blue."
    again.close()


def test_other_options_are_another_question() -> None:
    model = RememberedModel(inner=ScriptedModel(script=["Blue.", "B"]))

    assert model.invoke("Which colour?").text == "Blue."
    assert model.invoke("Which colour?", max_tokens=1).text == "B"
    model.close()


def test_a_question_is_the_same_on_the_next_day() -> None:
    inner = ScriptedModel(script=["Blue."])
    model = RememberedModel(inner=inner)

    for day in ("Saturday, 21 November 2026", "Sunday, 22 November 2026"):
        assert model.invoke(f"Today is {day}. Which colour?").text == "Blue."

    assert len(inner.seen) == 1
    model.close()


def test_two_models_do_not_share_answers(tmp_path: Path) -> None:
    for name in ("one", "other"):
        model = RememberedModel(
            inner=ScriptedModel(script=[f"I am {name}."]), path=tmp_path / "answers.sqlite", model_name=name
        )
        assert model.invoke("Who are you?").text == f"I am {name}."
        model.close()


def test_the_same_question_asked_twice_at_a_time_is_one_call() -> None:
    inner = ScriptedModel(script=["Blue."])
    model = RememberedModel(inner=inner)

    async def both() -> list[str]:
        answers = await asyncio.gather(model.ainvoke("Which colour?"), model.ainvoke("Which colour?"))
        return [answer.text for answer in answers]

    assert asyncio.run(both()) == ["Blue.", "Blue."]
    assert len(inner.seen) == 1
    model.close()


def test_an_answer_in_a_schema_is_read() -> None:
    model = RememberedModel(inner=ScriptedModel(script=['{"colour": "blue"}', "blue, I think"]))
    asked = model.with_structured_output(Colour)

    assert asked.invoke("Which colour?") == Colour(colour="blue")
    with pytest.raises(OutputParserException):
        asked.invoke("Which colour is it then?")
    model.close()
