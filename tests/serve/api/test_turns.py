"""Turns over HTTP: streamed, private, stopped; edited, judged, undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.serve.api.running import Running, repeating, running

DRAFT = "Dear team, I hope this message finds you well. The office closes at noon on Friday. Best regards, the office"
EDITED = "- The office closes on Friday at noon"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, repeating(DRAFT)) as served:
        yield served


def events_of(answer: httpx2.Response) -> list[tuple[str, dict[str, Any]]]:
    """The names and data of a stream of events."""
    parts = [part.split("\n") for part in answer.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in parts]


def test_a_turn_streams_typed_events(api: Running) -> None:
    answer = api.http.post("/v1/users/ada/turns", json={"text": "Write a note to my team: we close at noon"})

    events = events_of(answer)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [events[0][0], events[-1][0]] == ["prepared", "finished"]
    assert {name for name, _ in events[1:-1]} == {"text"}
    reply = events[-1][1]["reply"]
    assert "".join(data["text"] for name, data in events if name == "text").strip() == reply["text"] == DRAFT
    assert reply["id"] == events[0][1]["reply_id"]
    assert reply["trace"]["tokens"]["calls"] == 1
    assert reply["why"]


def test_an_edit_teaches_and_can_be_undone(api: Running) -> None:
    reply = api.say("ada", "Write a note to my team: we close at noon")

    lesson = api.http.post(f"/v1/users/ada/replies/{reply['id']}/edit", json={"text": EDITED}).json()
    learned = api.http.get("/v1/users/ada/preferences").json()["items"]
    undone = api.http.delete(f"/v1/users/ada/edits/{lesson['edit']['id']}/lesson")

    assert lesson["edit"]["cost"] > 0
    assert lesson["wishes"]
    assert "".join(span["draft"] for span in lesson["diff"]) == DRAFT
    assert learned[0]["wishes"] == lesson["wishes"]
    assert undone.status_code == 204
    assert api.http.get("/v1/users/ada/preferences").json()["items"] == []


def test_the_edited_reply_shows_both_versions(api: Running) -> None:
    reply = api.say("ada", "Write a note to my team: we close at noon")
    api.http.post(f"/v1/users/ada/replies/{reply['id']}/edit", json={"text": EDITED})

    written = api.http.get(f"/v1/users/ada/replies/{reply['id']}").json()
    thread = api.http.get("/v1/users/ada/threads/main").json()["messages"]

    assert (written["text"], written["draft"], written["edited"]) == (EDITED, DRAFT, True)
    assert [(message["role"], message["text"]) for message in thread] == [
        ("user", "Write a note to my team: we close at noon"), ("assistant", EDITED),
    ]  # fmt: skip


def test_a_complaint_that_says_what_is_wrong_teaches(api: Running) -> None:
    reply = api.say("ada", "Write a note to my team: we close at noon")

    judged = api.http.post(
        f"/v1/users/ada/replies/{reply['id']}/feedback", json={"signal": "dissatisfied", "note": "too long"}
    )

    assert judged.status_code == 201
    assert api.http.get("/v1/users/ada/preferences").json()["items"] != []


def test_a_later_judgement_takes_back_what_the_earlier_taught(api: Running) -> None:
    reply = api.say("ada", "Write a note to my team: we close at noon")
    path = f"/v1/users/ada/replies/{reply['id']}/feedback"
    api.http.post(path, json={"signal": "dissatisfied", "note": "too long"})

    api.http.post(path, json={"signal": "satisfied"})

    assert api.http.get("/v1/users/ada/preferences").json()["items"] == []
    assert api.http.get("/v1/users/ada/stats").json()["counts"]["feedback"] == 1


def test_a_private_turn_neither_reads_nor_writes(api: Running, tmp_path: Path) -> None:
    api.say("ada", "I'm vegan")
    before = api.http.get("/v1/users/ada/export").json()

    reply = api.say("ada", "What should I cook? I hate coriander", private=True)

    assert reply["private"] is True
    assert reply["trace"]["need"]["rule"] == "private"
    assert reply["trace"]["standing"] == reply["trace"]["memories"] == []
    assert api.http.get("/v1/users/ada/export").json() == before
    edit = api.http.post(f"/v1/users/ada/replies/{reply['id']}/edit", json={"text": "Tofu"})
    assert edit.json()["type"] == "urn:tailored:reply-not-found"


def test_a_private_conversation_is_what_the_client_says_it_was(tmp_path: Path) -> None:
    model = repeating("Noted.")
    with running(tmp_path, model) as api:
        said = [{"role": "user", "content": "My cat is Tom"}, {"role": "assistant", "content": "Noted."}]
        api.say("ada", "What is my cat called?", private=True, history=said)

    assert [message.text for message in model.seen[0][1:]] == ["My cat is Tom", "Noted.", "What is my cat called?"]


def test_a_message_that_is_empty_is_refused_before_the_stream(api: Running) -> None:
    answer = api.http.post("/v1/users/ada/turns", json={"text": "  "})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:tailored:empty-message"


def test_choices_are_kept(api: Running) -> None:
    body = {"request": "Write a greeting", "chosen": "Hi!", "rejected": "Dear Sir or Madam"}

    answer = api.http.post("/v1/users/ada/choices", json=body)

    assert answer.status_code == 201
    assert answer.json()["chosen"] == "Hi!"


def test_what_edits_cost_is_told_over_time(api: Running) -> None:
    reply = api.say("ada", "Write a note to my team: we close at noon")
    lesson = api.http.post(f"/v1/users/ada/replies/{reply['id']}/edit", json={"text": EDITED}).json()

    stats = api.http.get("/v1/users/ada/stats").json()

    assert [edit["cost"] for edit in stats["edits"]] == [lesson["edit"]["cost"]]
    assert stats["by_day"][0]["edits"] == 1
    assert stats["counts"]["episode"] == 2


def test_a_field_that_is_not_known_is_refused(api: Running) -> None:
    answer = api.http.post("/v1/users/ada/turns", json={"text": "Hi", "user_id": "bob"})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "user_id"]
