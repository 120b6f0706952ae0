from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tailored.agent.learning.queue import JobQueue, QueueCounts
from tailored.agent.learning.worker import Worker


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[JobQueue]:
    queue = JobQueue(tmp_path / "jobs.sqlite")
    yield queue
    queue.close()


class Notebook:
    """A handler that writes down what it was asked to do."""

    def __init__(self) -> None:
        self.done: list[tuple[str, tuple[str, ...]]] = []

    async def __call__(self, user_id: str, payload: tuple[str, ...]) -> None:
        self.done.append((user_id, payload))


class Stuck:
    """A handler that never ends by itself."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.stopped = False

    async def __call__(self, user_id: str, payload: tuple[str, ...]) -> None:
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.stopped = True


async def broken(user_id: str, payload: tuple[str, ...]) -> None:
    raise ValueError("the user wrote a secret")


async def test_jobs_are_handed_to_the_handler_of_their_kind(queue: JobQueue) -> None:
    facts, profile = Notebook(), Notebook()
    queue.enqueue("ada", "facts", ["e1"])
    queue.enqueue("bob", "profile")

    count = await Worker(queue, {"facts": facts, "profile": profile}).run_until_empty()

    assert count == 2
    assert facts.done == [("ada", ("e1",))]
    assert profile.done == [("bob", ())]
    assert queue.counts() == QueueCounts()


async def test_a_handler_may_add_jobs(queue: JobQueue) -> None:
    async def first(user_id: str, payload: tuple[str, ...]) -> None:
        queue.enqueue(user_id, "second", payload)

    second = Notebook()
    queue.enqueue("ada", "first", ["e1"])

    await Worker(queue, {"first": first, "second": second}).run_until_empty()

    assert second.done == [("ada", ("e1",))]


async def test_a_broken_handler_does_not_stop_the_others(queue: JobQueue) -> None:
    notebook = Notebook()
    queue.enqueue("ada", "broken")
    queue.enqueue("bob", "facts")

    await Worker(queue, {"broken": broken, "facts": notebook}).run_until_empty()

    assert notebook.done == [("bob", ())]
    assert queue.counts() == QueueCounts(waiting=1)


async def test_what_a_handler_s_error_says_is_not_written_down(
    queue: JobQueue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.enqueue("ada", "broken")

    await Worker(queue, {"broken": broken}).run_until_empty()

    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text
    assert all(b"secret" not in path.read_bytes() for path in queue.path.parent.iterdir())


async def test_a_kind_without_a_handler_is_kept_for_later(queue: JobQueue) -> None:
    queue.enqueue("ada", "unheard-of")

    await Worker(queue, {}).run_until_empty()

    assert queue.counts().waiting == 1


async def test_a_started_worker_runs_what_is_added_later(queue: JobQueue) -> None:
    done = asyncio.Event()

    async def finish(user_id: str, payload: tuple[str, ...]) -> None:
        done.set()

    worker = Worker(queue, {"facts": finish}, poll_s=0.01)
    worker.start()
    queue.enqueue("ada", "facts")

    await asyncio.wait_for(done.wait(), timeout=5)
    await worker.stop()


async def test_a_busy_assistant_comes_first(queue: JobQueue) -> None:
    notebook = Notebook()
    queue.enqueue("ada", "facts")
    worker = Worker(queue, {"facts": notebook}, busy=lambda: True, poll_s=0.01)

    worker.start()
    await asyncio.sleep(0.1)
    await worker.stop()

    assert notebook.done == []


async def test_stopping_gives_the_running_job_back_untried(queue: JobQueue) -> None:
    stuck = Stuck()
    queue.enqueue("ada", "facts")
    worker = Worker(queue, {"facts": stuck}, poll_s=0.01)
    worker.start()
    await asyncio.wait_for(stuck.began.wait(), timeout=5)

    await worker.stop()

    job = queue.lease(60)
    assert stuck.stopped
    assert job is not None
    assert job.tries == 1


async def test_erasing_a_user_stops_the_job_that_runs_for_them(queue: JobQueue) -> None:
    stuck = Stuck()
    queue.enqueue("ada", "facts")
    worker = Worker(queue, {"facts": stuck}, poll_s=0.01)
    worker.start()
    await asyncio.wait_for(stuck.began.wait(), timeout=5)

    await worker.cancel("ada")

    assert stuck.stopped
    assert queue.counts() == QueueCounts()
    await worker.stop()


async def test_a_long_job_keeps_its_lease(queue: JobQueue) -> None:
    async def slow(user_id: str, payload: tuple[str, ...]) -> None:
        await asyncio.sleep(0.5)

    queue.enqueue("ada", "slow")
    first, second = (Worker(queue, {"slow": slow}, lease_s=0.2) for _ in range(2))
    running = asyncio.create_task(first.run_once())
    await asyncio.sleep(0.35)

    assert not await second.run_once()
    assert await running
    assert queue.counts() == QueueCounts()
