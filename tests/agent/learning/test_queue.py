from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tailored.agent.learning.errors import PayloadRefused, QueueUnavailable, UnknownJob
from tailored.agent.learning.queue import Job, JobQueue, NewJob, QueueCounts


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(tmp_path: Path, clock: Clock) -> JobQueue:
    return JobQueue(tmp_path / "jobs.sqlite", clock=clock, max_tries=3)


def leased(queue: JobQueue, seconds: float = 60) -> Job:
    job = queue.lease(seconds)
    assert job is not None
    return job


def test_a_job_comes_back_as_it_was_given(queue: JobQueue) -> None:
    queue.enqueue("ada", "facts", ["e1", "e2"])

    job = leased(queue)

    assert (job.user_id, job.kind, job.payload) == ("ada", "facts", ("e1", "e2"))


def test_the_oldest_comes_first(queue: JobQueue) -> None:
    queue.enqueue("ada", "facts", ["e1"])
    queue.enqueue("bob", "facts", ["e2"])

    assert [leased(queue).user_id, leased(queue).user_id] == ["ada", "bob"]


def test_a_user_is_told_of_no_other_users_jobs(queue: JobQueue) -> None:
    queue.enqueue("ada", "facts", ["e1"])
    queue.enqueue("bob", "facts", ["e2"])

    assert queue.counts("ada") == QueueCounts(waiting=1)
    assert queue.counts("eve") == QueueCounts()
    assert queue.counts() == QueueCounts(waiting=2)


def test_of_several_jobs_all_or_none_are_added(queue: JobQueue) -> None:
    good, bad = NewJob(user_id="ada", kind="facts"), NewJob(user_id="ada", kind="facts", payload=("a text",))

    with pytest.raises(PayloadRefused):
        queue.enqueue_all([good, bad])

    assert queue.counts() == QueueCounts()


def test_an_acknowledged_job_is_gone(queue: JobQueue) -> None:
    queue.enqueue("ada", "facts")

    assert queue.ack(leased(queue))
    assert queue.counts() == QueueCounts()


def test_the_same_job_waits_only_once(queue: JobQueue) -> None:
    assert queue.enqueue("ada", "profile") == queue.enqueue("ada", "profile")
    assert queue.counts().waiting == 1


def test_work_that_arrives_during_a_job_is_queued_again(queue: JobQueue) -> None:
    queue.enqueue("ada", "profile")
    leased(queue)

    queue.enqueue("ada", "profile")

    assert queue.counts() == QueueCounts(waiting=1, leased=1)


def test_a_lease_that_ran_out_is_given_to_another(queue: JobQueue, clock: Clock) -> None:
    queue.enqueue("ada", "facts")
    first = leased(queue, 60)
    clock.now += 61

    second = leased(queue)

    assert second.id == first.id
    assert not queue.ack(first)
    assert queue.ack(second)


def test_an_extended_lease_does_not_run_out(queue: JobQueue, clock: Clock) -> None:
    queue.enqueue("ada", "facts")
    job = leased(queue, 60)
    clock.now += 50
    queue.extend(job, 60)
    clock.now += 50

    assert queue.lease(60) is None


def test_two_jobs_of_one_user_never_run_at_the_same_time(queue: JobQueue) -> None:
    queue.enqueue("ada", "facts")
    queue.enqueue("ada", "profile")
    job = leased(queue)

    assert queue.lease(60) is None
    queue.ack(job)
    assert leased(queue).kind == "profile"


def test_a_failed_job_is_tried_later_and_later(queue: JobQueue, clock: Clock) -> None:
    queue.enqueue("ada", "facts")

    queue.fail(leased(queue), "TimeoutError")
    assert queue.lease(60) is None
    clock.now += 5
    queue.fail(leased(queue), "TimeoutError")
    clock.now += 5
    assert queue.lease(60) is None
    clock.now += 5
    assert leased(queue).tries == 3


def fail_thrice(queue: JobQueue, clock: Clock) -> Job:
    queue.enqueue("ada", "facts", ["e1"])
    for _ in range(3):
        clock.now += 100
        queue.fail(leased(queue), "ValueError")
    clock.now += 100_000
    return queue.poisoned()[0]


