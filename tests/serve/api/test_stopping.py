"""A turn's events on their way to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest

from tailored.serve.api.errors import Stopping
from tailored.serve.api.stopping import Stop, until_stopped


async def said(*pieces: str | float) -> AsyncGenerator[str, None]:
    """Texts, with so many seconds between."""
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        else:
            await asyncio.sleep(piece)


async def heard(
    source: AsyncGenerator[str, None], stop: Stop, *, slow_s: float = 0.0, ping_s: float = 5.0
) -> Sequence[str | None]:
    found: list[str | None] = []
    async for item in until_stopped(source, stop, ping_s=ping_s):
        found.append(item)
        await asyncio.sleep(slow_s)
    return found


def test_everything_comes_in_order() -> None:
    assert asyncio.run(heard(said("a", "b", 0.01, "c"), Stop(1))) == ["a", "b", "c"]


def test_silence_is_told_and_the_source_goes_on() -> None:
    found = asyncio.run(heard(said("a", 0.12, "b"), Stop(1), ping_s=0.05))

    assert (found[0], found[-1], found.count(None)) == ("a", "b", 2)


def test_a_reply_that_is_whole_is_not_cut_off_though_time_is_over() -> None:
    async def run() -> Sequence[str | None]:
        stop = Stop(0)
        asyncio.get_running_loop().call_later(0.02, stop.over.set)
        return await heard(said("a", 0.05, "b", "end"), stop, slow_s=0.1)

    assert asyncio.run(run()) == ["a", "b", "end"]


def test_what_takes_too_long_is_stopped_and_tidies_up() -> None:
    tidied: list[bool] = []

    async def endless() -> AsyncGenerator[str, None]:
        try:
            yield "a"
            await asyncio.sleep(60)
        finally:
            tidied.append(True)

    async def run() -> None:
        stop = Stop(0)
        stop.ask()
        await heard(endless(), stop)

    with pytest.raises(Stopping):
        asyncio.run(run())
    assert tidied == [True]


def test_what_the_source_raises_is_raised_after_what_it_said() -> None:
    async def failing() -> AsyncGenerator[str, None]:
        yield "a"
        raise ValueError("no more")

    found: list[str | None] = []

    async def run() -> None:
        async for item in until_stopped(failing(), Stop(1)):
            found.append(item)

    with pytest.raises(ValueError, match="no more"):
        asyncio.run(run())
    assert found == ["a"]
