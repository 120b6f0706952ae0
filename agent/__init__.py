"""The agent: Assistant, the loop, planning, learning, models. Names are loaded when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assistant import Assistant
    from .bound_tools import memory_tools
    from .corrections import Lesson
    from .events import Event, Prepared, ReplyFinished, TextDelta, ToolFinished, ToolStarted
    from .langgraph_store import LangGraphStore
    from .personalize import Personalize
    from .settings import Settings, load_settings
    from .trace import Reply, ShownItem, Trace
    from .user import User

__all__ = [
    "Assistant",
    "Event",
    "LangGraphStore",
    "Lesson",
    "Personalize",
    "Prepared",
    "Reply",
    "ReplyFinished",
    "Settings",
    "ShownItem",
    "TextDelta",
    "ToolFinished",
    "ToolStarted",
    "Trace",
    "User",
    "load_settings",
    "memory_tools",
]

_HOME = {
    "Assistant": "assistant",
    "Event": "events",
    "LangGraphStore": "langgraph_store",
    "Lesson": "corrections",
    "Personalize": "personalize",
    "Prepared": "events",
    "Reply": "trace",
    "ReplyFinished": "events",
    "Settings": "settings",
    "ShownItem": "trace",
    "TextDelta": "events",
    "ToolFinished": "events",
    "ToolStarted": "events",
    "Trace": "trace",
    "User": "user",
    "load_settings": "settings",
    "memory_tools": "bound_tools",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
