"""The OpenAI-compatible routes, used with the real `openai` client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata

from tests.serve.api.running import Running, repeating, running

WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def asking_for_weather(messages: list[Any]) -> AIMessage:
    if messages[-1].type == "tool":
        return AIMessage(content=f"It is {messages[-1].text}.")
    call = {"name": "weather", "args": {"city": "Porto"}, "id": "call-1", "type": "tool_call"}
    return AIMessage(content="", tool_calls=[call])


def counted(messages: list[Any]) -> AIMessage:
    usage = UsageMetadata(input_tokens=100, output_tokens=3, total_tokens=103, input_token_details={"cache_read": 80})
    return AIMessage(content="Hello there, Ada", usage_metadata=usage)


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, repeating(counted)) as served:
        yield served


def client(api: Running, key: str = "unused") -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{api.url}/v1", api_key=key, max_retries=0)


def test_a_completion(api: Running) -> None:
    with client(api) as ai:
        done = ai.chat.completions.create(model="tailored", messages=[{"role": "user", "content": "Hi"}], user="ada")

    assert done.choices[0].message.content == "Hello there, Ada"
    assert done.choices[0].finish_reason == "stop"
    assert done.usage is not None
    assert (done.usage.prompt_tokens, done.usage.completion_tokens, done.usage.total_tokens) == (100, 3, 103)
    assert done.usage.prompt_tokens_details is not None
    assert done.usage.prompt_tokens_details.cached_tokens == 80
    assert api.http.get("/v1/users/ada/stats").json()["counts"]["episode"] == 2


def test_a_streamed_completion(api: Running) -> None:
    with client(api) as ai:
        chunks = list(
            ai.chat.completions.create(
                model="tailored",
                messages=[{"role": "user", "content": "Hi"}],
                stream=True,
                stream_options={"include_usage": True},
            )
        )

    deltas = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(deltas) == "Hello there, Ada"
    assert len(deltas) > 3
    assert {chunk.id for chunk in chunks} == {chunks[0].id}
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage is not None
    assert chunks[-1].usage.total_tokens == 103


async def test_the_asynchronous_client(api: Running) -> None:
    async with openai.AsyncOpenAI(base_url=f"{api.url}/v1", api_key="unused") as ai:
        stream = await ai.chat.completions.create(
            model="tailored", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])

    assert text == "Hello there, Ada"


def test_the_reply_can_be_edited_by_the_id_it_brings(api: Running) -> None:
    with client(api) as ai:
        done = ai.chat.completions.create(
            model="tailored", messages=[{"role": "user", "content": "Write me a greeting"}], user="ada"
        )
    extension: Any = done.model_extra
    reply_id = extension["tailored"]["reply"]

    lesson = api.http.post(f"/v1/users/ada/replies/{reply_id}/edit", json={"text": "Hi!"})

    assert lesson.status_code == 200


def test_the_clients_history_is_the_conversation_and_only_the_last_message_is_learned(tmp_path: Path) -> None:
    model = repeating("Noted.")
    with running(tmp_path, model) as api, client(api) as ai:
        ai.chat.completions.create(
            model="tailored",
            messages=[
                {"role": "system", "content": "You speak like a pirate."},
                {"role": "user", "content": "I live in Lisbon"},
                {"role": "assistant", "content": "Arr."},
                {"role": "user", "content": "I live in Porto"},
            ],
        )
        facts = [fact.text for fact in api.assistant.user("me").facts]
        episodes = [memory.text for memory in api.assistant.user("me").memories if memory.kind == "episode"]

    [system, *said] = model.seen[0]
    assert system.text.startswith("You speak like a pirate.\n\nYou are Tailored")
    assert [message.text for message in said] == ["I live in Lisbon", "Arr.", "I live in Porto"]
    assert episodes == ["I live in Porto", "Noted."]
    assert len(facts) == 1
    assert "Porto" in facts[0]


def test_requests_of_one_conversation_are_one_thread(api: Running) -> None:
    with client(api) as ai:
        messages: list[Any] = [{"role": "user", "content": "Hi"}]
        first = ai.chat.completions.create(model="tailored", messages=messages)
        messages += [{"role": "assistant", "content": "Hello"}, {"role": "user", "content": "And now?"}]
        second = ai.chat.completions.create(model="tailored", messages=messages)
        other = ai.chat.completions.create(model="tailored", messages=[{"role": "user", "content": "Good day"}])

    threads = [(done.model_extra or {})["tailored"]["thread"] for done in (first, second, other)]
    assert threads[0] == threads[1] != threads[2]


def test_a_message_that_is_sent_again_after_a_failure_is_one_message(tmp_path: Path) -> None:
    with running(tmp_path, [RuntimeError("down"), "Back again."]) as api, client(api) as ai:
        with pytest.raises(openai.APIStatusError):
            ai.chat.completions.create(model="tailored", messages=[{"role": "user", "content": "I am Ada"}])
        ai.chat.completions.create(model="tailored", messages=[{"role": "user", "content": "I am Ada"}])

        episodes = [memory.text for memory in api.assistant.user("me").memories if memory.kind == "episode"]

    assert episodes == ["I am Ada", "Back again."]


def test_the_callers_tools_are_called_by_the_caller(tmp_path: Path) -> None:
    model = repeating(asking_for_weather)
    with running(tmp_path, model) as api, client(api) as ai:
        messages: list[Any] = [{"role": "user", "content": "How is the weather in Porto?"}]
        first = ai.chat.completions.create(model="tailored", messages=messages, tools=[WEATHER])
        calls = first.choices[0].message.tool_calls or []
        messages += [
            first.choices[0].message.model_dump(exclude_none=True),
            {"role": "tool", "tool_call_id": calls[0].id, "content": "sunny"},
        ]
        second = ai.chat.completions.create(model="tailored", messages=messages, tools=[WEATHER])
        episodes = [memory.text for memory in api.assistant.user("me").memories if memory.kind == "episode"]

    called: Any = calls[0]
    assert first.choices[0].finish_reason == "tool_calls"
    assert (called.function.name, json.loads(called.function.arguments)) == ("weather", {"city": "Porto"})
    assert second.choices[0].message.content == "It is sunny."
    assert episodes == ["How is the weather in Porto?", "It is sunny."]
    assert model.options[0]["tools"][0]["function"]["name"] == "weather"


def test_streamed_tool_calls(tmp_path: Path) -> None:
    with (
        running(tmp_path, repeating(asking_for_weather)) as api,
        client(api) as ai,
        ai.chat.completions.stream(
            model="tailored", messages=[{"role": "user", "content": "How is the weather in Porto?"}], tools=[WEATHER]
        ) as stream,
    ):
        done = stream.get_final_completion()

    assert done.choices[0].finish_reason == "tool_calls"
    assert [call.function.name for call in done.choices[0].message.tool_calls or []] == ["weather"]


def test_options_reach_the_model_and_cost_no_more_than_the_operator_allows(tmp_path: Path) -> None:
    model = repeating("Noted.")
    with running(tmp_path, model, chat={"max_tokens": 50}) as api, client(api) as ai:
        ai.chat.completions.create(
            model="tailored", messages=[{"role": "user", "content": "Hi"}], temperature=0.5, max_tokens=900, stop=["\n"]
        )

    assert (model.options[0]["temperature"], model.options[0]["max_tokens"]) == (0.5, 50)


def test_structured_output(tmp_path: Path) -> None:
    model = repeating('{"city": "Porto"}')
    with running(tmp_path, model) as api, client(api) as ai:
        schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        done = ai.chat.completions.create(
            model="tailored",
            messages=[{"role": "user", "content": "Where do I live?"}],
            response_format={"type": "json_schema", "json_schema": {"name": "place", "schema": schema}},
        )

    assert json.loads(done.choices[0].message.content or "") == {"city": "Porto"}
    assert model.options[0]["response_format"]["type"] == "json_schema"


def test_the_private_model_leaves_memory_out(api: Running) -> None:
    with client(api) as ai:
        ai.chat.completions.create(
            model="tailored-private", messages=[{"role": "user", "content": "I'm vegan"}], user="ada"
        )
        ai.chat.completions.create(
            model="tailored",
            messages=[{"role": "user", "content": "I'm ill"}],
            user="ada",
            extra_body={"private": True},
        )

    assert api.http.get("/v1/users/ada/stats").json()["counts"] == {}


def test_models(api: Running) -> None:
    with client(api) as ai:
        assert [model.id for model in ai.models.list()] == ["tailored", "tailored-private"]
        assert ai.models.retrieve("tailored").owned_by == "tailored"


def test_errors_are_the_clients_own(api: Running) -> None:
    with client(api) as ai:
        with pytest.raises(openai.NotFoundError, match="there is no model 'gpt-4o'"):
            ai.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
        with pytest.raises(openai.BadRequestError) as wrong:
            ai.chat.completions.create(model="tailored", messages=[{"role": "user", "content": "Hi"}], n=3)
        with pytest.raises(openai.BadRequestError, match="no message of the user"):
            ai.chat.completions.create(model="tailored", messages=[{"role": "system", "content": "Hi"}])

    assert wrong.value.param == "n"


def test_a_response(api: Running) -> None:
    with client(api) as ai:
        done = ai.responses.create(model="tailored", input="Hi", instructions="Be kind.", user="ada")

    assert done.output_text == "Hello there, Ada"
    assert done.status == "completed"
    assert done.usage is not None
    assert done.usage.input_tokens_details.cached_tokens == 80


def test_a_streamed_response(api: Running) -> None:
    with client(api) as ai, ai.responses.stream(model="tailored", input="Hi") as stream:
        events = list(stream)
        done = stream.get_final_response()

    assert [events[0].type, events[-1].type] == ["response.created", "response.completed"]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert done.output_text == "Hello there, Ada"


def test_a_response_goes_on_from_an_earlier_one(tmp_path: Path) -> None:
    model = repeating("Noted.")
    with running(tmp_path, model) as api, client(api) as ai:
        first = ai.responses.create(model="tailored", input="My cat is Tom")
        ai.responses.create(model="tailored", input="What is my cat called?", previous_response_id=first.id)

    assert [message.text for message in model.seen[1][1:3]] == ["My cat is Tom", "Noted."]
    assert model.seen[1][3].text.endswith("What is my cat called?")


def test_a_response_that_is_not_kept_cannot_be_gone_on_from(api: Running) -> None:
    with client(api) as ai, pytest.raises(openai.NotFoundError, match="is not kept"):
        ai.responses.create(model="tailored", input="And?", previous_response_id="resp_nothing")


def test_a_response_that_calls_the_callers_tool(tmp_path: Path) -> None:
    tool: Any = {"type": "function", "name": "weather", "parameters": WEATHER["function"]["parameters"]}
    with running(tmp_path, repeating(asking_for_weather)) as api, client(api) as ai:
        said: list[Any] = [{"role": "user", "content": "How is the weather in Porto?"}]
        first = ai.responses.create(model="tailored", input=said, tools=[tool])
        call: Any = first.output[0]
        said += [call.model_dump(), {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}]
        second = ai.responses.create(model="tailored", input=said, tools=[tool])

    assert (call.type, call.name, json.loads(call.arguments)) == ("function_call", "weather", {"city": "Porto"})
    assert second.output_text == "It is sunny."
