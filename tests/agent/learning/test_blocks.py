"""Jobs that wait for company and are done together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tailored.agent.learning.errors import UnknownJob
from tailored.agent.learning.queue import JobQueue, QueueCounts
from tailored.agent.learning.worker import Worker
from tests.agent.learning.test_queue import Clock
from tests.agent.learning.test_worker import Notebook, broken

HOUR = 3600.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> Iterator[JobQueue]:
    queue = JobQueue(tmp_path / "jobs.sqlite", clock=clock, max_tries=2)
    yield queue
    queue.close()


def wait_together(queue: JobQueue, count: int, *, user_id: str = "ada", block: int = 10) -> None:
    for number in range(count):
        queue.enqueue(user_id, "read", [f"{user_id}{number}"], delay_s=HOUR, block=block)


async def test_a_job_waits_for_company(queue: JobQueue) -> None:
    wait_together(queue, 2)

    assert queue.lease(60) is None


async def test_a_full_block_is_due_at_once_and_done_in_one_go(queue: JobQueue) -> None:
    reader = Notebook()
    wait_together(queue, 3, block=3)

    count = await Worker(queue, {"read": reader}, blocks={"read": 3}).run_until_empty()

    assert count == 3
    assert reader.done == [("ada", ("ada0", "ada1", "ada2"))]
    assert queue.counts() == QueueCounts()


async def test_the_first_that_is_due_takes_the_later_ones_along(queue: JobQueue, clock: Clock) -> None:
    reader = Notebook()
    wait_together(queue, 2)
    clock.now += HOUR / 2
    queue.enqueue("ada", "read", ["late"], delay_s=HOUR)
    clock.now += HOUR / 2

    await Worker(queue, {"read": reader}, blocks={"read": 10}).run_until_empty()

    assert reader.done == [("ada", ("ada0", "ada1", "late"))]


async def test_no_block_mixes_users(queue: JobQueue) -> None:
    reader = Notebook()
    wait_together(queue, 2, block=2)
    wait_together(queue, 2, user_id="bob", block=2)

    await Worker(queue, {"read": reader}, blocks={"read": 10}).run_until_empty()

    assert reader.done == [("ada", ("ada0", "ada1")), ("bob", ("bob0", "bob1"))]


async def test_a_block_that_failed_is_tried_again_one_by_one(queue: JobQueue, clock: Clock) -> None:
    wait_together(queue, 2, block=2)
    await Worker(queue, {"read": broken}, blocks={"read": 10}).run_until_empty()
    reader = Notebook()
    clock.now += HOUR

    await Worker(queue, {"read": reader}, blocks={"read": 10}).run_until_empty()

    assert reader.done == [("ada", ("ada0",)), ("ada", ("ada1",))]


async def test_waiting_is_cut_short_on_demand_but_not_after_a_failure(queue: JobQueue) -> None:
    queue.enqueue("bob", "read", ["b"])
    await Worker(queue, {"read": broken}).run_until_empty()
    wait_together(queue, 1)

    queue.hasten()

    reader = Notebook()
    await Worker(queue, {"read": reader}).run_until_empty()
    assert reader.done == [("ada", ("ada0",))]


async def test_a_job_that_was_set_aside_can_be_given_up(queue: JobQueue, clock: Clock) -> None:
    queue.enqueue("ada", "read", ["a"])
    for _ in range(2):
        await Worker(queue, {"read": broken}).run_until_empty()
        clock.now += HOUR
    [job] = queue.poisoned()

    queue.drop(job.id)

    assert queue.counts() == QueueCounts()
    with pytest.raises(UnknownJob, match="was set aside"):
        queue.drop(job.id)


def test_a_job_that_only_waits_is_not_given_up(queue: JobQueue) -> None:
    waiting = queue.enqueue("ada", "read", ["a"])

    with pytest.raises(UnknownJob, match=str(waiting)):
        queue.drop(waiting)


def test_what_is_being_done_is_listed(queue: JobQueue) -> None:
    queue.enqueue("ada", "read", ["a"])
    queue.lease(60)

    assert [(job.user_id, job.kind) for job in queue.leased()] == [("ada", "read")]
