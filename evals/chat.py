"""How a chat with the configured model feels: time to the first text, prompt size, share of it from the cache."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from ..agent import Assistant, Reply
from ..agent.settings import Settings
from .report import Bar, Report

__all__ = ["measure"]

USER = "measured"
TOLD = (
    "My name is Ada, I live in Porto and I work as a nurse.",
    "My sister Mia is getting married in June and I still need a present.",
    "I am learning the piano; my lesson is on Thursdays.",
)
CHAT = (
    "Good morning! I slept badly after the night shift.",
    "What could I give Mia for her wedding?",
    "She likes cooking and old maps.",
    "Which of these would be the easiest to find here?",
    "And when is my piano lesson again?",
    "I might skip it this week, I am tired.",
)


def measure(settings: Settings, data: Path | None) -> Report:
    """One conversation of six turns, by a person who is known from three earlier ones."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings.model_copy(update={"data_dir": Path(folder)})
        with Assistant.open(settings=settings) as assistant:
            assistant.warm_up()
            for number, text in enumerate(TOLD):
                assistant.chat(USER, text, thread=f"earlier {number}")
            assistant.learn_now()
            replies = [assistant.chat(USER, text, thread="measured") for text in CHAT]
    first = [reply.trace.timings.first_text / 1000 for reply in replies]
    cached = [reply.cost.cached_share for reply in replies[1:]]
    return Report(
        title=f"a chat with {settings.model.name}",
        figures={f"turn {number}": _figures(reply) for number, reply in enumerate(replies, start=1)},
        bars=(
            Bar(name="first text of a warm turn, median", value=median(first[1:]), most=3, unit="s"),
            Bar(name="prompt of an ordinary turn, largest", value=max(_prompts(replies)), most=1500, unit="tokens"),
            Bar(name="prompt from the prefix cache from turn 2 on, median", value=median(cached), least=0.8),
        ),
    )


def _prompts(replies: Sequence[Reply]) -> list[int]:
    return [reply.cost.prompt for reply in replies]


def _figures(reply: Reply) -> dict[str, float]:
    cost, timings = reply.cost, reply.trace.timings
    return {
        "prompt": cost.prompt,
        "cached": cost.cached,
        "written": cost.completion,
        "first_text_ms": round(timings.first_text, 1),
        "overhead_ms": round(timings.overhead, 1),
    }
