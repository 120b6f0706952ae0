"""The OpenAPI document says what the server does: schemathesis makes requests from it, right ones and wrong ones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.serve.api.running import Running, repeating, running
from tests.serve.api.test_access import table

EXAMPLES = 3
MEANING = [positive_data_acceptance]
"""What has the right form may still be refused for what it says: an empty message, a list of no wishes."""


@pytest.fixture(scope="module")
def api() -> Iterator[Running]:
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), repeating("Noted."), films=True, api={"requests_per_minute": 10**6}) as served,
    ):
        yield served


@pytest.fixture(scope="module")
def admin(api: Running) -> dict[str, str]:
    return api.key()


@pytest.fixture(scope="module")
def document(api: Running) -> Any:
    return schemathesis.openapi.from_dict(api.http.get("/openapi.json").json())


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("route", sorted(table()))
def test_answers_are_as_documented(
    api: Running, admin: dict[str, str], document: Any, route: str, mode: GenerationMode
) -> None:
    method, path = route.split(" ")
    operation = document[path][method]
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query or operation.path_parameters):
        return  # there is nothing to get wrong

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def answered(case: Any) -> None:
        case.call_and_validate(base_url=api.url, headers=admin, excluded_checks=MEANING)

    answered()