def test_a_job_that_keeps_failing_is_set_aside_and_listed(queue: JobQueue, clock: Clock) -> None:
    job = fail_thrice(queue, clock)

    assert queue.lease(60) is None
    assert (job.payload, job.error) == (("e1",), "ValueError")
    assert queue.counts() == QueueCounts(poisoned=1)


def test_a_job_set_aside_can_be_tried_again(queue: JobQueue, clock: Clock) -> None:
    queue.retry(fail_thrice(queue, clock).id)

    assert leased(queue).tries == 1


def test_a_job_that_kills_its_workers_is_set_aside(queue: JobQueue, clock: Clock) -> None:
    queue.enqueue("ada", "facts")
    for _ in range(3):
        leased(queue, 10)
        clock.now += 11

    assert queue.lease(10) is None
    assert [job.error for job in queue.poisoned()] == ["WorkerDied"]


def test_a_released_job_was_not_tried(queue: JobQueue) -> None:
    queue.enqueue("ada", "facts")
    queue.release(leased(queue))

    assert leased(queue).tries == 1


def test_retrying_an_unknown_job_says_so(queue: JobQueue) -> None:
    with pytest.raises(UnknownJob, match="no job 7"):
        queue.retry(7)


def test_a_cancelled_user_has_no_jobs_and_the_others_keep_theirs(queue: JobQueue) -> None:
    for user_id in ("u1", "u10", "U1"):
        queue.enqueue(user_id, "facts")

    assert queue.cancel("u1") == 1
    assert {leased(queue).user_id, leased(queue).user_id} == {"u10", "U1"}


def test_a_cancelled_job_that_runs_is_no_longer_held(queue: JobQueue) -> None:
    queue.enqueue("ada", "facts")
    job = leased(queue)

    queue.cancel("ada")

    assert not queue.holds(job)
    assert not queue.ack(job)


def test_nothing_of_a_cancelled_user_stays_in_any_file(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path / "jobs.sqlite")
    queue.enqueue("ada-lovelace", "facts", ["episode-of-ada"])
    queue.ack(leased(queue))
    queue.enqueue("ada-lovelace", "facts", ["another-of-ada"])

    queue.cancel("ada-lovelace")

    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"ada-lovelace" not in left
    assert b"of-ada" not in left


@pytest.mark.parametrize("payload", [["I live in Porto"], [""], ["a\nb"], "e1", ["x" * 201], ["e"] * 65])
def test_text_is_refused_as_payload(queue: JobQueue, payload: list[str] | str) -> None:
    with pytest.raises(PayloadRefused) as caught:
        queue.enqueue("ada", "facts", payload)

    assert "Porto" not in str(caught.value)


@pytest.mark.parametrize(("user_id", "kind"), [("", "facts"), (" ", "facts"), ("ada", "")])
def test_a_job_needs_a_user_and_a_kind(queue: JobQueue, user_id: str, kind: str) -> None:
    with pytest.raises(PayloadRefused):
        queue.enqueue(user_id, kind)


def test_a_file_that_is_no_queue_is_named(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    path.write_bytes(b"not a database at all, but long enough to have a header" * 20)

    with pytest.raises(QueueUnavailable, match=r"jobs\.sqlite"):
        JobQueue(path)


def test_threads_share_out_the_jobs(tmp_path: Path) -> None:
    queue = JobQueue(tmp_path / "jobs.sqlite")
    for number in range(40):
        queue.enqueue(f"user{number}", "facts")
    done: list[int] = []

    def work() -> None:
        while job := queue.lease(60):
            queue.ack(job)
            done.append(job.id)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done) == list(range(1, 41))


_DIES_HOLDING_A_LEASE = """
import sys, time
from pathlib import Path
from tailored.agent.learning.queue import JobQueue
queue = JobQueue(Path(sys.argv[1]))
for number in range(20):
    queue.enqueue(f"user{number}", "facts", [f"e{number}"])
queue.ack(queue.lease(0.2))
queue.lease(0.2)
print("ready", flush=True)
time.sleep(60)
"""


def test_a_killed_process_loses_nothing_it_was_told_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    command = [sys.executable, "-c", _DIES_HOLDING_A_LEASE, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    later = Clock()
    later.now = 1e12
    queue = JobQueue(path, clock=later)
    left = []
    while job := queue.lease(60):
        left.append(job.payload[0])
        queue.ack(job)

    assert sorted(left) == sorted(f"e{number}" for number in range(1, 20))
