"""Erasing one of many users: how long until nobody can read anything, and what is left in the files afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from ..agent import Assistant
from ..agent.build import build
from ..agent.models.scripted import ScriptedModel
from ..agent.settings import Settings
from ..memory import Episode, Vectors
from ..memory.embedders.hashing import HashingEmbedder
from .report import Bar, Report

__all__ = ["measure", "residue"]

USERS, MEMORIES, ERASED = 30, 300, 10
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
            times, erased = _erase(assistant)
            begun = perf_counter()
            parts.memory.compact()
            compacting = perf_counter() - begun
            left = residue(Path(folder), needles)
            others = sum(len(assistant.user(_user(number)).memories) for number in range(ERASED, USERS))
    return Report(
        title=f"erasing users of {MEMORIES} memories among {USERS * MEMORIES:,}",
        figures={
            "erase p50, ms": float(np.median(times)),
            "records on the receipts": erased,
            "compacting, s": compacting,
            "memories of the others, before": (USERS - ERASED) * MEMORIES,
            "memories of the others, after": others,
        },
        bars=(
            Bar(name="erase, slowest of 10", value=max(times), most=100, unit="ms"),
            Bar(name="texts, ids and vectors left in files", value=len(left), most=0),
            Bar(name="memories of others lost", value=(USERS - ERASED) * MEMORIES - others, most=0),
        ),
    )


def residue(folder: Path, needles: Iterable[bytes]) -> set[bytes]:
    """Which of these bytes are in any file of the folder."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {needle for needle in needles if any(needle in content for content in contents)}


def _erase(assistant: Assistant) -> tuple[list[float], int]:
    times, erased = [], 0
    for number in range(ERASED):
        begun = perf_counter()
        receipt = assistant.user(_user(number)).erase()
        times.append(1000 * (perf_counter() - begun))
        erased += receipt.n_records or 0
    return times, erased


def _needles(vectors: Vectors) -> list[bytes]:
    texts = [episode.content for number in range(ERASED) for episode in _episodes(number)]
    names = [_user(number) for number in range(ERASED)]
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
