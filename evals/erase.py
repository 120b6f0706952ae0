"""Erasing one of many users: how long until nobody can read anything, and what is left in the files afterwards.

In the data folder of an assistant that goes on running, and in the folder of a Chroma server that was stopped and
compacted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from ..agent import Assistant
from ..agent.build import build
from ..agent.models.scripted import ScriptedModel
from ..agent.settings import Settings
from ..agent.stores import compact
from ..memory import Episode, Memory, Vectors
from ..memory.chroma_server import SharedChromaStore
from ..memory.embedders.hashing import HashingEmbedder
from .chroma_run import chroma_server
from .report import Bar, Report
from .stopwatch import milliseconds

__all__ = ["measure", "residue"]

USERS, MEMORIES, ERASED = 30, 300, 10
ON_SERVER = 4
BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def measure(settings: Settings, data: Path | None) -> Report:
    """ms to erase each of 10 users with 300 memories, one of them cold, and a search of every byte on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings.model_copy(update={"data_dir": Path(folder)})
        parts = build(settings=settings, model=ScriptedModel(script=["Noted."]), embedder=HashingEmbedder())
        for number in range(USERS):
            parts.memory.remember(_user(number), _episodes(number))
        with Assistant(parts) as assistant:
            assistant.chat(_user(0), "My bicycle is green and my phone number is 555-0199.")
            needles = _needles(parts.memory.vectors(_user(0), Episode)[1])
            # Nothing may wait in the journal: what never reached the store is easily taken back.
            parts.memory.compact()
            times, erased = _erase(assistant)
            compacting = milliseconds(parts.memory.compact) / 1000
            left = residue(Path(folder), needles)
            others = sum(len(assistant.user(_user(number)).memories) for number in range(ERASED, USERS))
    server = _on_server()
    return Report(
        title=f"erasing users of {MEMORIES} memories among {USERS * MEMORIES:,}",
        figures={
            "erase p50, ms": float(np.median(times)),
            "records on the receipts": erased,
            "compacting, s": compacting,
            "memories of the others, before": (USERS - ERASED) * MEMORIES,
            "memories of the others, after": others,
            "server": server,
        },
        bars=(
            Bar(name="erase, slowest of 10", value=max(times), most=100, unit="ms"),
            Bar(name="texts, ids and vectors left in files", value=len(left), most=0),
            Bar(name="the same, in a server's folder", value=server["left after compacting"], most=0),
            Bar(name="memories of others lost", value=(USERS - ERASED) * MEMORIES - others, most=0),
        ),
    )


def residue(folder: Path, needles: Iterable[bytes]) -> set[bytes]:
    """Which of these bytes are in any file of the folder."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {needle for needle in needles if any(needle in content for content in contents)}


def _on_server() -> dict[str, float]:
    """The same with fewer users, when the server's operator has compacted its folder."""
    embedder = HashingEmbedder()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with chroma_server(folder) as port, closing(_connect(port)) as store:
            memory = Memory(store, embedder, clock=lambda: BEGUN, count_tokens=len)
            for number in range(ERASED, ERASED + ON_SERVER):
                memory.remember(_user(number), _episodes(number))
            needles = _needles(memory.vectors(_user(ERASED), Episode)[1], range(ERASED, ERASED + 1))
            erasing = milliseconds(partial(memory.erase, _user(ERASED)))
        before = residue(folder, needles)
        compacting = milliseconds(partial(compact, folder)) / 1000
        left = residue(folder, needles)
    return {
        "erase, ms": erasing,
        "left before compacting": len(before),
        "compacting, s": compacting,
        "left after compacting": len(left),
    }


def _connect(port: int) -> SharedChromaStore:
    embedder = HashingEmbedder()
    return SharedChromaStore.connect("127.0.0.1", port, space=embedder.space, dimension=embedder.dimension)


def _erase(assistant: Assistant) -> tuple[list[float], int]:
    times, erased = [], 0
    for number in range(ERASED):
        begun = perf_counter()
        receipt = assistant.user(_user(number)).erase()
        times.append(1000 * (perf_counter() - begun))
        erased += receipt.n_records or 0
    return times, erased


def _needles(vectors: Vectors, users: range = range(ERASED)) -> list[bytes]:
    texts = [episode.content for number in users for episode in _episodes(number)]
    names = [_user(number) for number in users]
    said = ["bicycle is green", "555-0199"]
    return [*(text.encode() for text in (*texts, *names, *said)), *(vector.tobytes() for vector in vectors)]


def _user(number: int) -> str:
    return f"user-{number:02d}@example.com"


def _episodes(number: int) -> list[Episode]:
    return [
        Episode(
            id=f"m{n}",
            user_id=_user(number),
            created=BEGUN + timedelta(hours=n),
            source="user",
            content=f"Secret {number:02d}-{n:03d} of mine, told on day {n}.",
            thread=f"t{n // 20}",
            order=n % 20,
        )
        for n in range(MEMORIES)
    ]
