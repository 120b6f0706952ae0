"""The measurement of serving sees what it is there to see."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tailored.evals.serve import Streams, talk
from tests.serve.api.running import repeating, running


def echo(messages: list[Any]) -> str:
    return str(messages[-1].text)


def leaking(messages: list[Any]) -> str:
    return f"{messages[-1].text} code-user-9-9-end"


def deaf(messages: list[Any]) -> str:
    return "Noted."


def talked(folder: Path, model: Callable[[list[Any]], str]) -> Streams:
    async def some(url: str) -> Streams:
        found = Streams()
        async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
            await asyncio.gather(*(talk(client, f"user 0 {number}", found) for number in range(3)))
        return found

    with running(folder, repeating(model)) as api:
        return asyncio.run(some(api.url))


@pytest.mark.parametrize(("model", "crossed", "lost"), [(echo, 0, None), (leaking, 6, None), (deaf, 0, 6)])
def test_answers_are_checked_for_secrets(
    tmp_path: Path, model: Callable[[list[Any]], str], crossed: int, lost: int | None
) -> None:
    found = talked(tmp_path, model)

    assert (found.answered, found.failed, found.crossed) == (6, 0, crossed)
    assert lost is None or found.lost == lost


def test_growth_compares_the_last_waves_with_the_first() -> None:
    assert Streams(memory=[100.0, 100.0, 105.0, 110.0, 110.0]).growth == pytest.approx(10)
