"""The Chromium that the page is measured and tested in: the system's, else the one that Playwright fetched."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

from .errors import BrowserMissing

__all__ = ["QUIET", "chromium"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser that asks nobody outside: the page must work with no network."""


def chromium() -> str:
    """The path of a Chromium. Raises BrowserMissing."""
    if find_spec("playwright") is None:
        raise BrowserMissing("a browser is driven with playwright, which is not installed: pip install playwright")
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if not Path(path).is_file():
        raise BrowserMissing("there is no Chromium: install the system's, or run `playwright install chromium`")
    return path
