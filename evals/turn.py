"""What we add to a turn beside the model's time, on a real store with the configured embedder.

The model is a scripted one that answers at once, so everything that is measured is ours (and LangChain's).
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from ..agent import Assistant
from ..agent.build import build, open_embedder
from ..agent.models.scripted import ScriptedModel
from ..agent.settings import Settings
from ..memory import Episode
from .report import Bar, Report

__all__ = ["measure"]

USER = "measured"
MEMORIES = 1000
TURNS = 60
WARM_UP = 5
SUBJECTS = ("garden", "bike", "sister", "piano", "kitchen", "tax form", "holiday", "dentist", "neighbour", "laptop")
VERBS = ("fixed", "sold", "painted", "lost", "found", "cleaned", "forgot", "showed Mia", "photographed", "measured")


def measure(settings: Settings, data: Path | None) -> Report:
    """p50 and p95 in ms over 60 turns of a user with 1,000 memories."""
    with tempfile.TemporaryDirectory() as folder:
        model = ScriptedModel(script=["Noted."] * (TURNS + WARM_UP))
        settings = settings.model_copy(update={"data_dir": Path(folder)})
        parts = build(settings=settings, model=model, embedder=open_embedder(settings))
        parts.memory.remember(USER, _episodes())
        with Assistant(parts) as assistant:
            timings = [assistant.chat(USER, _said(n)).trace.timings for n in range(TURNS + WARM_UP)][WARM_UP:]
            recalls = [_recall_ms(assistant, n) for n in range(TURNS)]
    overhead, composing = ([t.overhead for t in timings], [t.compose for t in timings])
    return Report(
        title=f"our share of a turn ({MEMORIES} memories, Chroma on disk)",
        figures={
            "overhead p50, ms": _quantile(overhead, 0.5),
            "of which plan, recall and compose p50, ms": _quantile(composing, 0.5),
            "recall with embedding p50, ms": _quantile(recalls, 0.5),
        },
        bars=(
            Bar(name="overhead of a turn p95", value=_quantile(overhead, 0.95), most=25, unit="ms"),
            Bar(name="recall with embedding p95", value=_quantile(recalls, 0.95), most=15, unit="ms"),
        ),
    )


def _said(number: int) -> str:
    return (
        f"When was it that I {VERBS[number % 10]} the {SUBJECTS[number // 10 % 10]}, and what came of visit {number}?"
    )


def _recall_ms(assistant: Assistant, number: int) -> float:
    started = perf_counter()
    assistant.user(USER).search(
        f"Which day did I have the {SUBJECTS[number % 10]} {VERBS[number // 10 % 10]}, {number}?"
    )
    return (perf_counter() - started) * 1000


def _episodes() -> list[Episode]:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Episode(
            id=f"m{n}",
            user_id=USER,
            created=begun + timedelta(hours=n),
            source="user",
            content=f"On day {n} I {VERBS[n % 10]} the {SUBJECTS[n // 10 % 10]}, which took {n % 7 + 1} hours.",
            thread=f"t{n // 20}",
            order=n % 20,
        )
        for n in range(MEMORIES)
    ]


def _quantile(values: list[float], share: float) -> float:
    return float(np.quantile(values, share))
