"""The ordinary OpenAI client of a local server, which can be closed. Loads LangChain's OpenAI integration."""

from __future__ import annotations

from typing import Any

from pydantic import PrivateAttr

from .compatible import CompatibleChat
from .server import LocalServer

__all__ = ["LocalChat"]


class LocalChat(CompatibleChat):
    """A chat model whose server belongs to it."""

    _server: LocalServer = PrivateAttr()

    def __init__(self, server: LocalServer, **options: Any) -> None:
        super().__init__(**options)
        self._server = server

    def close(self) -> None:
        """End the server's process at once; the next call would start it again."""
        self._server.close()
