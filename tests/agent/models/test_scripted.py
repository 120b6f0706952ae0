from __future__ import annotations

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from tailored.agent.models.scripted import ScriptedModel


def test_lines_are_played_in_order() -> None:
    model = ScriptedModel(script=["one", AIMessage("two"), lambda messages: messages[-1].text.upper()])

    assert [model.invoke(text).text for text in ("a", "b", "c")] == ["one", "two", "C"]


def test_an_exception_in_the_script_is_raised() -> None:
    with pytest.raises(TimeoutError, match="too slow"):
        ScriptedModel(script=[TimeoutError("too slow")]).invoke("hello")


def test_a_call_beyond_the_script_is_an_error() -> None:
    with pytest.raises(IndexError, match="has 0 lines, this is call 1"):
        ScriptedModel(script=[]).invoke("hello")


def test_it_records_what_it_was_given() -> None:
    model = ScriptedModel(script=["yes"])

    model.bind(response_format={"type": "json_object"}).invoke([HumanMessage("hello")])

    assert model.seen == [[HumanMessage("hello")]]
    assert model.options == [{"response_format": {"type": "json_object"}}]


def test_text_is_streamed_word_by_word() -> None:
    chunks = [chunk.text for chunk in ScriptedModel(script=["one two  three"]).stream("go")]

    assert [text for text in chunks if text] == ["one ", "two  ", "three"]


def test_a_tool_call_survives_streaming() -> None:
    call = {"name": "search", "args": {"query": "tea"}, "id": "1", "type": "tool_call"}
    model = ScriptedModel(script=[AIMessage(content="", tool_calls=[call])])

    whole = None
    for chunk in model.stream("go"):
        whole = chunk if whole is None else whole + chunk

    assert whole is not None
    assert whole.tool_calls == [call]


def test_usage_counts_words() -> None:
    usage = ScriptedModel(script=["three words here"]).invoke("two words").usage_metadata

    assert usage == {"input_tokens": 2, "output_tokens": 3, "total_tokens": 5}


async def test_it_plays_asynchronously_too() -> None:
    async def collect(model: ScriptedModel) -> list[BaseMessage]:
        return [chunk async for chunk in model.astream("go")]

    assert "".join(chunk.text for chunk in await collect(ScriptedModel(script=["a b"]))) == "a b"
