"""What serving adds: latency to a model that answers at once, and two hundred streams at a time.

Three processes, as in life: a model server that answers at once, `tailored serve` in front of it, and the clients here.
Latency is measured with one client that asks the two in turn, so that both see the same machine. In the streams each
user's answer carries a secret of their own, and every prompt with what was recalled comes back in the answer: another
user's secret in it would show. After each wave the users are erased, so that memory that stays is not theirs. Before
the first, as many others say something as it takes for every part of the store to be in use; they stay.

`--size 10` streams for ten minutes; one is the default.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter, sleep

import httpx2
import numpy as np

from ..agent.settings import Settings
from .errors import NotServed
from .report import Bar, Report

__all__ = ["Streams", "measure", "talk"]

PAIRS, WARM_UP = 150, 20
STREAMS = 200
RESIDENTS = 400
"""Users who are there all the time: some in each of the store's 48 shards, whose indexes take 2.3 MB each."""
SETTLED_S = 5.0
"""After which what the residents said has reached the store."""
PAUSE_MS = 50.0
"""Between two of a stream's ten pieces: so all are open at the same time."""
START_S = 90.0
SUBJECTS = ("garden", "bike", "sister", "piano", "kitchen", "tax form", "holiday", "dentist", "neighbour", "laptop")


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """`size` is how many minutes of streams."""
    with _served(settings, pause_ms=0.0) as (backend, api, _):
        added = _added_ms(backend, api)
    with _served(settings, pause_ms=PAUSE_MS) as (_, api, pid):
        streams = asyncio.run(_streams(api, pid, minutes=size or 1))
    first, whole = zip(*added, strict=True)
    return Report(
        title=f"serving, in front of a model that answers at once ({STREAMS} streams, {size or 1} min)",
        figures={
            "added to the whole reply p50, ms": _quantile(whole, 0.5),
            "added to the whole reply p95, ms": _quantile(whole, 0.95),
            "streams answered": streams.answered,
            "streams a second": streams.answered / streams.seconds,
            "resident memory at the start, MiB": streams.memory[0] if streams.memory else 0.0,
            "resident memory at the end, MiB": streams.memory[-1] if streams.memory else 0.0,
        },
        bars=(
            Bar(name="added to the first text p50", value=_quantile(first, 0.5), most=10, unit="ms"),
            Bar(name="added to the first text p95", value=_quantile(first, 0.95), most=25, unit="ms"),
            Bar(name="streams that failed", value=streams.failed, most=0),
            Bar(name="answers with another user's secret", value=streams.crossed, most=0),
            Bar(name="answers without the user's own secret", value=streams.lost, most=0),
            Bar(name="growth of resident memory", value=streams.growth, most=5, unit="%"),
        ),
    )


