"""`tailored tools`: which tools the assistant may use, and what a call of each needs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from ..agent.need import OUR_TOOLS
from ..agent.settings import Settings
from ..tools.foreign import conduct_in
from ..tools.mcp_servers import LeftOut, McpServers

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

__all__ = ["show_tools"]


def show_tools(settings: Settings) -> int:
    """Start the MCP servers of the settings, list their tools beside ours, and end them; 1 where one is missing."""
    with closing(McpServers(settings.tools.mcp)) as servers:
        tools = servers.tools(taken=OUR_TOOLS)
        _print(tools, servers.left_out, settings)
        return 1 if servers.left_out else 0


def _print(tools: Sequence[BaseTool], left_out: Sequence[LeftOut], settings: Settings) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("tool", "from", "a call", "about")
    for name in sorted(OUR_TOOLS):
        table.add_row(name, "Tailored", "is made", "stays on this machine")
    for tool in tools:
        conduct = conduct_in(tool)
        origin, acts = (conduct.origin, conduct.acts) if conduct else ("", True)
        table.add_row(Text(tool.name), Text(origin), _needed(tool.name, acts, settings), Text(tool.description[:80]))
    console = Console()
    console.print(table)
    for each in left_out:
        console.print(f"left out: {each.name}: {each.because}", style="yellow", markup=False, highlight=False)


def _needed(name: str, acts: bool, settings: Settings) -> str:
    policy = settings.tools.policy
    if name in policy.denied:
        return "is never made"
    if acts and name not in policy.reads:
        return "waits for the user's word" if policy.acts == "ask" else "is never made"
    return "waits where it would pass on something sensitive"
