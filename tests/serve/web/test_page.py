"""The page in a real browser, on the real API."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect

from tailored.evals.page import visit
from tests.serve.api.running import Running
from tests.serve.web.conftest import DRAFT, HOSTILE, say

SHORT = "- The office closes on Friday at noon\n- Take your laptops home"


def test_a_message_is_answered_as_it_is_written(page: Page) -> None:
    say(page, "Hello")

    expect(page.locator(".said")).to_have_text("You: Hello")
    expect(page.locator(".reply .text")).to_have_text("Noted.")


def test_an_edit_in_place_shows_what_it_cost_and_taught(page: Page) -> None:
    say(page, "Write a note to my team: the office closes on Friday at noon")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Edit the reply").fill(SHORT)
    page.get_by_role("button", name="Save").click()

    card = page.locator(".patch")
    expect(card).to_contain_text("Learned")
    expect(card).to_contain_text("Use bullet points")
    expect(card).to_contain_text(re.compile(r"cost \d+ tokens"))
    expect(page.locator(".diff del").first).to_contain_text("Dear team")
    expect(page.locator(".reply .text")).to_have_text(SHORT)


def test_a_lesson_is_taken_back(page: Page, server: Running) -> None:
    say(page, "Write a note to my team: the office closes on Friday at noon")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Edit the reply").fill(SHORT)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".patch")).to_contain_text("Taken back")
    assert server.assistant.user("me").preferences == []


def test_everything_is_done_without_a_mouse(page: Page) -> None:
    page.keyboard.type("Write a note to my team: lunch is at one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("and it is free")
    page.keyboard.press("Enter")
    page.wait_for_selector(".actions button")
    expect(page.locator(".said")).to_contain_text("and it is free")
    edit = page.get_by_role("button", name="Edit")
    edit.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Edit the reply")).to_be_focused()
    page.keyboard.press("Escape")
    expect(edit).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type(SHORT)
    page.keyboard.press("Control+Enter")

    expect(page.locator(".patch")).to_contain_text("Learned")


def test_what_was_said_and_edited_is_there_after_a_reload(page: Page) -> None:
    say(page, "Write a note to my team: the office closes on Friday at noon")
    page.get_by_role("button", name="Edit").click()
    page.get_by_role("textbox", name="Edit the reply").fill(SHORT)
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".patch")
    page.reload()

    expect(page.locator(".reply .text")).to_have_text(SHORT)
    expect(page.locator(".said")).to_contain_text("the office closes")
    page.get_by_text("The draft it was").click()
    expect(page.locator(".diff")).to_have_text(DRAFT)


def test_hostile_text_stays_text(page: Page) -> None:
    say(page, f"HOSTILE {HOSTILE}")
    expect(page.locator(".reply .text")).to_have_text(HOSTILE.strip())
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_role("textbox", name="Edit the reply")).to_have_value(HOSTILE.strip())
    page.keyboard.press("Escape")
    page.goto(f"{page.url.split('#')[0]}#/you")
    page.wait_for_selector(".list li:has-text('onerror')")

    assert page.locator("main img, main script").count() == 0
    assert page.title() == "What it knows · Tailored"


def test_a_lost_connection_loses_nothing(page: Page) -> None:
    page.route("**/turns", lambda route: route.abort())
    page.fill(".compose textarea", "Hello, is anybody there?")
    page.press(".compose textarea", "Enter")

    expect(page.locator(".offline")).to_be_visible()
    expect(page.locator(".compose textarea")).to_have_value("Hello, is anybody there?")
    page.unroute("**/turns")
    page.press(".compose textarea", "Enter")
    expect(page.locator(".reply .text")).to_have_text("Noted.")
    expect(page.locator(".offline")).to_be_hidden()


def test_a_stream_that_is_cut_says_so(page: Page) -> None:
    def cut(route: Route) -> None:
        body = 'event: text\ndata: {"text": "Half a"}\n\n'
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    page.route("**/turns", cut)
    page.fill(".compose textarea", "Hello")
    page.press(".compose textarea", "Enter")

    expect(page.locator(".offline")).to_be_visible()
    expect(page.locator(".reply.stopped .text")).to_contain_text("Half a")


def test_a_model_that_fails_is_a_notice_and_the_message_is_kept(page: Page) -> None:
    page.fill(".compose textarea", "BROKEN please")
    page.press(".compose textarea", "Enter")

    expect(page.locator(".toast.bad")).to_be_visible()
    expect(page.locator(".compose textarea")).to_have_value("BROKEN please")


def test_a_reply_is_stopped(page: Page) -> None:
    page.fill(".compose textarea", "SLOW please")
    page.press(".compose textarea", "Enter")
    page.get_by_role("button", name="Stop").click()

    expect(page.locator(".reply.stopped")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()


def test_items_have_reasons_and_take_a_no(page: Page, server: Running) -> None:
    items = [{"id": "alien-1979", "title": "Alien (1979)", "reason": "you liked The Thing", "labels": ["horror"]}]
    reply = server.say("me", "Hello")
    told = {"reply": {**reply, "items": items, "text": "1. Alien (1979): you liked The Thing"}}
    page.route("**/turns", lambda route: route.fulfill(
        status=200, content_type="text/event-stream", body=f"event: finished\ndata: {json.dumps(told)}\n\n"
    ))  # fmt: skip
    refused: list[dict[str, object]] = []
    page.on(
        "request", lambda request: refused.append(request.post_data_json) if "interactions" in request.url else None
    )
    say(page, "What should I watch?")
    expect(page.locator(".item")).to_contain_text("you liked The Thing")
    page.get_by_role("button", name="No …").click()
    page.get_by_role("button", name="not horror").click()

    expect(page.locator(".item")).to_have_class(re.compile("gone"))
    assert refused == [{"item_id": "alien-1979", "event": "rejected", "reason": "too horror"}]


def test_why_tells_what_was_used(page: Page) -> None:
    say(page, "I'm vegan and I live in Porto")
    say(page, "Write a dinner invitation")
    page.get_by_role("button", name="Why this?").last.click()

    expect(page.locator(".why")).to_contain_text("vegan")
    expect(page.locator(".why")).to_contain_text("Tokens")


def test_a_private_turn_is_not_kept(page: Page, server: Running) -> None:
    page.get_by_label("Private: neither reads nor writes memory").check()
    say(page, "I'm secretly afraid of geese")

    expect(page.locator(".reply .text")).to_have_text("Noted.")
    assert page.get_by_role("button", name="Edit").count() == 0
    assert server.assistant.user("me").memories == []


def test_the_persons_page_shows_and_forgets(page: Page, server: Running) -> None:
    say(page, "I'm vegan and I live in Porto")
    page.get_by_role("link", name="What it knows").click()
    line = page.locator("section[aria-label='Always in mind'] li", has_text="vegan")
    line.get_by_role("button", name="Forget").click()
    expect(line).to_have_count(0)
    page.get_by_label("Something it should always keep in mind").fill("I never eat after eight")
    page.get_by_role("button", name="Remember").click()

    expect(page.locator("main")).to_contain_text("The user never eats after eight")
    assert not any("vegan" in standing.statement for standing in server.assistant.user("me").standing)


def test_a_learned_preference_is_pinned_and_reworded(page: Page, server: Running) -> None:
    reply = server.assistant.chat("me", "Write a note to my team: the office closes on Friday at noon")
    server.assistant.edit(reply, SHORT)
    page.get_by_role("link", name="What it knows").click()
    page.get_by_role("button", name="Pin").click()
    expect(page.locator(".stitched")).to_contain_text("pinned")
    page.get_by_role("button", name="Reword").click()
    page.get_by_label("Wish 1").fill("Keep it very short")
    page.get_by_role("button", name="Save").click()

    expect(page.locator(".stitched")).to_contain_text("Keep it very short")
    [learned] = server.assistant.user("me").preferences
    assert learned.pinned


def test_the_cost_of_correcting_is_drawn(page: Page, server: Running) -> None:
    for day in ("Monday", "Tuesday"):
        reply = server.assistant.chat("me", f"Write a note to my team: the office closes on {day} at noon")
        server.assistant.edit(reply, f"- The office closes on {day} at noon")
    page.get_by_role("link", name="What it knows").click()

    expect(page.locator(".chart circle")).to_have_count(2)
    expect(page.locator(".chart figcaption")).to_contain_text("2 edits")


def test_memories_are_searched(page: Page) -> None:
    say(page, "My piano lesson is on Thursday")
    say(page, "The dog is called Rex")
    page.get_by_role("link", name="What it knows").click()
    page.get_by_label("Search memories").fill("piano")
    memories = page.locator("section[aria-label='Memories'] li")

    expect(memories.first).to_contain_text("piano")


def test_an_export_is_taken_in_again_after_erasing(page: Page, server: Running, tmp_path: Path) -> None:
    say(page, "I'm vegan and I live in Porto")
    page.get_by_role("link", name="What it knows").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export").click()
    kept = tmp_path / "export.json"
    waiting.value.save_as(kept)
    page.get_by_role("button", name="Erase everything").click()
    page.get_by_label("Type “me” to confirm").fill("me")
    page.get_by_role("button", name="Erase for good").click()
    expect(page.locator(".toast")).to_contain_text("Erased")
    assert server.assistant.user("me").memories == []
    page.set_input_files("input[type=file]", kept)
    expect(page.locator(".toast").last).to_contain_text("Took in")

    assert any("vegan" in standing.statement for standing in server.assistant.user("me").standing)


def test_erasing_needs_the_name(page: Page, server: Running) -> None:
    say(page, "I'm vegan")
    page.get_by_role("link", name="What it knows").click()
    page.get_by_role("button", name="Erase everything").click()
    page.get_by_label("Type “me” to confirm").fill("you")
    page.get_by_role("button", name="Erase for good").click()
    page.keyboard.press("Escape")

    assert server.assistant.user("me").memories


def test_conversations_are_kept_apart_and_found(page: Page) -> None:
    say(page, "Let's talk about pianos")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".hello")).to_be_visible()
    say(page, "Let's talk about dogs")
    expect(page.locator(".side li")).to_have_count(2)
    page.get_by_label("Search conversations").fill("pianos")
    expect(page.locator(".side li").first).to_contain_text("pianos")
    page.locator(".side li a").first.click()

    expect(page.locator(".said")).to_have_text("You: Let's talk about pianos")


def test_on_a_phone_nothing_is_wider_than_the_screen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    say(page, "Write a note to my team: " + "averylongwordwithoutanybreak" * 6)
    for view in ("#/", "#/you"):
        page.goto(f"{page.url.split('#')[0]}{view}")
        page.wait_for_selector(".reply" if view == "#/" else ".tiles")
        widths = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert widths[0] <= widths[1]
    page.get_by_role("button", name="Conversations").click()
    expect(page.get_by_role("button", name="New conversation")).to_be_in_viewport()


def test_another_name_has_another_memory(page: Page, server: Running) -> None:
    say(page, "I'm vegan")
    page.locator("#who").click()
    page.get_by_label("Your name: each has a memory of their own").fill("bob")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#who")).to_have_text("bob")
    expect(page.locator(".hello")).to_be_visible()
    say(page, "Hello")

    assert {record.user_id for record in server.assistant.user("bob").memories} == {"bob"}
    assert not server.assistant.user("bob").standing


def test_a_server_with_keys_asks_for_one(browser: Browser, server: Running) -> None:
    key = server.keys.add(user="ada")[1]
    page = browser.new_page()
    page.goto(server.url)
    page.get_by_role("textbox", name="Key").fill("tlr_wrong")
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("textbox", name="Key").fill(key)
    page.get_by_role("button", name="Enter").click()
    expect(page.locator("#who")).to_have_text("ada")
    say(page, "Hello")

    assert server.assistant.user("ada").memories
    page.close()


def test_the_page_is_small_and_asks_nobody_else(browser: Browser, server: Running) -> None:
    """The bar: under 150 kB, everything from this server."""
    seen = visit(browser, server.url)

    assert 20_000 < seen.size < 150_000
    assert seen.requests > 5
    assert seen.elsewhere == 0
