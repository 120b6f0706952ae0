"""Tailored: the assistant that gets better at you every time you correct it.

    from tailored import Assistant

    with Assistant.open("./data") as assistant:
        reply = assistant.chat("ada", "Write the release note for 2.1")
        lesson = assistant.edit(reply, "- Faster start")

Importing this costs nothing; what is used is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agent import (
        Assistant,
        Event,
        LangGraphStore,
        Lesson,
        Personalize,
        Prepared,
        Reply,
        ReplyFinished,
        Settings,
        TextDelta,
        ToolFinished,
        ToolStarted,
        User,
        load_settings,
        memory_tools,
    )

__version__ = "0.1.0"
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
    "TextDelta",
    "ToolFinished",
    "ToolStarted",
    "User",
    "__version__",
    "load_settings",
    "memory_tools",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(".agent", __name__), name)
