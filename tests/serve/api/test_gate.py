"""What no request gets past: foreign pages and names, too much at once, bodies that are too large."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve.api.running import Running, repeating, running


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as served:
        yield served


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::2]", "["])
def test_a_foreign_name_is_refused(api: Running, host: str) -> None:
    """DNS rebinding: a page's own name made to point at this machine."""
    answer = api.http.get("/v1/users/ada/export", headers={"Host": host})

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tailored:foreign-origin")


@pytest.mark.parametrize("host", ["localhost", "localhost:1234", "127.0.0.1", "[::1]:80", "LOCALHOST"])
def test_this_machines_names_are_served(api: Running, host: str) -> None:
    assert api.http.get("/v1/session", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "file://", "http://["])
def test_a_foreign_page_is_refused(api: Running, origin: str) -> None:
    answer = api.http.post("/v1/users/ada/erasure", headers={"Origin": origin})

    assert answer.status_code == 403


def test_our_own_page_is_served(api: Running) -> None:
    assert api.http.get("/v1/session", headers={"Origin": api.url}).status_code == 200


def test_a_page_that_the_settings_name_may_call(tmp_path: Path) -> None:
    page = "https://app.example"
    with running(tmp_path, api={"cors_origins": (page,)}) as api:
        asked = {"Origin": page, "Access-Control-Request-Method": "POST"}
        before = api.http.options("/v1/users/ada/turns", headers=asked)
        called = api.http.get("/v1/session", headers={"Origin": page})
        foreign = api.http.get("/v1/session", headers={"Origin": "https://other.example"})

    assert before.headers["access-control-allow-origin"] == page
    assert called.headers["access-control-allow-origin"] == page
    assert foreign.status_code == 403


def test_without_the_setting_no_page_is_told_it_may(api: Running) -> None:
    answer = api.http.get("/v1/session", headers={"Origin": api.url})

    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_every_answer_forbids_what_pages_could_be_made_to_do(api: Running) -> None:
    for path in ("/healthz", "/v1/session", "/v1/nothing", "/metrics"):
        headers = api.http.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_a_body_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with running(tmp_path, api={"body_kib": 1}) as api:
        said = api.http.post("/v1/users/ada/turns", json={"text": "x" * 2000})
        streamed = api.http.post("/v1/users/ada/turns", content=iter([b'{"text": "', b"x" * 2000, b'"}']))
        taken_in = api.http.post("/v1/users/ada/import", json={"format": "x" * 2000})
        to_openai = api.http.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "x" * 2000}]})

    assert (said.status_code, streamed.status_code) == (413, 413)
    assert taken_in.status_code == 422
    assert to_openai.json()["error"]["code"] == "too_large"


def test_a_key_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with running(tmp_path, api={"requests_per_minute": 3}) as api:
        busy, other = api.key(user="ada"), api.key(user="bob")
        answers = [api.http.get("/v1/session", headers=busy) for _ in range(4)]
        of_other = api.http.get("/v1/session", headers=other)

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert 1 <= int(answers[3].headers["retry-after"]) <= 20
    assert of_other.status_code == 200


def test_a_key_may_have_a_limit_of_its_own(tmp_path: Path) -> None:
    with running(tmp_path, api={"requests_per_minute": 300}) as api:
        answer = api.http.get("/v1/session", headers=api.key(user="ada", per_minute=7))

    assert answer.headers["x-ratelimit-limit"] == "7"


def test_a_key_of_another_form_is_none(api: Running) -> None:
    api.keys.add(user="ada")

    for text in ("x", "tlr", "tlr_", "tlr__", "Basic eA==", "tlr_" + "x" * 5000, "tlr_é_é"):
        headers = {"Authorization": f"Bearer {text}".encode()}
        answer = api.http.get("/v1/session", headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_path_that_is_no_text_is_refused(api: Running) -> None:
    with socket.create_connection((api.http.base_url.host, api.http.base_url.port or 0)) as raw:
        raw.sendall(b"GET /v1/users/%ff%fe/stats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = raw.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400")


def test_a_bug_is_logged_and_its_text_is_not_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def broken(messages: object) -> str:
        raise AssertionError("the secret of ada")

    with running(tmp_path, repeating(broken)) as api, caplog.at_level(logging.CRITICAL):
        answer = api.http.post("/v1/users/ada/turns", json={"text": "Hi", "stream": False})

    assert answer.status_code in (500, 502)
    assert "secret" not in answer.text


def test_unknown_routes_and_methods_are_problems_too(api: Running) -> None:
    unknown, wrong = api.http.get("/v1/users/ada/nothing"), api.http.put("/v1/session")

    assert (unknown.status_code, unknown.json()["status"]) == (404, 404)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")


@pytest.mark.parametrize("path", ["/v1/embeddings", "/v1/nothing", "/v1/chat/nothing"])
def test_an_openai_client_is_told_in_its_form_what_is_not_here(api: Running, path: str) -> None:
    answer = api.http.post(path, json={})

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_the_figures_are_for_the_operator_and_hold_no_names(api: Running) -> None:
    reply = api.say("ada-lovelace", "Hello")
    api.http.post(f"/v1/users/ada-lovelace/replies/{reply['id']}/edit", json={"text": "Hi"})

    figures = api.http.get("/metrics").text

    assert 'tailored_requests_total{method="POST",route="/v1/users/{user}/turns",status="200"} 1.0' in figures
    assert "tailored_edit_cost_ratio_count 1.0" in figures
    assert "lovelace" not in figures
