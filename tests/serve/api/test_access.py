"""Who may do what is exactly the table in docs/api.md, for every route there is."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tailored.memory.archive import unpack
from tests.serve.api.running import Running, repeating, running

DOCS = Path(__file__).parents[3] / "docs" / "api.md"
ADA, COLUMNS = "acme:ada", ("nobody", "ada", "bob", "acme", "acme2", "admin")
TALK = {"messages": [{"role": "user", "content": "Hi"}], "input": "Hi", "user": ADA}
BODIES: dict[str, Any] = {
    "POST /v1/chat/completions": TALK,
    "POST /v1/responses": TALK,
    "POST /v1/users/{user}/turns": {"text": "Hi", "stream": False},
    "POST /v1/users/{user}/replies/{reply}/edit": {"text": "Hello"},
    "POST /v1/users/{user}/replies/{reply}/feedback": {"signal": "satisfied"},
    "POST /v1/users/{user}/confirmations/{confirmation}": {"answer": "no"},
    "POST /v1/users/{user}/choices": {"request": "Greet", "chosen": "Hi", "rejected": "Dear all"},
    "PATCH /v1/users/{user}/standing/{id}": {"pinned": True},
    "PATCH /v1/users/{user}/preferences/{id}": {"pinned": True},
    "POST /v1/users/{user}/memories": {"statement": "I like tea"},
    "POST /v1/users/{user}/recommendations": {},
    "POST /v1/users/{user}/interactions": {"item_id": "x", "event": "picked"},
    "POST /v1/users/{user}/import": {"format": "tailored/1", "user_id": ADA, "records": []},
    "POST /v1/users/{user}/erase": {"token": "none"},
}


def table() -> dict[str, tuple[str, ...]]:
    """The documented answers of each route, in the order of COLUMNS."""
    rows = re.findall(r"^\| ((?:GET|POST|PATCH|DELETE) /\S*) \|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    return {route: tuple(cell.strip() for cell in cells.split("|")) for route, cells in rows}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("access"), repeating("Noted."), api={"requests_per_minute": 10_000}) as served:
        yield served


@pytest.fixture(scope="module")
def headers(api: Running) -> dict[str, dict[str, str]]:
    """Of each column."""
    return {
        "nobody": {},
        "ada": api.key(user=ADA),
        "bob": api.key(user="acme:bob"),
        "acme": api.key(tenant="acme"),
        "acme2": api.key(tenant="acme2"),
        "admin": api.key(),
    }


def test_every_route_is_in_the_table(api: Running, headers: dict[str, dict[str, str]]) -> None:
    paths = api.http.get("/openapi.json").json()["paths"]

    routes = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}

    assert routes == set(table())


@pytest.mark.parametrize("route", sorted(table()))
def test_access_is_as_documented(api: Running, headers: dict[str, dict[str, str]], route: str) -> None:
    method, path = route.split(" ")
    path = path.replace("{user}", ADA).replace("{model}", "tailored")
    answers = {
        column: api.http.request(
            method, re.sub(r"\{\w+\}", "unknown", path), headers=headers[column], json=BODIES.get(route)
        )
        for column in COLUMNS
    }

    assert tuple(shown(answers[column]) for column in COLUMNS) == table()[route]


def shown(answer: httpx2.Response) -> str:
    """An answer as the table says it."""
    if answer.status_code in (401, 403):
        return str(answer.status_code)
    assert answer.status_code < 500
    whose = re.search(r'"tailored":\{.*?"user":"(.*?)"', answer.text)
    return "yes" if whose is None or whose[1] == ADA else "own"


def test_a_body_cannot_widen_a_key(api: Running, headers: dict[str, dict[str, str]]) -> None:
    asked = {"json": TALK | {"user": "acme:ada"}}

    as_bob = api.http.post("/v1/chat/completions", headers=headers["bob"] | {"X-Tailored-User": ADA}, **asked).json()
    as_acme2 = api.http.post("/v1/chat/completions", headers=headers["acme2"], **asked).json()

    assert as_bob["tailored"]["user"] == "acme:bob"
    assert as_acme2["tailored"]["user"] == "acme2:acme:ada"


def test_a_tenants_names_are_put_behind_its_own(api: Running, headers: dict[str, dict[str, str]]) -> None:
    done = api.http.post("/v1/chat/completions", headers=headers["acme"], json=TALK | {"user": "zoë"}).json()
    nobody = api.http.post("/v1/chat/completions", headers=headers["acme"], json=TALK | {"user": None})

    assert done["tailored"]["user"] == "acme:zoë"
    assert nobody.status_code == 400
    assert nobody.json()["error"]["param"] == "user"


@pytest.mark.parametrize("user", ["acme:", "acme", "acm", "ACME:ada", "acme2:ada", "xacme:ada"])
def test_a_tenants_key_reaches_its_own_names_alone(api: Running, headers: dict[str, dict[str, str]], user: str) -> None:
    assert api.http.get(f"/v1/users/{user}/export", headers=headers["acme"]).status_code == 403


def test_a_revoked_key_opens_nothing_from_then_on(api: Running) -> None:
    key, text = api.keys.add(user="eve")
    headers = {"Authorization": f"Bearer {text}"}
    before = api.http.get("/v1/session", headers=headers).status_code

    api.keys.revoke(key.id)

    assert (before, api.http.get("/v1/session", headers=headers).status_code) == (200, 401)


def test_without_keys_whoever_sits_here_is_the_owner(tmp_path: Path) -> None:
    with running(tmp_path) as api:
        owner = api.http.get("/v1/session").json()
        api.keys.add(user="ada")
        after = api.http.get("/v1/session")

    assert (owner["scope"], owner["needs_key"]) == ("owner", False)
    assert after.status_code == 401


def test_an_operator_backs_up_what_is_being_served(tmp_path: Path) -> None:
    with running(tmp_path / "data", on_disk=True, api={"backups": tmp_path / "backups"}) as api:
        api.say("ada", "I live in Porto")
        made = api.http.post("/v1/backups")
        api.say("ada", "I like tea")
    file = tmp_path / "backups" / made.json()["file"]

    n_files = unpack(file, tmp_path / "restored")

    assert (made.status_code, made.json()["n_files"]) == (201, n_files)
    assert made.json()["n_bytes"] == file.stat().st_size
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with running(tmp_path / "restored", on_disk=True) as again:
        texts = {memory.text for memory in again.assistant.user("ada").memories}
    assert "I live in Porto" in texts
    assert "I like tea" not in texts


def test_without_a_folder_no_backup_is_written_anywhere(tmp_path: Path) -> None:
    with running(tmp_path) as api:
        answer = api.http.post("/v1/backups", json={"file": "/tmp/stolen.tar.gz"})

    assert answer.status_code == 404
    assert "api.backups" in answer.json()["detail"]
