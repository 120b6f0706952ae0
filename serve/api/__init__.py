"""The HTTP API. `create_app` is loaded when it is first used: FastAPI takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .app import create_app
    from .keys import KeyRing

__all__ = ["KeyRing", "create_app"]

_HOME = {"KeyRing": "keys", "create_app": "app"}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOME[name]}", __name__), name)