@contextmanager
def _served(settings: Settings, *, pause_ms: float) -> Iterator[tuple[str, str, int]]:
    """The addresses of the model server and of ours in front of it, and our process."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        backend_port, port = _free_port(), _free_port()
        backend = [sys.executable, "-m", "tailored.evals.instant_backend", str(backend_port), str(pause_ms)]
        running.enter_context(_process(backend, f"http://127.0.0.1:{backend_port}/v1/chat/completions"))
        config = Path(folder) / "tailored.toml"
        config.write_text(_config(settings, Path(folder), backend_port, port), encoding="utf-8")
        ours = [sys.executable, "-m", "tailored.main", "serve", "--config", str(config)]
        process = running.enter_context(_process(ours, f"http://127.0.0.1:{port}/readyz"))
        yield f"http://127.0.0.1:{backend_port}", f"http://127.0.0.1:{port}", process.pid


def _config(settings: Settings, folder: Path, backend_port: int, port: int) -> str:
    return "\n".join(
        (
            f"data_dir = {json.dumps(str(folder / 'data'))}",
            f"models_dir = {json.dumps(str(settings.weights_dir))}",
            "[model]",
            'name = "instant"',
            f'base_url = "http://127.0.0.1:{backend_port}/v1"',
            'api_key = "none"',
            "[embedder]",
            f"name = {json.dumps(settings.embedder.name)}",
            "[learning]",
            "use_model = false",
            "[api]",
            f"port = {port}",
        )
    )


@contextmanager
def _process(command: Sequence[str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that answers at `url`. Raises NotServed."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = monotonic() + START_S
        while not _answers(url):
            if process.poll() is not None or monotonic() > ends:
                raise NotServed(f"{command[2]} does not answer at {url}")
            sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=2).status_code in (200, 405)
    except httpx2.HTTPError:
        return False


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _added_ms(backend: str, api: str) -> list[tuple[float, float]]:
    """What we add to the first text and to the whole reply, for each of `PAIRS` pairs of questions."""
    added = []
    with httpx2.Client(base_url=backend, timeout=30) as direct, httpx2.Client(base_url=api, timeout=30) as through:
        for number in range(PAIRS + WARM_UP):
            text = f"What came of the {SUBJECTS[number % 10]} that I spoke about on day {number}?"
            bare, ours = _timed(direct, text), _timed(through, text)
            added.append((ours[0] - bare[0], ours[1] - bare[1]))
    return added[WARM_UP:]


def _timed(client: httpx2.Client, text: str) -> tuple[float, float]:
    """Milliseconds to the first text and to the end of one streamed reply."""
    body = {"model": "tailored", "stream": True, "messages": [{"role": "user", "content": text}]}
    first, begun = 0.0, perf_counter()
    with client.stream("POST", "/v1/chat/completions", json=body) as answer:
        for line in answer.iter_lines():
            if not first and '"content":' in line and '"content":""' not in line:
                first = 1000 * (perf_counter() - begun)
    return first, 1000 * (perf_counter() - begun)


@dataclass(slots=True)
class Streams:
    """What came of the streams."""

    answered: int = 0
    failed: int = 0
    crossed: int = 0
    lost: int = 0
    seconds: float = 0.0
    memory: list[float] = field(default_factory=list)
    """MiB after each wave but the first two, which fill caches."""

    @property
    def growth(self) -> float:
        """Percent, from the first fifth of the waves to the last."""
        part = max(1, len(self.memory) // 5)
        if len(self.memory) < 2:
            return 0.0
        return 100 * (float(np.median(self.memory[-part:])) / float(np.median(self.memory[:part])) - 1)


async def _streams(api: str, pid: int, *, minutes: int) -> Streams:
    found, wave = Streams(), 0
    limits = httpx2.Limits(max_connections=STREAMS, max_keepalive_connections=STREAMS)
    async with httpx2.AsyncClient(base_url=api, timeout=60, limits=limits) as client:
        for start in range(0, RESIDENTS, STREAMS):
            talks = (_streamed(client, f"resident {start + n}", "My bike is green", "thread") for n in range(STREAMS))
            found.failed += (await asyncio.gather(*talks)).count(None)
        await asyncio.sleep(SETTLED_S)
        begun = monotonic()
        while monotonic() < begun + 60 * minutes:
            await asyncio.gather(*(talk(client, f"user {wave} {number}", found) for number in range(STREAMS)))
            wave += 1
            memory = _resident_mib(pid)
            found.memory += [memory] if memory and wave > 2 else []
    found.seconds = monotonic() - begun
    return found


async def talk(client: httpx2.AsyncClient, user: str, found: Streams) -> None:
    """A user tells a secret, asks for it, and is erased."""
    secret = f"code-{user.replace(' ', '-')}-end"
    said_and_asked = (f"My locker opens with the number {secret}", "Which number opens my locker?")
    for thread, text in enumerate(said_and_asked):
        said = await _streamed(client, user, text, f"thread {thread}")
        if said is None:
            found.failed += 1
            continue
        found.answered += 1
        found.lost += secret not in said
        found.crossed += said.replace(secret, "").count("code-user-") > 0
    await _erase(client, user, found)


async def _streamed(client: httpx2.AsyncClient, user: str, text: str, thread: str) -> str | None:
    """The whole answer, as it was streamed; None when it failed."""
    pieces, ended = [], False
    try:
        body = {"text": text, "thread": thread}
        async with client.stream("POST", f"/v1/users/{user}/turns", json=body) as answer:
            async for line in answer.aiter_lines():
                ended = ended or line == "event: finished"
                if line.startswith('data: {"text":'):
                    pieces.append(json.loads(line.removeprefix("data: "))["text"])
    except httpx2.HTTPError:
        return None
    return "".join(pieces) if ended else None


async def _erase(client: httpx2.AsyncClient, user: str, found: Streams) -> None:
    asked = await client.post(f"/v1/users/{user}/erasure")
    erased = await client.post(f"/v1/users/{user}/erase", json={"token": asked.json().get("token", "")})
    found.failed += erased.status_code != 200


def _resident_mib(pid: int) -> float:
    """Resident memory of a process; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _quantile(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share))
