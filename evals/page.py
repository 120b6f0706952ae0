"""The web page on loopback: how long until it can be used, what it transfers, and whether it asks anybody else.

`tailored serve` in a process of its own, Chromium headless, a fresh context (an empty cache) for each run. The page can
be used when the box to write in, the conversation and the list of conversations are all there.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import TYPE_CHECKING

import httpx2

from ..agent.settings import Settings
from .chromium import QUIET, chromium
from .errors import NotServed
from .report import Bar, Report

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["Visit", "measure", "visit"]

RUNS = 10
START_S = 90.0
WATCH = """
new MutationObserver(() => {
  const there = (what) => document.querySelector(what);
  if (!window.usable && there(".compose textarea") && there(".talk > *") && there(".side ul"))
    window.usable = performance.now();
}).observe(document, { childList: true, subtree: true });
"""
"""Milliseconds from the navigation's start until the page can be used, as `window.usable`."""
TRANSFERRED = """
performance.getEntries().filter(({ transferSize }) => transferSize).reduce((sum, one) => sum + one.transferSize, 0)
"""
"""Bytes with headers, of the page, its files and its first requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One opening of the page with an empty cache."""

    ms: float
    """Until it can be used."""
    size: int
    """Bytes transferred, with headers."""
    requests: int
    elsewhere: int
    """Requests to anybody but the page's own server."""


def measure(settings: Settings, data: Path | None) -> Report:
    """Raises BrowserMissing, NotServed."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    with _served(settings) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        visit(browser, url)  # warms the server, not the browser's cache
        opened = [visit(browser, url) for _ in range(RUNS)]
        browser.close()
    times = [one.ms for one in opened]
    return Report(
        title=f"the page on loopback, median of {RUNS} fresh contexts",
        figures={"slowest, ms": max(times), "requests": max(one.requests for one in opened)},
        bars=(
            Bar(name="usable after", value=median(times), most=300, unit="ms"),
            Bar(name="transferred", value=max(one.size for one in opened) / 1000, most=150, unit="kB"),
            Bar(name="requests to anybody else", value=sum(one.elsewhere for one in opened), most=0),
        ),
    )


def visit(browser: Browser, url: str) -> Visit:
    """Open the page at `url` in a context of its own."""
    context, asked = browser.new_context(), list[str]()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(WATCH)
    page.goto(url, wait_until="networkidle")
    page.wait_for_function("window.usable")
    opened = Visit(
        ms=page.evaluate("window.usable"),
        size=page.evaluate(TRANSFERRED),
        requests=len(asked),
        elsewhere=sum(not one.startswith(url) for one in asked),
    )
    context.close()
    return opened


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """The address of a server with an empty memory; no chat model is asked. Raises NotServed."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "tailored.toml"
        lines = (
            f"data_dir = {json.dumps(str(Path(folder) / 'data'))}",
            f"models_dir = {json.dumps(str(settings.weights_dir))}",
            "[embedder]",
            f"name = {json.dumps(settings.embedder.name)}",
        )
        config.write_text("\n".join(lines), encoding="utf-8")
        port = _free_port()
        command = [sys.executable, "-m", "tailored.main", "serve", "--config", str(config), "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(process, f"http://127.0.0.1:{port}/readyz")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    ends = monotonic() + START_S
    while not _answers(url):
        if process.poll() is not None or monotonic() > ends:
            raise NotServed(f"`tailored serve` does not answer at {url}")
        sleep(0.1)


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code == 200
    except httpx2.HTTPError:
        return False
