"""Under somebody's checkpointer: what was recalled is in no checkpoint, and a turn can go on from one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import tool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command

from tailored import Personalize
from tailored.agent.models.scripted import ScriptedModel
from tailored.memory import Memory, StandingPreference
from tests.agent.makers import calling
from tests.memory.makers import START, memory

SECRET = "The user is allergic to walnuts."
THREAD: RunnableConfig = {"configurable": {"thread_id": "1"}}


@dataclass(frozen=True)
class Context:
    user_id: str


@tool
def send(text: str) -> str:
    """Send a message."""
    return f"sent {text}"


def memory_of_ada() -> Memory:
    memories = memory()
    memories.remember(
        "ada", [StandingPreference(id="s1", user_id="ada", created=START, source="user", statement=SECRET)]
    )
    return memories


@pytest.fixture(params=["ram", "sqlite"])
def saver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BaseCheckpointSaver[str]]:
    if request.param == "ram":
        yield InMemorySaver()
    else:
        with SqliteSaver.from_conn_string(str(tmp_path / "checkpoints.sqlite3")) as opened:
            yield opened


def everything_in(saver: BaseCheckpointSaver[str]) -> str:
    return "".join(str(found) for found in saver.list(THREAD))


def test_nothing_recalled_is_in_a_checkpoint(saver: BaseCheckpointSaver[str]) -> None:
    model = ScriptedModel(script=["Bread."])
    agent = create_agent(
        model, [], middleware=[Personalize(memory_of_ada())], context_schema=Context, checkpointer=saver
    )

    agent.invoke({"messages": [HumanMessage("What can I bake?")]}, THREAD, context=Context(user_id="ada"))

    assert SECRET in model.seen[0][0].text
    assert "What can I bake?" in everything_in(saver)
    assert SECRET not in everything_in(saver)


def test_no_byte_of_it_is_in_the_checkpoint_file(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints.sqlite3"
    with SqliteSaver.from_conn_string(str(path)) as saver:
        agent = create_agent(
            ScriptedModel(script=["Bread."]),
            [],
            middleware=[Personalize(memory_of_ada())],
            context_schema=Context,
            checkpointer=saver,
        )
        agent.invoke({"messages": [HumanMessage("What can I bake?")]}, THREAD, context=Context(user_id="ada"))

    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"What can I bake?" in stored
    assert b"walnuts" not in stored


def test_a_turn_that_goes_on_from_a_checkpoint_recalls_again(saver: BaseCheckpointSaver[str]) -> None:
    model = ScriptedModel(script=[calling("send", text="hello"), "Done."])
    agent = create_agent(
        model,
        [send],
        middleware=[Personalize(memory_of_ada()), HumanInTheLoopMiddleware(interrupt_on={"send": True})],
        context_schema=Context,
        checkpointer=saver,
    )
    context = Context(user_id="ada")
    agent.invoke({"messages": [HumanMessage("Send hello to Bob")]}, THREAD, context=context)

    result = agent.invoke(Command(resume={"decisions": [{"type": "approve"}]}), THREAD, context=context)

    assert result["messages"][-1].text == "Done."
    assert SECRET in model.seen[1][0].text
    assert SECRET not in everything_in(saver)
