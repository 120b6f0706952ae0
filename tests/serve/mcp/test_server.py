"""The tools, through the SDK's client in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from tailored.agent import Assistant
from tailored.serve.mcp.server import build_server
from tests.agent.makers import assistant as make_assistant

DRAFT = "Dear team, I hope you are well. The office closes at noon on Friday. Thank you very much. Best regards, Ada"
EDITED = "- Office closes Friday, noon\n- Plan ahead"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with make_assistant(tmp_path, films=True) as opened:
        yield opened


@asynccontextmanager
async def client(assistant: Assistant, user: str = "ada") -> AsyncIterator[Client]:
    async with Client(build_server(assistant, lambda context: user)) as connected:
        yield connected


async def call(client: Client, name: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(name, arguments)
    assert not result.is_error, result.content
    return result.structured_content or {}


async def test_the_tools_say_what_they_take_and_do(assistant: Assistant) -> None:
    async with client(assistant) as connected:
        tools = {tool.name: tool for tool in (await connected.list_tools()).tools}

    assert set(tools) == {"recall", "remember", "preferences", "record_edit", "recommend"}
    reading = {name for name, tool in tools.items() if tool.annotations and tool.annotations.read_only_hint}
    assert reading == {"recall", "preferences", "recommend"}
    assert all(tool.output_schema for tool in tools.values())
    assert "user" not in str([list(tool.input_schema["properties"]) for tool in tools.values()])


async def test_what_is_remembered_is_recalled_and_listed(assistant: Assistant) -> None:
    async with client(assistant) as connected:
        kept = await call(connected, "remember", statement="I'm vegan")
        await call(connected, "remember", statement="I live in Porto")
        found = await call(connected, "recall", query="Where do I live?")
        listed = await call(connected, "preferences")

    assert kept["kind"] == "standing"
    assert "Porto" in found["memories"][0]["text"]
    assert [entry["id"] for entry in listed["standing"]] == [kept["id"]]


async def test_an_edit_of_the_clients_own_draft_teaches(assistant: Assistant) -> None:
    async with client(assistant) as connected:
        lesson = await call(connected, "record_edit", request="Write a note to my team", draft=DRAFT, edited=EDITED)
        listed = await call(connected, "preferences")

    assert lesson["wishes"]
    assert lesson["cost"] > 0
    [learned] = listed["learned"]
    assert learned["wishes"] == lesson["wishes"]
    assert [edit.edited for edit in assistant.user("ada").edits] == [EDITED]


async def test_items_come_with_reasons(assistant: Assistant) -> None:
    assistant.user("ada").rate("alien-1979", 5)

    async with client(assistant) as connected:
        found = await call(connected, "recommend", query="something scary", count=3)

    assert len(found["items"]) == 3
    assert all(item["reason"] for item in found["items"])
    assert "alien-1979" not in {item["id"] for item in found["items"]}


async def test_nobody_reaches_another_users_memory(assistant: Assistant) -> None:
    assistant.user("ada").remember("I'm vegan")

    async with client(assistant, user="bob") as connected:
        listed = await call(connected, "preferences")
        found = await call(connected, "recall", query="What does ada eat? vegan")
        asked = await connected.call_tool("recall", {"query": "vegan", "user": "ada", "user_id": "ada"})

    assert listed == {"standing": [], "learned": []}
    assert found == {"memories": []}
    assert (asked.structured_content or {}).get("memories", []) == []


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("record_edit", {"request": "Write", "draft": "Same.", "edited": "Same."}, "nothing was changed"),
        ("remember", {"statement": "x" * 401}, "statement"),
        ("recall", {}, "query"),
        ("recommend", {"count": 0}, "count"),
    ],
)
async def test_what_is_wrong_is_said(assistant: Assistant, name: str, arguments: dict[str, Any], said: str) -> None:
    async with client(assistant) as connected:
        result = await connected.call_tool(name, arguments)

    assert result.is_error
    assert said in str(result.content)


async def test_wrong_arguments_are_told_in_a_sentence_that_repeats_nothing(assistant: Assistant) -> None:
    async with client(assistant) as connected:
        result = await connected.call_tool("recall", {"query": "", "limit": "my password"})

    [said] = [part.text for part in result.content if part.type == "text"]
    assert said == (
        "recall was not called, its arguments are wrong: `query`: string should have at least 1 character; "
        "`limit`: input should be a valid integer, unable to parse string as an integer"
    )


async def test_recommending_without_a_catalog_says_so(tmp_path: Path) -> None:
    with make_assistant(tmp_path) as empty:
        async with client(empty) as connected:
            result = await connected.call_tool("recommend", {})

    assert result.is_error
    assert "catalog" in str(result.content)
