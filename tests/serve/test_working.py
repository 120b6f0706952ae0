"""`tailored worker` and `tailored ledger`: learning apart from the replies, and what an operator sees of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tailored.agent import Assistant
from tailored.agent.learning.errors import UnknownJob
from tailored.agent.learning.queue import JobQueue
from tailored.agent.models.settings import ModelSettings
from tailored.agent.settings import EmbedderSettings, LearningSettings, Settings, StoreSettings
from tailored.agent.stores import JOBS
from tailored.serve.errors import NothingThere
from tailored.serve.working import drop_job, print_ledger, print_status, retry_job, work
from tests.agent.makers import assistant
from tests.memory.server import chroma_server
from tests.serve.openai_server import DIMENSION, serving
from tests.serve.test_cli import environment

TOLD = "I live in Porto and I work as a nurse."
SOON_S = 60


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("server")) as port:
        yield f"http://127.0.0.1:{port}"


def set_aside(folder: Path) -> int:
    """The id of a job that was tried too often."""
    queue = JobQueue(folder / JOBS, max_tries=1)
    queue.enqueue("ada", "read-turn", ["e1"])
    job = queue.lease(60)
    assert job is not None
    queue.fail(job, "ValueError")
    queue.close()
    return job.id


def test_in_one_folder_the_chat_does_its_learning_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert work(Settings(data_dir=tmp_path)) == 0

    assert "does its learning itself" in " ".join(capsys.readouterr().out.split())


def test_the_status_names_what_was_set_aside_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_aside(tmp_path)

    print_status(Settings(data_dir=tmp_path))

    shown = capsys.readouterr().out
    assert "0 waiting, 0 being done, 1 set aside" in shown
    assert "ValueError" in shown
    assert "ada" in shown


def test_a_job_that_was_set_aside_is_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    retry_job(Settings(data_dir=tmp_path), set_aside(tmp_path))
    print_status(Settings(data_dir=tmp_path))

    assert "1 waiting, 0 being done, 0 set aside" in capsys.readouterr().out


def test_a_job_that_was_set_aside_is_given_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop_job(Settings(data_dir=tmp_path), set_aside(tmp_path))
    print_status(Settings(data_dir=tmp_path))

    assert "0 waiting, 0 being done, 0 set aside" in capsys.readouterr().out


def test_an_unknown_job_is_a_clear_error(tmp_path: Path) -> None:
    set_aside(tmp_path)

    with pytest.raises(UnknownJob, match="no job 99"):
        retry_job(Settings(data_dir=tmp_path), 99)


@pytest.mark.parametrize("show", [print_status, lambda settings: print_ledger(settings, None)])
def test_where_nobody_talked_there_is_nothing_to_show(tmp_path: Path, show: object) -> None:
    with pytest.raises(NothingThere, match="nobody has talked"):
        show(Settings(data_dir=tmp_path))  # type: ignore[operator]

    assert list(tmp_path.iterdir()) == []


def test_the_ledger_lists_users_and_purposes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with assistant(tmp_path, ["Hello.", "Hi."]) as tailored:
        tailored.chat("ada", "Hello")
        tailored.chat("bob", "Hello")

    print_ledger(Settings(data_dir=tmp_path), None)
    everybody = capsys.readouterr().out
    print_ledger(Settings(data_dir=tmp_path), "bob")

    assert "ada" in everybody
    assert "chat" in everybody
    assert "ada" not in capsys.readouterr().out


def test_a_worker_of_its_own_learns_what_was_said_to_another_process(tmp_path: Path, url: str) -> None:
    with serving(lambda body: "How nice.") as models:
        variables = environment(tmp_path, models.url) | {"TAILORED_STORE__URL": url}
        settings = Settings(
            data_dir=tmp_path / "data",
            model=ModelSettings(name="m", base_url=models.url),
            embedder=EmbedderSettings(name="e", base_url=models.url, dimension=DIMENSION),
            store=StoreSettings(url=url),
            learning=LearningSettings(apart=True, use_model=False),
        )
        with Assistant.open(settings=settings) as tailored:
            tailored.chat("ada", TOLD)
            waited = tailored.waiting_jobs
            with worker(variables) as process:
                until = time.monotonic() + SOON_S
                while tailored.waiting_jobs and time.monotonic() < until:
                    time.sleep(0.1)
                process.send_signal(signal.SIGTERM)
                out, _ = process.communicate(timeout=30)
            profile = tailored.user("ada").profile

    assert waited == 1
    assert profile is not None
    assert "Porto" in profile.summary
    assert (process.returncode, out.splitlines()[-1]) == (0, "Stopped; what was begun is done again later.")


def worker(variables: Mapping[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tailored.main", "worker"]
    return subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
