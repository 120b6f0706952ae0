"""All the tools of an assistant: our own, the owner's and those of MCP servers, with what watches over the foreign ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..memory import Embedder, Memory
from ..tools.policy import Policy
from .equipment import reservoir
from .need import OUR_TOOLS
from .settings import ToolsSettings
from .shelf import Shelf

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from ..tools.mcp_servers import LeftOut, McpServers
    from .foreign import ForeignTools

__all__ = ["Toolbelt"]


class Toolbelt:
    """Nothing is started, embedded or asked before `tools` is called."""

    def __init__(
        self, shelf: Shelf, settings: ToolsSettings, memory: Memory, embedder: Embedder, owned: Sequence[BaseTool] = ()
    ) -> None:
        self._shelf = shelf
        self._settings = settings
        self._memory = memory
        self._embedder = embedder
        self._owned = tuple(owned)
        self._servers: McpServers | None = None
        self._reservoir = reservoir(settings, embedder, memory)

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Servers that cannot be reached, and tools that are not offered, each with the reason."""
        return self._servers.left_out if self._servers else ()

    def tools(self) -> list[BaseTool]:
        """Every tool; the servers are started where they do not run yet, which blocks."""
        return [*self._shelf.tools(), *self._foreign()]

    def watch(self, tools: Sequence[BaseTool]) -> list[ForeignTools]:
        """The middleware for the foreign ones among the tools; none where there are none."""
        from ..tools.foreign import card_of, conduct_in
        from ..tools.registry import ToolRegistry
        from .foreign import ForeignTools
        from .permission import Permissions

        foreign = [tool for tool in tools if conduct_in(tool) is not None]
        if not foreign:
            return []
        registry = ToolRegistry([card_of(tool) for tool in foreign], self._embedder)
        return [ForeignTools(foreign, registry, Permissions(Policy(self._settings.policy), self._memory))]

    def forget(self, user_id: str) -> None:
        """Drop what was searched for a user."""
        if self._reservoir is not None:
            self._reservoir.forget(user_id)

    def close(self) -> None:
        """End the servers."""
        if self._servers is not None:
            self._servers.close()

    def _lookup(self) -> list[BaseTool]:
        if self._reservoir is None or self._settings.search is None:
            return []
        from ..tools.lookup import build_lookup

        return [build_lookup(self._reservoir, self._settings.search.about)]

    def _foreign(self) -> list[BaseTool]:
        from ..tools.foreign import adopt

        added = [*self._owned, *self._lookup()]
        owned = adopt(added, taken=OUR_TOOLS) if added else []
        if not self._settings.mcp:
            return owned
        from ..tools.mcp_servers import McpServers

        self._servers = self._servers or McpServers(self._settings.mcp)
        return [*owned, *self._servers.tools(taken={*OUR_TOOLS, *(tool.name for tool in owned)})]
