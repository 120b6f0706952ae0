"""The Chromium that the tests of the page run in."""

from __future__ import annotations

from tailored.evals.chromium import QUIET, chromium
from tailored.evals.errors import BrowserMissing

__all__ = ["QUIET", "executable"]


def executable() -> str | None:
    """The path of a Chromium, or None."""
    try:
        return chromium()
    except BrowserMissing:
        return None
