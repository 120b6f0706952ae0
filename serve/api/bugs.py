"""How bugs are logged: where they happened. What an exception says may hold a user's words, and a path their name."""

from __future__ import annotations

import logging
from traceback import format_tb

from starlette.types import Scope

__all__ = ["log_bug"]


def log_bug(log: logging.Logger, what: str, scope: Scope | None, error: BaseException) -> None:
    """Log that `what` failed: the route's template, the frames, and the names of the exceptions."""
    route = getattr((scope or {}).get("route"), "path", "none")
    log.error("%s failed (route %s)\n%s", what, route, "".join(_frames(error)))


def _frames(error: BaseException) -> list[str]:
    """The innermost cause first, as tracebacks have it."""
    shown: list[str] = []
    each: BaseException | None = error
    while each is not None and len(shown) < 20:
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        shown.insert(0, "".join([*format_tb(each.__traceback__), f"{name}\n"]))
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return shown
