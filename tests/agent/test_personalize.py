"""The middleware on somebody else's LangChain agent."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage

from tailored import Personalize
from tailored.agent.errors import ConfigError
from tailored.agent.models.scripted import ScriptedModel
from tailored.memory import Episode, StandingPreference
from tests.memory.makers import START, memory


@dataclass(frozen=True)
class Context:
    user_id: str


def vegan(user_id: str) -> StandingPreference:
    return StandingPreference(id="s1", user_id=user_id, created=START, source="user", statement="The user is vegan.")


def test_an_agent_becomes_personal_and_the_turn_is_remembered() -> None:
    memories, model = memory(), ScriptedModel(script=["Tofu.", "Tofu again."])
    memories.remember("ada", [vegan("ada")])
    agent = create_agent(
        model, [], system_prompt="You cook.", middleware=[Personalize(memories)], context_schema=Context
    )

    agent.invoke({"messages": [HumanMessage("What should I cook tonight?")]}, context=Context(user_id="ada"))
    asyncio.run(agent.ainvoke({"messages": [HumanMessage("What should I cook now?")]}, context=Context(user_id="ada")))

    system = model.seen[0][0].text
    assert system.startswith("You cook.")
    assert "The user is vegan." in system
    assert [turn.content for turn in memories.thread("ada", "main")] == [
        "What should I cook tonight?", "Tofu.", "What should I cook now?", "Tofu again.",
    ]  # fmt: skip
    assert memories.records("bob", Episode) == []


def test_what_was_sent_does_not_change_the_callers_messages() -> None:
    memories = memory()
    memories.remember("ada", [vegan("ada")])
    agent = create_agent(
        ScriptedModel(script=["Ok."]), [], middleware=[Personalize(memories, remember=False)], context_schema=Context
    )

    result = agent.invoke({"messages": [HumanMessage("Cook something vegan")]}, context=Context(user_id="ada"))

    assert [message.text for message in result["messages"]] == ["Cook something vegan", "Ok."]
    assert memories.records("ada", Episode) == []


def test_an_agent_without_a_user_is_refused() -> None:
    agent = create_agent(ScriptedModel(script=["Ok."]), [], middleware=[Personalize(memory())])

    with pytest.raises(ConfigError, match="user_id"):
        agent.invoke({"messages": [HumanMessage("Hi")]})


def test_an_image_stays_beside_the_text() -> None:
    model = ScriptedModel(script=["A cat."])
    agent = create_agent(model, [], middleware=[Personalize(memory())], context_schema=Context)
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}

    agent.invoke(
        {"messages": [HumanMessage([{"type": "text", "text": "What is on this picture?"}, image])]},
        context=Context(user_id="ada"),
    )

    assert image in model.seen[0][-1].content
    assert model.seen[0][-1].text == "What is on this picture?"
