"""Plan, act, conclude: whatever a model does with its tools, a turn ends with an answer (KwaiAgents' cases, scripted)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import tool

from tailored.agent import Assistant, Reply
from tailored.agent.models.constrained import ConstrainedToolModel
from tailored.agent.settings import Settings
from tailored.memory.embedders.hashing import HashingEmbedder
from tailored.memory.ram import InMemoryStore
from tailored.tools import import_catalog
from tests.agent.makers import FILMS, calling, scripted

QUESTION = "Do you remember what I told you about my sister, and is there a film for her?"


@tool
def weather(city: str) -> str:
    """The weather in a city today."""
    return f"{city}: rain, 12 degrees"


@tool
def broken(word: str) -> str:
    """Looks a word up."""
    raise RuntimeError("database password is hunter2")


def chat(folder: Path, script: Any, text: str, *, constrained: bool = False, **limits: int) -> tuple[Reply, Any]:
    model = scripted(*script)
    import_catalog(FILMS, folder / "catalog")
    with Assistant.open(
        settings=Settings(data_dir=folder, learning={"use_model": False}, limits=limits),  # type: ignore[arg-type]
        model=ConstrainedToolModel(inner=model) if constrained else model,
        embedder=HashingEmbedder(),
        store=InMemoryStore(),
        tools=[weather, broken],
    ) as tailored:
        return tailored.chat("ada", text), model


def step(name: str, **arguments: Any) -> str:
    return json.dumps({"tool": name, "arguments": arguments})


def test_a_question_over_several_tools_is_answered_after_each_was_asked(tmp_path: Path) -> None:
    script = [calling("weather", city="Porto"), calling("weather", city="Lisbon"), "Rain in both."]

    reply, model = chat(tmp_path, script, "Is it going to rain in Porto and in Lisbon?")

    assert reply.text == "Rain in both."
    assert [used.arguments["city"] for used in reply.trace.tools] == ["Porto", "Lisbon"]
    assert "Lisbon: rain" in model.seen[-1][-1].text


def test_the_date_is_known_to_whoever_plans(tmp_path: Path) -> None:
    _, model = chat(tmp_path, ["It is."], "Is the shop open today?")

    assert "Today is " in model.seen[0][0].text


def test_a_repeated_call_is_refused_and_the_turn_concludes(tmp_path: Path) -> None:
    script = [calling("weather", city="Porto"), calling("weather", city="Porto"), "Rain."]

    reply, model = chat(tmp_path, script, "How is the weather in Porto?")

    assert [used.ok for used in reply.trace.tools] == [True, False]
    assert "use its result" in model.seen[-1][-1].text
    assert reply.text == "Rain."


def test_an_unknown_tool_and_one_that_fails_do_not_end_the_turn(tmp_path: Path) -> None:
    script = [calling("teleport", where="Rome"), calling("broken", word="x"), "I could not look that up."]

    reply, model = chat(tmp_path, script, "Look up this word for me: x")

    assert reply.text == "I could not look that up."
    assert "hunter2" not in str(model.seen), "what an exception says is not for the model"


def test_a_model_that_never_concludes_is_made_to(tmp_path: Path) -> None:
    script = [*(calling("weather", city=city) for city in ("A", "B", "C")), "Enough."]

    reply, model = chat(tmp_path, script, "How is the weather everywhere?", model_calls=4)

    assert reply.text == "Enough."
    assert not model.options[-1].get("tools")


@pytest.mark.parametrize(
    "said",
    [
        "Sure, I will call it: " + step("weather", city="Porto"),
        f"```json\n{step('weather', city='Porto')}\n```",
        step("weather", city="Porto") + "\nThat is my next step.",
    ],
)
def test_json_with_something_around_it_is_mended(tmp_path: Path, said: str) -> None:
    reply, model = chat(tmp_path, [said, '{"tool": "answer"}', "Rain."], "Weather in Porto?", constrained=True)

    assert reply.text == "Rain."
    assert reply.trace.tools[0].arguments == {"city": "Porto"}
    assert len(model.seen) == 3, "nothing had to be asked again"


def test_json_that_is_cut_short_is_asked_for_again_and_not_completed(tmp_path: Path) -> None:
    script = [
        '{"tool": "weather", "arguments": {"city": "Por',
        step("weather", city="Porto"),
        '{"tool": "answer"}',
        "Rain.",
    ]

    reply, _ = chat(tmp_path, script, "Weather in Porto?", constrained=True)

    assert [used.arguments for used in reply.trace.tools] == [{"city": "Porto"}]


def test_two_steps_without_sense_lead_to_an_answer_without_tools(tmp_path: Path) -> None:
    reply, _ = chat(tmp_path, ["no idea", "still none", "I cannot tell."], "Weather in Porto?", constrained=True)

    assert reply.text == "I cannot tell."
    assert not reply.trace.tools


def test_what_the_user_says_now_outranks_what_a_tool_is_asked_for(tmp_path: Path) -> None:
    script = [calling("recommend", query="war", include={"genres": ["war"]}, exclude={"genres": ["comedy"]}), "Here."]

    reply, _ = chat(tmp_path, script, "Recommend me five films, only comedies and no war")

    assert len(reply.trace.items) == 5
    assert all("comedy" in item.labels and "war" not in item.labels for item in reply.trace.items)
