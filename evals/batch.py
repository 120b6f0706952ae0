"""A batch against the endpoint it asks: what is lost to recalling, composing, writing down and syncing, and whether a
run that is killed at any moment loses an answer or gives one twice.

The endpoint takes 50 ms for an answer and gives a few at a time, as model servers do; the bare client asks it the same
questions in plain calls, as many at a time as the batch.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..agent.settings import Settings
from .answering import answering
from .report import Bar, Report

__all__ = ["measure"]

ANSWER_S = 0.05
SLOTS = (1, 2, 4)
"""How many answers the endpoint gives at a time; the bars are for the first two. The last one shows our own limit."""
AT_ONCE = 8
LINES = 400
USERS = 40
KILLS = 10
KILLED_LINES = 300
WITHIN_S = 600.0


def measure(settings: Settings, data: Path | None, *, size: int | None = None) -> Report:
    """`size` is the number of lines for each throughput; the kills have their own."""
    lines = size or LINES
    shares = {}
    figures = {}
    for slots in SLOTS:
        with answering(seconds=ANSWER_S, slots=slots) as url, TemporaryDirectory() as folder:
            bare = lines / asyncio.run(_bare_s(url, lines))
            ours, start_s = _batch_rate(settings, url, Path(folder), lines)
        shares[slots] = ours / bare
        figures[f"{slots} answers at a time"] = {
            "bare, lines/s": bare,
            "batch, lines/s": ours,
            "batch, s before the first line": start_s,
            "share": ours / bare,
        }
    with answering(seconds=ANSWER_S, slots=AT_ONCE) as url, TemporaryDirectory() as folder:
        killed = _killed(settings, url, Path(folder))
    return Report(
        title="batch",
        figures={**figures, "killed runs": killed},
        bars=(
            Bar(
                name=f"throughput of the bare endpoint, {SLOTS[1]} answers at a time", value=shares[SLOTS[1]], least=0.9
            ),
            Bar(name=f"answers lost after {KILLS} kills", value=killed["lost"], most=0),
            Bar(name=f"answers given twice after {KILLS} kills", value=killed["twice"], most=0),
            Bar(name=f"messages remembered twice after {KILLS} kills", value=killed["remembered twice"], most=0),
        ),
    )


async def _bare_s(url: str, lines: int) -> float:
    """Seconds for the same questions with the plain client."""
    from openai import AsyncOpenAI

    numbers = iter(range(lines))
    async with AsyncOpenAI(base_url=url, api_key="none") as client:

        async def ask() -> None:
            for number in numbers:
                stream = await client.chat.completions.create(
                    model="m", messages=[{"role": "user", "content": _question(number)}], stream=True
                )
                async for _ in stream:
                    pass

        begun = time.perf_counter()
        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))
        return time.perf_counter() - begun


def _batch_rate(settings: Settings, url: str, folder: Path, lines: int) -> tuple[float, float]:
    """Lines a second, and the seconds that go by before: from a short and a long run, what is the same cancels out."""
    few = lines // 4
    short_s = _batch_s(settings, url, folder / "short", few)
    long_s = _batch_s(settings, url, folder / "long", few + lines)
    per_line_s = (long_s - short_s) / lines
    return 1 / per_line_s, short_s - few * per_line_s


def _batch_s(settings: Settings, url: str, folder: Path, lines: int) -> float:
    """Seconds as the command says them: with opening the data folder, without Python's start."""
    folder.mkdir()
    _write(folder / "in.jsonl", lines)
    done = subprocess.run(
        _command(folder), env=_environment(settings, url, folder), capture_output=True, text=True, check=True
    )
    found = re.search(r"answered in ([\d.]+) s", done.stderr)
    if found is None:
        raise RuntimeError(f"the command did not say how long it took: {done.stderr[-500:]}")
    return float(found[1])


def _killed(settings: Settings, url: str, folder: Path) -> dict[str, float]:
    """What is there after a batch was killed at random moments and then finished."""
    from ..agent.stores import stored
    from ..memory import Episode

    rng = random.Random(0)
    _write(folder / "in.jsonl", KILLED_LINES)
    target = folder / "out.jsonl"
    environment = _environment(settings, url, folder)
    for _ in range(KILLS):
        process = subprocess.Popen(_command(folder), env=environment, stderr=subprocess.DEVNULL)
        _wait_for_lines(target, _lines_in(target) + rng.randint(1, KILLED_LINES // (KILLS + 4)))
        time.sleep(rng.random() * ANSWER_S)
        process.kill()
        process.wait()
    subprocess.run(_command(folder), env=environment, capture_output=True, check=True)
    answered = Counter(json.loads(line)["custom_id"] for line in target.read_text(encoding="utf-8").splitlines())
    said: Counter[str] = Counter()
    with stored(settings.model_copy(update={"data_dir": folder / "data"})) as memory:
        for number in range(USERS):
            turns = memory.records(f"user{number}", Episode)
            said.update(turn.content for turn in turns if turn.source == "user")
    return {
        "lines": KILLED_LINES,
        "lost": KILLED_LINES - len(answered),
        "twice": sum(answered.values()) - len(answered),
        "not remembered": KILLED_LINES - len(said),
        "remembered twice": sum(said.values()) - len(said),
    }


def _wait_for_lines(target: Path, count: int) -> None:
    deadline = time.monotonic() + WITHIN_S
    while _lines_in(target) < count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"no batch gets to {count} lines within {WITHIN_S:.0f} s")
        time.sleep(0.005)


def _lines_in(target: Path) -> int:
    return target.read_bytes().count(b"\n") if target.exists() else 0


def _write(path: Path, lines: int) -> None:
    path.write_text("".join(f"{json.dumps(_line(number))}\n" for number in range(lines)), encoding="utf-8")


def _line(number: int) -> dict[str, object]:
    body = {"messages": [{"role": "user", "content": _question(number)}], "user": f"user{number % USERS}"}
    return {"custom_id": f"q{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}


def _question(number: int) -> str:
    return f"When does office {number} close on Friday?"


def _command(folder: Path) -> Sequence[str]:
    files = [str(folder / "in.jsonl"), str(folder / "out.jsonl")]
    data = ["--data", str(folder / "data"), "--concurrency", str(AT_ONCE)]
    return [sys.executable, "-m", "tailored.main", "batch", *files, *data]


def _environment(settings: Settings, url: str, folder: Path) -> dict[str, str]:
    """The configured embedder and weights, and the endpoint as the model."""
    ours = {
        "TAILORED_MODEL__NAME": "m",
        "TAILORED_MODEL__BASE_URL": url,
        "TAILORED_MODELS_DIR": str(settings.weights_dir),
        "TAILORED_EMBEDDER__NAME": settings.embedder.name,
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("TAILORED_")} | ours
