"""What is known about a user, over HTTP: read, searched, corrected, forgotten, taken along, erased."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serve.api.running import Running, repeating, running

LONG = "Dear team, I hope this message finds you well. The office closes at noon on Friday. Best regards, the office"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, repeating(LONG)) as served:
        yield served


def taught(api: Running) -> dict[str, object]:
    """A preference learned from an edit."""
    reply = api.say("ada", "Write a note to my team: we close at noon")
    api.http.post(f"/v1/users/ada/replies/{reply['id']}/edit", json={"text": "- The office closes on Friday at noon"})
    [preference] = api.http.get("/v1/users/ada/preferences").json()["items"]
    known: dict[str, object] = preference
    return known


def test_a_statement_is_kept_pinned_and_forgotten(api: Running) -> None:
    kept = api.http.post("/v1/users/ada/memories", json={"statement": "Never use exclamation marks"}).json()

    pinned = api.http.patch(f"/v1/users/ada/standing/{kept['id']}", json={"pinned": True}).json()
    forgotten = api.http.delete(f"/v1/users/ada/standing/{kept['id']}").status_code

    assert kept["kind"] == "standing"
    assert pinned["pinned"] is True
    assert forgotten == 204
    assert api.http.get("/v1/users/ada/standing").json()["items"] == []


def test_a_learned_preference_is_put_into_the_owners_words(api: Running) -> None:
    known = taught(api)
    wishes = [*map(str, known["wishes"])]  # type: ignore[call-overload]
    path = f"/v1/users/ada/preferences/{known['id']}"

    reworded = api.http.patch(path, json={"wishes": ["Keep it very short", *wishes[1:]], "pinned": True}).json()
    shorter = api.http.patch(path, json={"wishes": ["", *wishes[1:]]}).json()

    assert reworded["wishes"] == ["Keep it very short", *wishes[1:]]
    assert reworded["pinned"] is True
    assert reworded["aspects"][0]["target"] is None
    assert shorter["wishes"] == wishes[1:]


def test_a_preference_whose_last_wish_is_taken_out_is_forgotten(api: Running) -> None:
    known = taught(api)
    none = ["" for _ in known["wishes"]]  # type: ignore[attr-defined]

    answer = api.http.patch(f"/v1/users/ada/preferences/{known['id']}", json={"wishes": none})

    assert answer.status_code == 204
    assert api.http.get("/v1/users/ada/preferences").json()["items"] == []


def test_the_number_of_wishes_cannot_change(api: Running) -> None:
    known = taught(api)

    answer = api.http.patch(f"/v1/users/ada/preferences/{known['id']}", json={"wishes": ["one"] * 50})

    assert answer.status_code == 400


def test_memories_come_in_parts_that_nothing_written_meanwhile_shifts(api: Running) -> None:
    for number in range(3):
        api.say("ada", f"Message number {number}", thread=f"t{number}")

    first = api.http.get("/v1/users/ada/memories", params={"limit": 4}).json()
    api.say("ada", "One more", thread="t9")
    second = api.http.get("/v1/users/ada/memories", params={"limit": 4, "cursor": first["next_cursor"]}).json()

    texts = [memory["text"] for memory in (*first["items"], *second["items"])]
    assert [text for text in texts if text != LONG] == ["Message number 2", "Message number 1", "Message number 0"]
    assert len(texts) == first["total"] == 6
    assert second["next_cursor"] is None


def test_memories_are_searched(api: Running) -> None:
    api.say("ada", "My piano lesson is on Tuesday")
    api.say("ada", "The kitchen needs paint")

    found = api.http.get("/v1/users/ada/memories", params={"q": "piano lesson", "limit": 1}).json()["items"]

    assert "piano" in found[0]["text"]


def test_a_cursor_that_is_none_is_refused(api: Running) -> None:
    answer = api.http.get("/v1/users/ada/memories", params={"cursor": "nonsense"})

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:tailored:bad-request")


def test_conversations_are_listed_read_and_forgotten(api: Running) -> None:
    api.say("ada", "Tell me about the piano", thread="music")
    api.say("ada", "Tell me about paint", thread="home")

    listed = api.http.get("/v1/users/ada/threads").json()
    about = api.http.get("/v1/users/ada/threads", params={"q": "piano", "limit": 1}).json()
    last = api.http.get("/v1/users/ada/threads/home", params={"limit": 1}).json()
    api.http.delete("/v1/users/ada/threads/home")

    assert [thread["thread"] for thread in listed["items"]] == ["home", "music"]
    assert listed["items"][0]["title"] == "Tell me about paint"
    assert [thread["thread"] for thread in about["items"]] == ["music"]
    assert (last["messages"][0]["role"], last["more"]) == ("assistant", True)
    assert api.http.get("/v1/users/ada/threads/home").status_code == 404


def test_items_are_recommended_rejected_and_not_shown_again(tmp_path: Path) -> None:
    with running(tmp_path, films=True) as api:
        first = api.http.post("/v1/users/ada/recommendations", json={"query": "space", "count": 3}).json()["items"]
        refused = {"item_id": first[0]["id"], "event": "rejected", "reason": "too scary"}
        done = api.http.post("/v1/users/ada/interactions", json=refused)
        second = api.http.post("/v1/users/ada/recommendations", json={"query": "space", "count": 3}).json()["items"]
        kept = api.http.get("/v1/users/ada/interactions").json()["items"]

    assert len(first) == 3
    assert all(item["reason"] for item in first)
    assert done.status_code == 201
    assert first[0]["id"] not in {item["id"] for item in second}
    assert [(event["event"], event["reason"]) for event in kept] == [("rejected", "too scary")]


def test_an_item_is_found_by_its_title(tmp_path: Path) -> None:
    with running(tmp_path, films=True) as api:
        found = api.http.get("/v1/items", params={"title": "alien"})
        unknown = api.http.post("/v1/users/ada/interactions", json={"item_id": "no-such", "event": "picked"})

    assert found.json()["title"].startswith("Alien")
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"item_id": "x", "event": "rated"},
        {"item_id": "x", "event": "rated", "value": 9},
        {"item_id": "x", "event": "picked", "value": 3},
        {"item_id": "x", "event": "picked", "reason": "why"},
    ],
)
def test_an_interaction_says_what_belongs_to_it_and_no_more(api: Running, body: dict[str, object]) -> None:
    assert api.http.post("/v1/users/ada/interactions", json=body).status_code == 422


def test_without_a_catalog_there_is_nothing_to_recommend(api: Running) -> None:
    answer = api.http.post("/v1/users/ada/recommendations", json={})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tailored:no-catalog")


def test_what_is_exported_is_taken_in_by_another(api: Running) -> None:
    api.say("ada", "I'm vegan")
    export = api.http.get("/v1/users/ada/export")

    taken = api.http.post("/v1/users/eve/import", json=export.json())

    assert "attachment" in export.headers["content-disposition"]
    assert taken.json()["records"] == len(export.json()["records"])
    assert api.http.get("/v1/users/eve/standing").json() == api.http.get("/v1/users/ada/standing").json()


def test_an_import_that_is_no_export_is_refused(api: Running) -> None:
    answer = api.http.post("/v1/users/eve/import", json={"records": "all"})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tailored:invalid-record")


def test_erasing_takes_a_token_of_that_user(api: Running) -> None:
    api.say("ada", "I'm vegan")
    token = api.http.post("/v1/users/ada/erasure").json()
    others = api.http.post("/v1/users/bob/erasure").json()

    refused = api.http.post("/v1/users/ada/erase", json={"token": others["token"]})
    receipt = api.http.post("/v1/users/ada/erase", json={"token": token["token"]}).json()

    assert token["counts"]["episode"] == 2
    assert refused.status_code == 404
    assert receipt["counts"] == token["counts"]
    assert api.http.get("/v1/users/ada/stats").json()["counts"] == {}


def test_a_token_erases_once(api: Running) -> None:
    api.say("ada", "I like tea")
    token = api.http.post("/v1/users/ada/erasure").json()["token"]
    first = api.http.post("/v1/users/ada/erase", json={"token": token})
    api.say("ada", "I like coffee")
    again = api.http.post("/v1/users/ada/erase", json={"token": token})

    assert (first.status_code, again.status_code) == (200, 404)
    assert api.assistant.user("ada").memories


@pytest.mark.parametrize("token", ["", "0.0", "99999999999999.x", "999999999999.x", "x.y", "²²²²².x", "1.1"])
def test_a_token_that_was_never_given_erases_nothing(api: Running, token: str) -> None:
    assert api.http.post("/v1/users/ada/erase", json={"token": token}).status_code == 404


@pytest.mark.parametrize("user", ["a/b", "a b", "50%", "%2F", "ada@example.com", "зоя", "a?b#c", "🙂", "a\nb", "a:b"])
def test_an_id_may_be_any_text(api: Running, user: str) -> None:
    reply = api.say(quote(user, safe=""), "Hello")

    assert reply["user_id"] == user
    assert [record.user_id for record in api.assistant.user(user).memories] == [user, user]


def test_slashes_make_no_two_users_one(api: Running) -> None:
    api.say("a%2Fb", "I'm vegan")

    assert api.http.get("/v1/users/a/b").status_code == 404
    assert api.http.get("/v1/users/a%252Fb/stats").json()["counts"] == {}
