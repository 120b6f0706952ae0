"""Tools of MCP servers (stdio or streamable HTTP) as tools of the agent.

Each server is spoken to by a task of its own in one background event loop, so that calls may come from any loop or
thread. A server that cannot be reached, or dies, costs its own tools only: the call fails with a message for the model,
and the next call tries to reach the server again.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from ..prompts.fence import defuse
from .errors import BackendFailed, InvalidRequest
from .foreign import CONDUCT, clean, gives_orders, tool_name
from .policy import conduct_of

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal
    from langchain_core.tools import BaseTool
    from mcp import Client
    from mcp.types import CallToolResult, Tool

__all__ = ["LeftOut", "McpServerSettings", "McpServers"]

log = logging.getLogger(__name__)

MAX_ANSWER = 4000
"""Characters of a tool's answer that a model gets to see."""
CONNECT_S = 20.0


class McpServerSettings(BaseModel):
    """One server: a command that speaks MCP on its standard input and output, or the address of one over HTTP."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    command: tuple[str, ...] = ()
    """Program and arguments that start the server; this or `url`."""
    env: Mapping[str, SecretStr] = Field(default_factory=dict)
    """Environment variables that the program gets besides the usual ones."""
    url: str | None = None
    """Address of a server that runs already; this or `command`."""
    token: SecretStr | None = None
    """Sent as `Authorization: Bearer …`."""
    timeout_s: float = Field(default=30.0, gt=0)
    """How long one call may take, in seconds."""
    trusted: bool = False
    """Offer tools although their descriptions give the assistant orders."""

    @model_validator(mode="after")
    def _one_way(self) -> McpServerSettings:
        if bool(self.command) == bool(self.url):
            raise ValueError("give either `command` or `url`")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A server or a tool that is not offered, and why."""

    name: str
    because: str


@dataclass(slots=True)
class _Server:
    name: str
    settings: McpServerSettings
    client: Client | None = None
    ended: Future[Any] | None = None
    stop: asyncio.Event | None = None
    tools: list[Tool] = field(default_factory=list)


class McpServers:
    """The servers of the settings. Nothing is started before `tools` is called; `close` ends them."""

    def __init__(self, settings: Mapping[str, McpServerSettings]) -> None:
        self._servers = {name: _Server(name, server) for name, server in settings.items()}
        self._opened = ExitStack()
        self._portal: BlockingPortal | None = None
        self.left_out: tuple[LeftOut, ...] = ()

    def tools(self, *, taken: Iterable[str] = ()) -> list[BaseTool]:
        """The tools of all servers that answer; `left_out` says what is missing. Blocks for at most CONNECT_S a server."""
        names = set(taken)
        missing: list[LeftOut] = []
        found: list[BaseTool] = []
        for server in self._servers.values():
            try:
                self._connect(server)
            except Exception as error:  # whatever a foreign program does, the others are there
                log.warning("MCP server %s cannot be used: %s", server.name, type(error).__name__)
                missing.append(LeftOut(name=server.name, because=f"the server cannot be reached ({_root(error)})"))
                continue
            for tool in server.tools:
                if gives_orders(f"{tool.description} {json.dumps(tool.input_schema)}") and not server.settings.trusted:
                    missing.append(
                        LeftOut(name=f"{server.name}.{tool.name}", because="its description gives the assistant orders")
                    )
                    continue
                name = tool_name(tool.name, names, server.name)
                names.add(name)
                found.append(self._wrapped(server, tool, name))
        self.left_out = tuple(missing)
        return found

    def close(self) -> None:
        """End all servers. A second call does nothing."""
        for server in self._servers.values():
            self._leave(server)
        self._opened.close()
        self._portal = None

    def _wrapped(self, server: _Server, tool: Tool, name: str) -> BaseTool:
        from langchain_core.tools import StructuredTool

        async def call(**arguments: Any) -> str:
            return await asyncio.to_thread(self._call, server, tool, arguments)

        hints = tool.annotations
        return StructuredTool(
            name=name,
            description=clean(tool.description or tool.title or tool.name),
            args_schema=_plain_schema(tool.input_schema),
            coroutine=call,
            metadata={CONDUCT: conduct_of(name, f"mcp:{server.name}", reads=hints.read_only_hint if hints else None)},
        )

    def _call(self, server: _Server, tool: Tool, arguments: Mapping[str, Any]) -> str:
        _check(tool, arguments)
        try:
            self._connect(server)
            portal, client = self._portal, server.client
            if portal is None or client is None:
                raise ConnectionError("closed")
            result = portal.call(_called, client, tool.name, dict(arguments), server.settings.timeout_s)
        except Exception as error:  # a foreign program: whatever it does is an answer to the model
            self._leave(server)
            raise BackendFailed(
                f"MCP server {server.name!r} failed in {tool.name!r} ({_root(error)}): go on without it and say what is missing"
            ) from error
        return _text(server, tool, result)

    def _connect(self, server: _Server) -> None:
        if server.client is not None and server.ended is not None and not server.ended.done():
            return
        if self._portal is None:
            from anyio.from_thread import start_blocking_portal

            self._portal = self._opened.enter_context(start_blocking_portal(name="tailored-mcp"))
        server.ended, server.client = self._portal.start_task(_speak, server, name=f"mcp:{server.name}")

    def _leave(self, server: _Server) -> None:
        portal, stop, ended = self._portal, server.stop, server.ended
        server.client = server.stop = server.ended = None
        if portal is None or stop is None or ended is None:
            return
        portal.call(stop.set)
        try:
            ended.result(timeout=CONNECT_S)
        except Exception as error:
            log.info("MCP server %s ended badly: %s", server.name, type(error).__name__)


