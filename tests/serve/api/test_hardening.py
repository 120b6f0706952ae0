"""What whoever reaches the port may try, without a key or with somebody's."""

from __future__ import annotations

import json
import logging
import socket
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.tools import StructuredTool
from pydantic import SecretStr

from tailored.agent import Assistant
from tailored.agent.models.resolve import open_chat_model
from tailored.agent.models.settings import ModelSettings
from tailored.memory import Confirmation
from tailored.memory.embedders.hashing import HashingEmbedder
from tests.agent.makers import calling, scripted
from tests.serve.api.running import JSON, TALK, Running, running
from tests.serve.api.test_trouble import Slow, open_requests, thinking, until

# Who is let in.


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"])
def test_whoever_comes_through_a_proxy_is_not_who_sits_here(api: Running, name: str) -> None:
    """A proxy on this machine speaks for people anywhere."""
    assert api.http.get("/v1/users/me/export", headers={name: "203.0.113.9"}).status_code == 401


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200)]
)
def test_what_a_foreign_page_embeds_is_refused(api: Running, site: str, status: int) -> None:
    """An image, a script, a link: browsers send no Origin with those."""
    assert api.http.get("/v1/users/me/export", headers={"Sec-Fetch-Site": site}).status_code == status


def test_the_page_itself_may_be_linked_to(api: Running) -> None:
    assert api.http.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


REMEMBERED = {
    "turns": {"text": "I am vegan", "stream": False},
    "import": {"format": "tailored/1", "user_id": "x", "records": []},
    "memories": {"statement": "I am vegan"},
}
"""What is taken, sent as JSON."""


@pytest.mark.parametrize("path", REMEMBERED)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_form_is_no_request(api: Running, kind: str, path: str) -> None:
    """What a page may send anywhere without asking first."""
    headers = {"Content-Type": kind} if kind else {}

    def sent(user: str, headers: dict[str, str]) -> int:
        said = json.dumps(REMEMBERED[path]).encode()
        return api.http.post(f"/v1/users/{user}/{path}", content=said, headers=headers).status_code

    assert sent("json", JSON) in (200, 201)
    assert sent("forms", headers) in (400, 422)
    assert api.assistant.user("forms").counts == {}


