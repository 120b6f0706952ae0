from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import tool
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.agent.makers import calling
from tests.serve.api.running import Running, repeating, running
from tests.serve.web.browser import QUIET, executable

DRAFT = "Dear team,\n\nI hope this message finds you well. The office closes on Friday at noon.\n\nBest regards,\nAda"
HOSTILE = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script> </textarea>'
expect.set_options(timeout=20_000)  # milliseconds; a busy machine is no fault of the page


@tool
def send_mail(to: str, text: str) -> str:
    """Send an e-mail to somebody."""
    return f"sent to {to}"


def reply_to(messages: list[BaseMessage]) -> str | AIMessage:
    said = str(messages[-1].text)
    if messages[-1].type == "tool":
        return "" if messages[-1].name == "recommend" else f"Bob's mail: {said}"
    if "watch" in said or "others" in said:
        return calling("recommend", query=said, count=5)
    if "Bob" in said:
        return calling("send_mail", to="bob@example.org", text="We meet on Thursday.")
    if "SLOW" in said:
        time.sleep(2)
    if "BROKEN" in said:
        raise RuntimeError("the model is gone")
    if "HOSTILE" in said:
        return HOSTILE
    return DRAFT if "Write" in said else "Noted."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the session: while Playwright is open, no other test of this process could run an event loop.
    found = executable()
    assert found, "no Chromium: scripts/browser installs one"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, repeating(reply_to), films=True, tools=[send_mail]) as started:
        yield started


@pytest.fixture
def page(browser: Browser, server: Running) -> Iterator[Page]:
    """The page, open and ready; whatever goes wrong in its scripts fails the test."""
    context = browser.new_context(viewport={"width": 1100, "height": 800}, accept_downloads=True)
    shown, faults = context.new_page(), list[str]()
    shown.on("pageerror", lambda error: faults.append(str(error)))
    shown.goto(server.url)
    shown.wait_for_selector(".compose textarea")
    shown.wait_for_selector(".side ul")
    yield shown
    context.close()
    assert not faults


def say(page: Page, text: str) -> None:
    """Say something and wait for the reply."""
    page.fill(".compose textarea", text)
    page.press(".compose textarea", "Enter")
    page.wait_for_selector(".said >> nth=-1")
    page.get_by_role("button", name="Send", exact=True).wait_for()
    page.wait_for_selector(".reply.writing", state="detached")