async def _speak(server: _Server, *, task_status: Any) -> None:
    """Hold the connection until it is to end."""
    from anyio import fail_after
    from mcp import Client

    server.stop = asyncio.Event()
    async with _transport(server.settings) as transport, Client(transport, mode="auto") as client:
        with fail_after(CONNECT_S):
            server.tools = await _listed(client)
        task_status.started(client)
        await server.stop.wait()


@asynccontextmanager
async def _transport(settings: McpServerSettings) -> AsyncGenerator[Any]:
    if settings.command:
        from mcp import StdioServerParameters
        from mcp.client.stdio import get_default_environment

        secrets = {name: value.get_secret_value() for name, value in settings.env.items()}
        yield StdioServerParameters(
            command=settings.command[0], args=list(settings.command[1:]), env={**get_default_environment(), **secrets}
        )
        return
    import httpx2
    from mcp.client.streamable_http import streamable_http_client

    headers = {"Authorization": f"Bearer {settings.token.get_secret_value()}"} if settings.token else {}
    async with httpx2.AsyncClient(headers=headers, timeout=settings.timeout_s) as http:
        yield streamable_http_client(settings.url or "", http_client=http)


async def _listed(client: Client) -> list[Tool]:
    tools: list[Tool] = []
    cursor: str | None = None
    while True:
        page = await client.list_tools(cursor=cursor)
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            return tools


async def _called(client: Client, name: str, arguments: dict[str, Any], timeout_s: float) -> CallToolResult:
    from anyio import fail_after

    with fail_after(timeout_s + 1):
        return await client.call_tool(name, arguments, read_timeout_seconds=timeout_s)


def _text(server: _Server, tool: Tool, result: CallToolResult) -> str:
    texts = [block.text for block in result.content if block.type == "text"]
    text = "\n".join(texts) or (
        json.dumps(result.structured_content, ensure_ascii=False) if result.structured_content else ""
    )
    text = defuse(text[:MAX_ANSWER]).strip()
    if result.is_error:
        raise BackendFailed(f"{tool.name} of MCP server {server.name!r} says: {text or 'it failed'}")
    return text or "(no text)"


def _check(tool: Tool, arguments: Mapping[str, Any]) -> None:
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

    errors = Draft202012Validator(tool.input_schema).iter_errors(dict(arguments))
    for error in errors:
        where = ".".join(map(str, error.absolute_path)) or "the arguments"
        raise InvalidRequest(
            f"{tool.name}: {where} must fit {error.validator} {json.dumps(error.validator_value)[:200]}"
        )


def _plain_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with every description in it cleaned."""

    def cleaned(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                key: clean(inner) if key in ("description", "title") and isinstance(inner, str) else cleaned(inner)
                for key, inner in value.items()
            }
        return [cleaned(inner) for inner in value] if isinstance(value, list) else value

    return {"type": "object", "properties": {}, **cleaned(schema)}


def _root(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return type(error).__name__