@pytest.mark.parametrize(
    "path",
    [
        "/v1/users/acme:bob/../acme:ada/export", "/v1/users/acme:bob/%2e%2e/acme:ada/export",
        "/v1/users/acme:bob%2f..%2facme:ada/export", "/v1/users/acme%3aada/export", "/v1/users/acme%253aada/export",
        "/v1/users/acme:bob%00/export", "/v1/users/ACME:BOB/export", "/v1/users/acme:bob%20/export",
        "/v1/users/%EF%BD%81cme:bob/export", "//v1/users/acme:ada/export", "/V1/users/acme:ada/export",
        "http://localhost/v1/users/acme:ada/export", "/v1/users/acme:ada/export/",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_path_reaches_somebody_else(keyed: Running, path: str) -> None:
    headers = keyed.key(user="acme:bob")

    answer = raw(keyed, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {headers['Authorization']}\r\n")

    assert answer.split(b" ")[1] in (b"403", b"404")
    assert b'"records"' not in answer


def raw(api: Running, head: str) -> bytes:
    with socket.create_connection((api.http.base_url.host, api.http.base_url.port or 0), timeout=20) as connection:
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
        return connection.makefile("rb").read()


@pytest.mark.parametrize("name", [b"%ff", b"%fe%00", "zoë".encode()])
def test_a_name_that_is_no_text_is_not_made_another_one(keyed: Running, name: bytes) -> None:
    """Else all such names would be one user."""
    headers = [*keyed.key(tenant="acme").items(), ("X-Tailored-User", name)]

    answer = keyed.http.post("/v1/chat/completions", json=TALK, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_nothing_in_a_body_names_another_user(keyed: Running) -> None:
    named = {"user": "ada", "user_id": "ada", "metadata": {"user": "ada"}, "safety_identifier": "ada"}
    headers = keyed.key(user="bob") | {"X-Tailored-User": "ada", "X-User-Id": "ada", "OpenAI-Organization": "ada"}

    chat = keyed.http.post("/v1/chat/completions", json=TALK | named, headers=headers).json()
    response = keyed.http.post("/v1/responses", json={"input": "Hi", **named}, headers=headers).json()

    assert (chat["tailored"]["user"], response["tailored"]["user"]) == ("bob", "bob")


def test_a_response_of_somebody_else_cannot_be_gone_on_from(keyed: Running) -> None:
    ada, bob = keyed.key(user="ada"), keyed.key(user="bob")
    said = keyed.http.post("/v1/responses", json={"input": "My code is 4711"}, headers=ada).json()

    answer = keyed.http.post(
        "/v1/responses", json={"input": "What is it?", "previous_response_id": said["id"]}, headers=bob
    )

    assert answer.status_code == 404


def test_a_confirmation_is_not_another_users_to_take(keyed: Running) -> None:
    ada, bob = keyed.key(user="acme:ada"), keyed.key(user="acme:bob")
    keyed.http.post("/v1/users/acme:ada/memories", json={"statement": "I like tea"}, headers=ada)
    token = keyed.http.post("/v1/users/acme:ada/erasure", headers=ada).json()["token"]

    of_bob = keyed.http.post("/v1/users/acme:bob/erase", json={"token": token}, headers=bob).status_code
    by_bob = keyed.http.post("/v1/users/acme:ada/erase", json={"token": token}, headers=bob).status_code
    first = keyed.http.post("/v1/users/acme:ada/erase", json={"token": token}, headers=ada).status_code
    again = keyed.http.post("/v1/users/acme:ada/erase", json={"token": token}, headers=ada).status_code

    assert (of_bob, by_bob, first, again) == (404, 403, 200, 404)


def test_an_export_of_somebody_else_is_taken_in_as_ones_own(keyed: Running) -> None:
    ada, bob = keyed.key(user="ada2"), keyed.key(user="bob2")
    keyed.http.post("/v1/users/ada2/memories", json={"statement": "I like tea"}, headers=ada)
    exported = keyed.http.get("/v1/users/ada2/export", headers=ada).json()
    before = keyed.assistant.user("ada2").export()

    taken = keyed.http.post("/v1/users/bob2/import", json=exported, headers=bob)

    assert taken.json() == {"records": len(exported["records"])}
    assert keyed.assistant.user("ada2").export() == before
    assert {record.user_id for record in keyed.assistant.user("bob2").memories} <= {"bob2"}


@pytest.mark.parametrize("answered", [None, "always"])
def test_a_file_from_elsewhere_allows_no_tool_anything(api: Running, answered: Any) -> None:
    allowed = Confirmation(
        id="c1", user_id="mallory", created=datetime.now(UTC), source="user", tool="send_mail", labels=("health",),
        arguments="{}", because="it passes on something about your health", thread="main", answer=answered,
    )  # fmt: skip
    api.assistant.memory.remember("mallory", [allowed])
    exported = api.http.get("/v1/users/mallory/export").json()

    taken = api.http.post("/v1/users/victim/import", json=exported)

    assert len(exported["records"]) == 1
    assert taken.json() == {"records": 0}
    assert api.http.get("/v1/users/victim/confirmations").json() == {"items": []}
    assert api.http.get("/v1/users/victim/memories/c1").status_code == 404


def test_an_erasure_ends_the_turn_that_is_being_answered(tmp_path: Path) -> None:
    """And nothing of it is written afterwards; what the turn held is free again."""
    go_on = threading.Event()
    with running(tmp_path, Slow(go_on=go_on)) as api:
        with thinking(api) as lines:
            token = api.http.post("/v1/users/ada/erasure").json()["token"]
            erased = api.http.post("/v1/users/ada/erase", json={"token": token}).status_code
            go_on.set()
            rest = [line for line in lines if line]
        left = api.http.get("/v1/users/ada/export").json()["records"]
        again = api.say("ada", "Hello")["text"]

    assert erased == 200
    assert json.loads(rest[-1].removeprefix("data: "))["type"] == "urn:tailored:user-erased"
    assert left == []
    assert again == "Well, done."


def test_turns_that_were_hung_up_on_hold_nothing(tmp_path: Path) -> None:
    with running(tmp_path, Slow(go_on=threading.Event()), api={"turns_per_user": 2}) as api:
        for _ in range(4):
            with thinking(api):
                pass
            assert until(lambda: open_requests(api) == 0)
        answered = api.say("ada", "Hello")["text"]

    assert answered == "Well, done."


def test_a_confirmation_that_is_answered_twice_at_once_counts_once(tmp_path: Path) -> None:
    calls: list[str] = []

    def send_mail(to: str) -> str:
        """Send a mail."""
        calls.append(to)
        return "Sent."

    tool = StructuredTool.from_function(send_mail, metadata={"effect": "act"})
    with running(tmp_path, [calling("send_mail", to="bob"), *["Done."] * 20], tools=[tool]) as api:
        api.say("ada", "Send a mail to bob")
        [asked] = api.http.get("/v1/users/ada/confirmations").json()["items"]
        with ThreadPoolExecutor(4) as pool:
            url = f"/v1/users/ada/confirmations/{asked['id']}"
            answers = list(pool.map(lambda _: api.http.post(url, json={"answer": "once"}).status_code, range(4)))
        by_bob = api.http.post(url.replace("ada", "bob"), json={"answer": "once"}).status_code

    assert sorted(answers) == [200, 404, 404, 404]
    assert by_bob == 404
    assert calls == ["bob"]


# What is given away.


def test_pages_elsewhere_may_neither_frame_nor_embed_what_is_answered(api: Running) -> None:
    for path in ("/", "/static/page.js", "/v1/users/me/export", "/openapi.json"):
        headers = api.http.get(path).headers
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/v1/users/me/export", "/v1/users/me/nothing", "/v1/session", "/metrics"])
def test_what_is_personal_is_kept_by_no_cache(api: Running, path: str) -> None:
    assert api.http.get(path).headers["cache-control"] == "no-store"


def test_a_name_cannot_add_a_header(api: Running) -> None:
    answer = api.http.get("/v1/users/x%0d%0aX-Evil:%201%22%3b%20y/export")

    assert answer.headers["content-disposition"].isascii()
    assert "x-evil" not in answer.headers
    assert '"' not in answer.headers["content-disposition"]


def test_nobody_is_sent_elsewhere(api: Running) -> None:
    assert api.http.get("/v1/session/").status_code == 404


def test_the_document_holds_no_secret(keyed: Running) -> None:
    text = keyed.key(user="ada")["Authorization"].split()[1]

    assert text not in keyed.http.get("/openapi.json").text


def test_a_bug_is_logged_without_names_and_words(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from tailored.serve.api.bugs import log_bug

    def broken() -> None:
        try:
            raise KeyError("I have the flu")
        except KeyError as error:
            raise RuntimeError("ada said: I have the flu") from error

    with pytest.raises(RuntimeError) as bug, caplog.at_level(logging.ERROR):
        broken()
    log_bug(logging.getLogger("tailored"), "a request", {"path": "/v1/users/ada/turns"}, bug.value)

    assert "builtins.KeyError" in caplog.text
    assert "builtins.RuntimeError" in caplog.text
    assert "in broken" in caplog.text
    assert "/v1/users/ada" not in caplog.text
    assert "ada said" not in caplog.text.replace('raise RuntimeError("ada said: I have the flu")', "")


def test_made_up_methods_make_no_figures(api: Running) -> None:
    raw(api, "PROPFIND /healthz HTTP/1.1\r\nHost: localhost\r\n")

    figures = api.http.get("/metrics").text

    assert "PROPFIND" not in figures
    assert 'method="other"' in figures


def test_the_data_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    Assistant.open(folder, model=scripted("Hi."), embedder=HashingEmbedder()).close()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("stream", [False, True])
def test_what_is_wrong_here_is_told_in_full_to_the_operator_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    nobody = ModelSettings(base_url="http://127.0.0.1:9/v1", name="any", api_key=SecretStr("none"))
    model = open_chat_model(nobody, tmp_path).model_copy(update={"max_retries": 0})
    with running(tmp_path, model) as api:
        asked = {"text": "Hi", "stream": stream}
        told = [
            api.http.post("/v1/users/ada/turns", json=asked, headers=key).text
            for key in (api.key(user="ada"), api.key())
        ]

    assert "base_url" not in told[0]
    assert "try again later" in told[0]
    assert "base_url" in told[1]
    assert "base_url" in caplog.text


@pytest.mark.parametrize(("path", "body"), [("/v1/chat/completions", TALK), ("/v1/responses", {"input": "Hi"})])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_json_is_refused(api: Running, path: str, body: dict[str, object], kind: str) -> None:
    form = {"Content-Type": kind} if kind else {}

    assert api.http.post(path, content=json.dumps(body).encode(), headers=JSON).status_code == 200
    assert api.http.post(path, content=json.dumps(body).encode(), headers=form).status_code in (400, 415, 422)
