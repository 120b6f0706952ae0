"""Lines answered by other processes, also on other machines, with Ray; the files stay with the process that began.

Each user belongs to one worker. Memory lies on a Chroma server that all workers reach.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from zlib import crc32

from ...agent.settings import Settings
from .answers import Answer, Refusal
from .engine import AssistantEngine
from .errors import EngineRefused
from .lines import Line

__all__ = ["ray_engine"]

RESTARTS = 3
"""How often a worker that has died is started again."""
AT_ONCE = 1000
"""Lines that one worker takes; how many there are at a time is for the run to say."""


@contextmanager
def ray_engine(settings: Settings, *, workers: int, remember: bool) -> Iterator[RayEngine]:
    """`workers` processes of a Ray cluster: the one that RAY_ADDRESS names, else one on this machine.

    Raises EngineRefused.
    """
    if find_spec("ray") is None:
        raise EngineRefused("--engine ray needs the package ray: pip install 'tailored[ray]'")
    if settings.store.url is None:
        raise EngineRefused(
            "--engine ray needs a memory that several processes share: start `chroma run` and set store.url"
        )
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is reported home unless somebody asks for it
    ray: Any = import_module("ray")
    ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    try:
        worker = ray.remote(_Worker).options(max_restarts=RESTARTS, max_concurrency=AT_ONCE)
        engine = RayEngine(ray, [worker.remote(settings, remember=remember) for _ in range(workers)])
        yield engine
        engine.close()
    finally:
        ray.shutdown()


class RayEngine:
    """See Engine."""

    def __init__(self, ray: Any, workers: list[Any]) -> None:
        self._ray = ray
        self._workers = workers

    async def answer(self, line: Line, *, thread: str) -> Answer | Refusal:
        """See Engine."""
        try:
            result: Answer | Refusal = await self._worker(line).answer.remote(line, thread)
        except self._ray.exceptions.RayActorError:
            return Refusal(status=503, code="worker_died", message="the worker that answered this line has died")
        return result

    async def find(self, line: Line, *, thread: str, since: datetime) -> Answer | None:
        """See Engine."""
        found: Answer | None = await self._worker(line).find.remote(line, thread, since)
        return found

    async def learn(self) -> None:
        """See Engine."""
        await asyncio.gather(*(worker.learn.remote() for worker in self._workers))

    def close(self) -> None:
        """End the workers in order, so that nothing of theirs is cut off."""
        self._ray.get([worker.close.remote() for worker in self._workers])

    def _worker(self, line: Line) -> Any:
        return self._workers[crc32(line.user_id.encode()) % len(self._workers)]


class _Worker:
    """One process with an assistant."""

    def __init__(self, settings: Settings, *, remember: bool) -> None:
        from ...agent import Assistant

        self._assistant = Assistant.open(settings=settings)
        self._later = self._assistant.learning_later()
        self._later.__enter__()
        self._engine = AssistantEngine(self._assistant, remember=remember)

    async def answer(self, line: Line, thread: str) -> Answer | Refusal:
        return await self._engine.answer(line, thread=thread)

    async def find(self, line: Line, thread: str, since: datetime) -> Answer | None:
        return await self._engine.find(line, thread=thread, since=since)

    async def learn(self) -> None:
        await self._engine.learn()

    async def close(self) -> None:
        await self._assistant.aclose()
