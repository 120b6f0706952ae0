"""The page where things go on: lists that were refused, calls that wait, reloads, a second tab, corrections."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.serve.api.running import Running
from tests.serve.web.conftest import say


def test_a_refusal_leads_to_another_list(page: Page) -> None:
    say(page, "What should I watch? Something funny")
    first = page.locator(".item")
    label = first.first.locator(".chip").first
    page.get_by_role("button", name="No …").first.click()
    refused = label.inner_text()
    label.click()
    another = page.get_by_role("button", name=f"Another list, {refused}")
    expect(another).to_be_focused()
    titles = set(page.locator(".item b").all_inner_texts())
    page.keyboard.press("Enter")

    expect(page.locator(".said").last).to_contain_text(f"Show me others, {refused}")
    expect(page.locator(".reply")).to_have_count(2)
    fresh = page.locator(".reply").last.locator(".item b")
    expect(fresh).not_to_have_count(0)
    assert titles.isdisjoint(fresh.all_inner_texts())


def test_an_item_is_taken(page: Page, server: Running) -> None:
    say(page, "What should I watch? Something funny")
    page.get_by_role("button", name="I'll take it").first.click()

    expect(page.locator(".item").first).to_contain_text("You took this one")
    assert [event.event for event in server.assistant.user("me").interactions if event.event != "shown"] == ["picked"]


def test_what_may_be_asked_next_is_offered(page: Page, server: Running) -> None:
    for text in ("I love comedy films", "What should I watch? A comedy", "Show me others"):
        server.say("me", text)
    server.assistant.learn_now()
    page.get_by_role("button", name="New conversation").click()
    offered = page.get_by_role("group", name="You may want to ask").get_by_role("button").first
    text = offered.inner_text()
    offered.click()

    expect(page.locator(".said")).to_contain_text(text)


def test_a_call_waits_for_the_users_word_across_a_reload(page: Page) -> None:
    say(page, "Send Bob the minutes")
    card = page.get_by_role("group", name="May I use send mail?")
    expect(card).to_contain_text("bob@example.org")
    expect(card).to_be_in_viewport()
    page.reload()
    card.get_by_role("button", name="Allow once").click()

    expect(page.locator(".reply").last).to_contain_text("sent to bob@example.org")
    expect(card).to_have_count(0)


def test_a_call_that_is_refused_is_not_made(page: Page, server: Running) -> None:
    say(page, "Send Bob the minutes")
    page.get_by_role("button", name="No", exact=True).click()

    expect(page.get_by_text("Not allowed: send mail.").first).to_be_visible()
    assert server.assistant.user("me").confirmations == []
    assert page.get_by_text("sent to bob").count() == 0


def test_a_message_that_was_cut_off_is_asked_again(page: Page) -> None:
    with page.expect_response("**/turns"):  # from its first event on the message is kept
        page.fill(".compose textarea", "SLOW please")
        page.press(".compose textarea", "Enter")
    page.reload()
    page.get_by_role("button", name="Ask again").click()

    expect(page.locator(".reply .text")).to_have_text("Noted.")


def test_another_tab_goes_on_with_the_conversation(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".hello")
    say(page, "Hello from the first tab")

    expect(other.locator(".said")).to_have_text("You: Hello from the first tab")
    expect(other.locator(".reply .text")).to_have_text("Noted.")
    expect(other.locator(".side li a")).to_have_count(1)


def test_what_was_learned_is_seen_without_scrolling(page: Page) -> None:
    for day in ("Monday", "Tuesday"):
        say(page, f"Write a note to my team: the office closes on {day} at noon")
    page.get_by_role("button", name="Edit").last.click()
    expect(page.get_by_role("button", name="Save")).to_be_in_viewport(ratio=1)
    page.get_by_role("textbox", name="Edit the reply").fill("- The office closes on Tuesday at noon")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("group", name="Learned")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Edit").last).to_be_focused()


def test_a_conversation_is_forgotten(page: Page, server: Running) -> None:
    say(page, "My piano lesson is on Thursday")
    page.locator(".side li").hover()
    page.get_by_role("button", name="Forget the conversation").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget").click()

    expect(page.locator(".hello")).to_be_visible()
    expect(page.locator(".side ul")).to_contain_text("No conversations yet")
    assert server.assistant.user("me").memories == []


def test_a_fact_is_corrected(page: Page, server: Running) -> None:
    say(page, "I live in Porto")
    page.get_by_role("link", name="What it knows").click()
    memories = page.locator("section[aria-label='Memories']")
    memories.get_by_role("button", name="Correct").click()
    page.get_by_label("What is right, in your own words").fill("I live in Lisbon")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()

    expect(memories).to_contain_text("Lisbon")
    assert [fact.statement for fact in server.assistant.user("me").facts] == ["The user lives in Lisbon."]


def test_after_forgetting_the_keyboard_is_at_the_next_line(page: Page, server: Running) -> None:
    for statement in ("I never eat after eight", "I never drink coffee"):
        server.assistant.user("me").remember(statement)
    page.get_by_role("link", name="What it knows").click()
    lines = page.locator("section[aria-label='Always in mind'] li")
    lines.first.get_by_role("button", name="Forget").focus()
    page.keyboard.press("Enter")
    expect(lines).to_have_count(1)
    expect(lines.first.get_by_role("button").first).to_be_focused()


def test_text_is_written_in_its_own_direction(page: Page) -> None:
    say(page, "مرحبا بالعالم")
    said, box = page.locator(".said > div"), page.locator(".said > div").bounding_box()
    [right] = said.evaluate("e => { const r = document.createRange(); r.selectNode(e.lastChild);"
                            " return [r.getBoundingClientRect().right]; }")  # fmt: skip

    assert box is not None
    assert box["x"] + box["width"] - right < 20


def test_the_view_that_is_shown_is_told(page: Page) -> None:
    page.get_by_role("link", name="What it knows").click()

    expect(page.get_by_role("link", name="What it knows")).to_have_attribute("aria-current", "page")
    expect(page.get_by_role("link", name="Chat")).not_to_have_attribute("aria-current", re.compile(".*"))
    expect(page).to_have_title("What it knows · Tailored")
