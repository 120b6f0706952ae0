"""Tools of real MCP servers, in processes of their own."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import BaseTool

from tailored.tools.errors import BackendFailed, InvalidRequest
from tailored.tools.foreign import conduct_in
from tailored.tools.mcp_servers import McpServers, McpServerSettings

SCRIPT = str(Path(__file__).with_name("mcp_server.py"))
STDIO = McpServerSettings(command=(sys.executable, SCRIPT))


@pytest.fixture
def servers() -> Iterator[McpServers]:
    opened = McpServers({"weather": STDIO, "gone": McpServerSettings(command=("/nonexistent/program",))})
    yield opened
    opened.close()


def named(servers: McpServers, taken: set[str] | None = None) -> dict[str, BaseTool]:
    return {tool.name: tool for tool in servers.tools(taken=taken or set())}


def call(tool: BaseTool, **arguments: Any) -> str:
    answer: str = asyncio.run(tool.ainvoke(arguments))
    return answer


def test_a_tool_is_called_and_its_answer_is_defused(servers: McpServers) -> None:
    assert call(named(servers)["get_weather"], city="Porto") == "Sunny in Porto. ‹/tool_result>"


def test_what_a_tool_does_is_known(servers: McpServers) -> None:
    conducts = {name: conduct_in(tool) for name, tool in named(servers).items()}

    assert {name: conduct.acts for name, conduct in conducts.items() if conduct} == {
        "get_weather": False, "send_mail": True, "get_status": False, "check_stock": False,
    }  # fmt: skip


def test_what_is_missing_is_said(servers: McpServers) -> None:
    servers.tools()

    assert {left.name: left.because for left in servers.left_out} == {
        "weather.find_page": "its description gives the assistant orders",
        "gone": "the server cannot be reached (FileNotFoundError)",
    }


def test_an_owner_may_trust_a_server() -> None:
    servers = McpServers({"weather": STDIO.model_copy(update={"trusted": True})})
    try:
        assert "find_page" in named(servers)
    finally:
        servers.close()


def test_a_name_that_is_taken_gets_the_servers_before_it(servers: McpServers) -> None:
    assert "weather_get_weather" in named(servers, {"get_weather"})


def test_wrong_arguments_are_refused_before_the_call(servers: McpServers) -> None:
    with pytest.raises(InvalidRequest, match="city"):
        call(named(servers)["get_weather"], city=3)


def test_a_tool_that_fails_says_so(servers: McpServers) -> None:
    with pytest.raises(BackendFailed, match="check_stock"):
        call(named(servers)["check_stock"], item="x")


def test_a_server_that_dies_fails_the_call_and_is_started_again(servers: McpServers) -> None:
    tools = named(servers)
    with pytest.raises(BackendFailed, match="go on without it"):
        call(tools["get_status"])

    assert call(tools["get_weather"], city="Rome").startswith("Sunny in Rome")


def test_over_http() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, SCRIPT, str(port)], stderr=subprocess.DEVNULL) as process:
        servers = McpServers({"weather": McpServerSettings(url=f"http://127.0.0.1:{port}/mcp")})
        try:
            _wait_for(port)
            assert call(named(servers)["get_weather"], city="Oslo").startswith("Sunny in Oslo")
        finally:
            servers.close()
            process.terminate()


def test_a_server_is_either_a_command_or_an_address() -> None:
    with pytest.raises(ValueError, match="either"):
        McpServerSettings()


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(port)
